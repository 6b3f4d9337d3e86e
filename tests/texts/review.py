"""Everything that is said to people on one page, in three languages side by side, for whoever reads it over.

`python -m tests.texts.review OUT.html` writes it. It shows every step and summary of every conversation as the engine
makes them, what a ticket looks like from filing to its end as the services send it, every refusal, what can be read at
any time, and whatever sentence of the catalogues has not been seen by then. It is one file without script or outside
resource, under a policy that would not let it load any.
"""

import base64
import hashlib
import html
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.adapters.telegram.render import render
from bot.domain.categories import CATEGORIES
from bot.domain.errors import Refusal
from bot.domain.people import Language, Role
from bot.domain.policy import TABLE, Act
from bot.domain.tickets import Stage
from bot.flows import engine, showing
from bot.flows.answer import ANSWER, AS, ASK, CAUTION, NOTE, PROPOSE, SURE
from bot.flows.catalogue import FLOWS
from bot.flows.desk import PROMISE
from bot.flows.draft import DRAFT_LIFE, SKIPPED, SUMMARY, Draft, Item, Media, MediaKind
from bot.flows.findings import FINDING, OURS
from bot.flows.flow import Flow, Step
from bot.flows.labels import CATEGORY, KIND, PLACE, SINCE, STAGE, WISH
from bot.flows.matter import EMERGENCY, category_of
from bot.flows.report import BOTH, CLOSED, OPEN, REPORT, THAT, TWIN
from bot.flows.screen import Action, Param, Screen, Text
from bot.ports.incoming import Tapped
from bot.ports.messenger import Button, Done, SendText, Sent, Unreachable, UrlButton
from bot.ports.outbox import TapAnswer
from bot.services import following, households, informing, looking_up, preferring, registering
from bot.services.cards import MORE
from bot.services.delivering import Dispatch
from bot.services.refusals import SENTENCES
from tests.office import GROUP, MORNING, Office, account_of
from tests.texts.catalogues import extracted, placeholders

ZONE: Final = "Asia/Hong_Kong"
WORDS: Final = "三樓的燈不亮了。The light on floor 3 is out."
PHOTO: Final = Media(MediaKind.PHOTO, "file", "unique")
#: What stands for a parameter where no case gives it.
SAMPLES: Final[Mapping[str, Param]] = {
    "number": "HT-2026-0012",
    "name": "陳小姐",
    "by": "李先生",
    "unit": "3A",
    "time": MORNING + timedelta(hours=1),
    "limit": "3000",
    "estate": "Harbour Terrace",
    "phone": "2345 6789",
    "reference": "K7Q2",
    "count": 3,
    "of": 5,
    "words": WORDS,
    "dots": "●●○○○○○",
}
#: What somebody could be given to choose from, where that differs by estate and hour.
OPTIONS: Final = {
    "suggested": (("2", "engineering"),),
    "department": (("2", "engineering"), ("3", "security")),
    "sister": (("8", "港燈"),),
    "outside": (("9", "電訊公司"),),
    "into": (("abcdefghijkl", "HT-2026-0012 · 电梯坏了"),),
    "whom": (("p4", "何师傅"), ("d3", "security")),
    "until": ((str(int((MORNING + timedelta(hours=8)).timestamp())), ""),),
    "agreed": ((str(int((MORNING + timedelta(hours=8)).timestamp())), ""),),
    "by": ((str(int((MORNING + timedelta(days=14)).timestamp())), ""),),
    "to": (("HT-2026-0012", ""),),
    "where": (("p5", "3栋 · 12层"), ("p1", "3栋")),
    "within": (("p5", "12层"), ("p6", "大堂")),
    "post": (("d2", "engineering"), ("rdirector", "director")),
    "who": (("4", "何师傅"),),
    "at.d2": (("p1", "3栋"), ("p6", "大堂")),
    "who.d2": (("4", "何师傅"),),
    "who.rdirector": (("6", "陳主任"),),
    "when": (("08002000w01234", "Mon-Fri 8:00-20:00"),),
    "first": (("2026-03-02", "2026-03-02"),),
    "last": (("2026-03-03", "2026-03-03"),),
    "stand_in": (("4", "何师傅"),),
}
#: What a conversation has beside where words sound like a brush-off, and a promise is moved.
CAUTIONED: Final = {
    CAUTION: (("不归我们管", "我马上转给[谁]，并一直跟进到您得到答复。"),),
    "moved": ((str(int((MORNING + timedelta(hours=2)).timestamp())), ""),),
}
_TAGS: Final = {Language.ENGLISH: "en", Language.SIMPLIFIED: "zh-Hans", Language.TRADITIONAL: "zh-Hant"}
_TIME: Final = re.compile(r"</?tg-time[^>]*>")


@dataclass(frozen=True, slots=True)
class Shot:
    """Something shown: what it is called, and what it shows."""

    name: str
    screen: Screen


@dataclass(slots=True)
class Section:
    """A heading with what belongs below it; `diagram` is plain text."""

    title: str
    shots: list[Shot] = field(default_factory=list)
    diagram: str = ""


@dataclass(slots=True)
class Map:
    """A conversation as it was walked: the screens met, and from each step by what answer to which."""

    shots: list[Shot] = field(default_factory=list)
    ways: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    under: dict[str, set[tuple[str, str]]] = field(default_factory=dict)


def chart(flow: Flow) -> Map:
    """Walk every answer of every step of `flow`, with words and with a photo, with a ticket open and without."""
    found = Map()
    seen: set[str] = set()
    drawn: set[str] = set()
    waiting = list(_beginnings(flow))
    while waiting:
        draft = waiting.pop(0)
        deciding = {
            key: value for key, value in draft.answers.items() if key not in ("channel", "where", "since", "wish")
        }
        state = f"{draft.step} {deciding} {bool(draft.words)} {bool(draft.media)}"
        if state in seen:
            continue
        seen.add(state)
        screen = showing.show(flow, draft)
        if flow.complete(draft):
            screen = Screen(flow.done(draft))
            name = f"{flow.id} · done"
        elif draft.step == SUMMARY:
            about = (
                f"{category_of(draft).code} {draft.answers.get('name', '')}"
                if flow is REPORT or flow.id in OURS
                else ""
            )
            name = f"{flow.id} · summary {about}".strip()
        else:
            name = f"{flow.id} · {draft.step}"
            found.under.setdefault(draft.step, set()).add(_deciding(draft.answers))
        name = name.strip()
        look = name if draft.step == SUMMARY else repr([screen.lines, [p.label for r in screen.buttons for p in r]])
        if look not in drawn:
            drawn.add(look)
            found.shots.append(Shot(name, screen))
        step = flow.step(draft.step)
        for answer, after in _onward(flow, draft, step) if step else ():
            found.ways.setdefault(draft.step, {}).setdefault(answer, set()).add(after.step)
            waiting.append(after)
    return found


def _beginnings(flow: Flow) -> Iterator[Draft]:
    blank = Draft("abcdefghijkl", flow.id, flow.version, 1, 1, "", MORNING + DRAFT_LIFE, options=OPTIONS)
    if flow is ANSWER:
        for way in (ASK, NOTE, PROPOSE):
            yield engine.begin(flow, replace(blank, answers={AS: way}))
    if flow in (ANSWER, PROMISE):
        cautioned = replace(blank, options={**OPTIONS, **CAUTIONED})
        yield engine.begin(flow, cautioned)
        yield engine.begin(flow, replace(cautioned, answers={SURE: "yes"}))
    if flow not in (REPORT, FINDING):
        yield engine.begin(flow, blank)
        return
    for items in ((Item(1, WORDS),), (Item(1, "", PHOTO),), ()):
        yield engine.begin(flow, replace(blank, items=items))
    yield engine.begin(flow, replace(blank, answers={"kind": EMERGENCY}))
    if flow is REPORT:
        yield engine.begin(flow, replace(blank, items=(Item(1, WORDS),), answers={BOTH: BOTH}))
    known = {step.id: SKIPPED for step in flow.steps if step.id not in ("about", "kind", "again")}
    twin = {**known, "kind": "enquiry", TWIN: "HT-2026-0012"}
    yield engine.begin(
        flow, replace(blank, items=(Item(1, WORDS),), answers=twin if flow.id == "report" else {TWIN: "HT-2026-0012"})
    )
    for about in (OPEN, CLOSED):
        yield engine.begin(flow, replace(blank, items=(Item(1, WORDS),), answers={about: "HT-2026-0012"}))


def _onward(flow: Flow, draft: Draft, step: Step) -> Iterator[tuple[str, Draft]]:
    for row in step.offered(draft):
        for choice in row:
            if choice.id == THAT:
                continue  # it joins the open ticket, and the conversation ends
            yield choice.id, engine.choose(flow, draft, choice.id, MORNING)
    if step.words or step.matter:
        yield "(words)", engine.add(flow, draft, Item(9, WORDS), MORNING)
    if step.files or step.own_files:
        yield "(photo)", engine.add(flow, draft, Item(9, "", PHOTO), MORNING)
    if step.can_be_skipped(draft):
        yield "(skip)", engine.skip(flow, draft, MORNING)


def _deciding(answers: Mapping[str, str]) -> tuple[str, str]:
    """Return what it may depend on that a step is asked: the kind, and what it is within that kind."""
    within = next((f"{key}={answers[key]}" for key in ("broken", "wrong", "danger") if key in answers), "")
    return (f"kind={answers['kind']}" if "kind" in answers else "at once"), within


def diagram(flow: Flow, found: Map) -> str:
    """Return the steps of `flow` as plain text: ids, after which answers each is asked, and what leads where."""
    lines = [f"{flow.id}, version {flow.version}"]
    for step in flow.steps:
        marks = [name for name in ("part", "words", "matter", "own_files", "skippable") if getattr(step, name)]
        lines.append(f"├─ {step.id}" + (f"  [{', '.join(marks)}]" if marks else ""))
        by_kind: dict[str, list[str]] = {}
        for kind, within in sorted(found.under.get(step.id, ())):
            by_kind.setdefault(kind, []).append(within)
        lines += [f"│    asked: {kind} {' | '.join(filter(None, codes))}".rstrip() for kind, codes in by_kind.items()]
        to: dict[str, list[str]] = {}
        for answer, steps in found.ways.get(step.id, {}).items():
            to.setdefault(" or ".join(sorted(steps)), []).append(answer)
        lines += [f"│    {' | '.join(answers)} → {after}" for after, answers in to.items()]
    lines.append("└─ summary → submit")
    return "\n".join(lines)


class Story:
    """An office in which something happens, and what each chat is shown at every turn of it."""

    def __init__(self) -> None:
        self.office = Office(
            {"Ms Chan": Role.RESIDENT, "Mr Li": Role.CLERK, "Ms Ho": Role.DIRECTOR, "Mr Wu": Role.GENERAL_SUPERVISOR}
            | {"Mr Lau": Role.TECHNICIAN}
        )
        self.shots: list[Shot] = []
        estate = self.office.work(lambda tx: tx.estates.get(self.office.estate_id))
        phones = replace(estate, phone="2345 6789", emergency_phone="2345 6780")
        self.office.work(lambda tx: tx.estates.update(phones))
        self._names = {account_of(name): name for name in ("Ms Chan", "Mr Li", "Ms Ho", "Mr Wu")} | {GROUP: "group"}

    def also(self, *names: str) -> None:
        """Show the chats of some more people, who may yet come."""
        self._names |= {account_of(name): name for name in names}

    def sets(self, name: str, choice: str) -> None:
        """Let somebody press a button of their settings."""
        home = self.office.home_of(name)
        self.office.taps(name, Action(preferring.SET, str(home.id), 0, choice).encode())

    def turn(self, what: str, *, reachable: bool = True) -> None:
        """Send what waits; every screen and every answer to a tap is one shot."""
        office = self.office
        while letters := office.waiting():
            for letter_id in letters:
                dispatch = office.take(letter_id)
                if dispatch is None:
                    continue
                where = self._names.get(dispatch.chat_id, "tap")
                match dispatch.content:
                    case Screen() as screen:
                        self.shots.append(Shot(f"{what} · {where}", screen))
                    case TapAnswer(words=Text() as words):
                        self.shots.append(Shot(f"{what} · answer to the tap", Screen((words,))))
                    case _:
                        pass
                if not reachable and dispatch.chat_id == account_of("Ms Chan"):
                    office.settle(letter_id, Unreachable("blocked"))
                else:
                    office.settle(letter_id, Done() if dispatch.edit else Sent((office.next_message(),)))

    def files(self, *choices: str, words: str = WORDS) -> None:
        """Let the resident file something by these choices."""
        self.office.writes("Ms Chan", "/new", command="new")
        for choice in choices:
            self.office.presses("Ms Chan", choice)
            person = self.office.person("Ms Chan")
            with self.office.transaction() as tx:
                draft = tx.drafts.current(person.id, account_of("Ms Chan"), self.office.now)
            if draft and draft.step == "what":
                self.office.writes("Ms Chan", words)
        self.office.presses("Ms Chan", "submit")

    def taps(self, name: str, verb: str, choice: str = "") -> None:
        """Let somebody press a button of the latest ticket."""
        ticket = self.office.tickets()[-1]
        data = Action(verb, ticket.ref, ticket.version, choice).encode()
        self.office.receives(
            Tapped(self.office.sender(name), self.office.chat(name, None), None, f"q{self.office.next_message()}", data)
        )

    def act(self, name: str, verb: str, what: str, *answers: str) -> None:
        """Let somebody press a button of the latest ticket, and go through the conversation that it begins."""
        self.taps(name, verb)
        self.turn(what)
        for answer in answers:
            if answer.startswith(("c.", "submit", "skip")):
                self.office.presses(name, answer)
            else:
                self.office.writes(name, answer)
            self.turn(what)


def _a_repair(story: Story) -> None:
    story.office.writes("Ms Chan", "/start", command="start")
    story.turn("start")
    story.files("c.repair", "c.light", "c.stairs", "c.today", "c.soon")
    story.turn("filed")
    story.office.writes("Ms Chan", "電梯也不亮")
    story.turn("writes again")
    story.office.presses("Ms Chan", "c.that")
    story.turn("for that one")
    story.taps("Ms Chan", Act.CALL)
    story.turn("asks for a call")
    story.office.passes(minutes=40)
    story.office.fires()
    story.turn("40 minutes later")
    story.office.passes(minutes=30)
    story.office.fires()
    story.turn("70 minutes later")
    story.taps("Mr Li", Act.CLAIM)
    story.turn("claimed")
    story.taps("Mr Li", Act.ANSWER)
    story.office.writes("Mr Li", "今天六點前換好。")
    story.turn("answer written")
    story.office.presses("Mr Li", "submit")
    story.turn("answered")
    story.office.writes("Ms Chan", "/my", command="my")
    story.turn("my")


def _taken_back(story: Story) -> None:
    story.files("c.enquiry")
    story.turn("a question filed")
    story.taps("Mr Li", Act.CLAIM)
    story.taps("Ms Chan", Act.WITHDRAW)
    story.turn("take back?")
    story.taps("Ms Chan", Act.WITHDRAW, "yes")
    story.turn("taken back")
    story.office.writes("Ms Chan", "x")
    story.office.presses("Ms Chan", "cancel")
    story.turn("cancelled")


def _quarrel(story: Story) -> None:
    story.files("c.complaint", "c.neighbours", "c.keep", "c.home", "c.know")
    story.turn("nameless complaint filed")
    story.taps("Mr Li", Act.CLAIM)
    story.taps("Mr Li", Act.ANSWER)
    story.office.writes("Mr Li", "我們今天上門了解。")
    story.office.presses("Mr Li", "submit")
    story.turn("answer undelivered", reachable=False)


def _to_the_end(story: Story) -> None:
    story.also("Mr Lau")
    story.files("c.repair", "c.light", "c.stairs", "c.today", "c.soon")
    story.turn("filed")
    story.act("Mr Li", Act.CLAIM, "claimed")
    story.act("Mr Li", Act.UNDO, "undone")
    story.act("Mr Li", Act.CLAIM, "claimed again")
    story.act("Mr Li", MORE, "more")
    story.act("Mr Li", Act.JUDGE, "judges", "c.2")
    story.act("Mr Li", Act.ASK, "asks", "電掣跳了沒有?", "submit")
    story.act("Ms Chan", Act.REPLY, "replies", "沒有跳,只是不亮。", "submit")
    story.act("Mr Li", Act.TRANSFER, "offers", f"c.p{story.office.person('Mr Lau').id}", "c.skill")
    story.act("Mr Lau", Act.DECLINE, "declined", "c.busy")
    story.act("Mr Li", Act.TRANSFER, "offers again", f"c.p{story.office.person('Mr Lau').id}", "燈座要換")
    story.act("Mr Li", Act.RECALL, "recalled")
    story.act("Mr Li", Act.TRANSFER, "offers for good", f"c.p{story.office.person('Mr Lau').id}", "c.duty")
    story.act("Mr Lau", Act.ACCEPT, "accepted")
    story.act("Mr Lau", Act.PROPOSE, "proposes", "明天上午十點換燈座。", "submit")
    story.act("Ms Chan", Act.DISAGREE, "disagrees", "上午沒有人,下午可以嗎?")
    story.act("Mr Lau", Act.PROPOSE, "proposes again", "明天下午三點換燈座。", "submit")
    story.act("Ms Chan", Act.AGREE, "agrees")
    story.act("Mr Lau", Act.START, "started")
    story.act("Mr Lau", Act.HANDLE, "done", "換了新燈座。", "c.solved", "c.wear", "submit")
    story.act("Mr Li", Act.REJECT, "not done yet", "樓梯轉角那盞還是不亮。")
    story.act("Mr Lau", Act.HANDLE, "done again", "轉角的也換了。", "c.solved", "c.wear", "submit")
    story.act("Mr Li", Act.VERIFY, "checked")
    story.act("Ms Chan", Act.REOPEN, "not solved", "又不亮了。")
    story.act("Mr Li", Act.HANDLE, "handled by the first contact", "兩盞都換了。", "c.partly", "c.developer", "submit")
    story.act("Mr Wu", Act.VERIFY, "checked again")
    story.act("Ms Chan", Act.SOLVED, "solved", "c.fine", "submit")


def _left_and_closed(story: Story) -> None:
    story.files("c.complaint", "c.cleaning", "c.lobby", "c.days", "c.explain")
    story.turn("a complaint filed")
    story.act("Mr Li", Act.CLAIM, "claimed")
    story.act("Mr Li", Act.GRADE, "major", "c.major", "記者也來問過。")
    story.act("Mr Li", Act.NOTE, "noted", "保潔領班說今天去看。", "submit")
    story.act("Mr Wu", Act.NOTE, "noted by another", "請先致電。", "submit")
    story.act("Mr Li", Act.JUDGE, "unclear", "c.unclear")
    story.act("Mr Li", Act.TRANSFER, "offered to a department", "c.d4", "c.duty")
    story.office.passes(minutes=31)
    story.office.fires()
    story.turn("nobody accepted")
    story.act("Mr Li", Act.GIVE_BACK, "given back")
    story.act("Mr Li", Act.CLAIM, "claimed again")
    story.act("Mr Li", Act.CALLED, "called")
    story.act("Mr Li", Act.HANDLE, "explained", "大堂每天打掃兩次。", "c.explained", "c.management", "submit")
    story.act("Mr Wu", Act.VERIFY, "agreed to")
    for _ in range(9):
        story.office.passes(days=1)
        story.office.fires()
    story.turn("a quiet week")


def _about_staff(story: Story) -> None:
    story.files("c.complaint", "c.colleague", "c.lobby", "c.days", "c.explain")
    story.turn("complaint about staff")


def _emergencies(story: Story) -> None:
    for code, category in CATEGORIES.items():
        if category.urgent:
            story.files("c.emergency", f"c.{code}")
            story.turn(f"emergency {code}")


def _registered(story: Story) -> None:
    office = story.office
    story.also("Mr Ng", "Ms Yip")
    code = office.letter("3-12A")
    office.writes("Ms Chan", code)
    story.turn("the code of the letter")
    office.writes("Mr Ng", code)
    story.turn("somebody joins the household")
    story.sets("Ms Chan", preferring.SHARE)
    story.turn("lets the household see")
    story.files("c.repair", "c.light", "c.stairs", "c.today", "c.soon")
    story.turn("filed")
    office.writes("Mr Ng", "/my", command="my")
    ticket = office.tickets()[-1]
    office.taps("Mr Ng", Action(following.SHOW, ticket.ref, ticket.version).encode())
    story.turn("the household looks")
    office.writes("Mr Li", "/resident 3-12A", command="resident", argument="3-12A")
    story.turn("/resident 3-12A")
    for choice in ("", households.YES):
        office.taps("Mr Li", Action(looking_up.LETTER, str(office.unit("3-12A").id), 0, choice).encode())
    story.turn("a new letter")
    for choice in ("", households.YES):
        office.taps("Mr Li", Action(households.MOVED, str(office.home_of("Mr Ng").id), 0, choice).encode())
    story.turn("moved out, says the office")
    story.sets("Ms Chan", preferring.OUT)
    story.sets("Ms Chan", preferring.OUT_YES)
    story.turn("moved out")
    office.writes("Ms Yip", code)
    story.turn("an older letter")
    for number in "2346789":
        office.writes("Ms Yip", f"K7QX-2M9{number}")
    story.turn("guesses")


def _asks_the_office(story: Story) -> None:
    office = story.office
    story.also("Ms Yip")
    office.writes("Ms Yip", "燈不亮")
    for choice in ("c.enquiry", "submit"):
        office.presses("Ms Yip", choice)
    story.turn("a newcomer's first matter")
    for answer in (registering.NOT_YET, registering.YES):
        office.asks_for_home("Ms Yip", "3座12樓A室")
        story.turn("asks the office")
        office.writes("Ms Yip", "/settings", command="settings")
        story.turn("waiting")
        request = office.request_of("Ms Yip")
        office.taps("Mr Li", Action(registering.ADMIT, request.ref, 0, answer).encode(), chat=GROUP)
        story.turn(f"decided: {answer}")
    office.writes("Ms Chan", office.letter("3座12樓A室"))
    office.taps("Ms Yip", Action(households.ALIEN, str(office.home_of("Ms Chan").id), 0).encode())
    story.turn("a stranger")
    office.taps("Mr Li", Action(households.MOVED, str(office.home_of("Ms Chan").id), 0, households.KEEP).encode())
    story.turn("lives there after all")


STORIES: Final[Mapping[str, Callable[[Story], None]]] = {
    "A repair, from filing to the answer": _a_repair,
    "Taken back, and cancelled": _taken_back,
    "A quarrel between neighbours; the answer does not arrive": _quarrel,
    "From filing to solved, with every turn it can take": _to_the_end,
    "Given back, explained, closed by a quiet week": _left_and_closed,
    "About a member of staff": _about_staff,
    "Emergencies": _emergencies,
    "Registered by a letter; the household; moved out": _registered,
    "Registered by the office; a stranger": _asks_the_office,
}


def permissions() -> str:
    """Return the table of acts as text: who may do what to a ticket, at which stages, and what else it needs."""
    lines = [f"{'act':14}{'who':34}{' '.join(stage.value for stage in Stage)}  needs"]
    for act, row in TABLE.items():
        who = ", ".join(sorted(row.who))
        stages = " ".join(("●" if stage in row.stages else "·").ljust(len(stage.value)) for stage in Stage)
        needs = ", ".join(f"not {need.refusal}" for need in row.needs)
        lines.append(f"{act:14}{who:34}{stages}  {needs}".rstrip())
    return "\n".join(lines)


def sections() -> list[Section]:
    """Return everything that the page shows."""
    all_of_it = [Section("Who may do what to a ticket", diagram=permissions())]
    for flow in FLOWS.values():
        found = chart(flow)
        all_of_it.append(Section(f"Conversation: {flow.id}", found.shots, diagram(flow, found)))
    for title, tell in STORIES.items():
        story = Story()
        try:
            tell(story)
        finally:
            story.office.close()
        all_of_it.append(Section(title, _distinct(story.shots)))
    estate_story = Story()
    estate = estate_story.office.work(lambda tx: tx.estates.get(estate_story.office.estate_id))
    resident, clerk = estate_story.office.person("Ms Chan"), estate_story.office.person("Mr Li")
    estate_story.office.close()
    standing = {
        "help for residents": informing.help_for(resident, estate),
        "help on site": informing.help_for(replace(clerk, roles=frozenset({Role.FRONTLINE})), estate),
        "help for staff": informing.help_for(clerk, estate),
        "contact": informing.contact(estate),
        "privacy": informing.PRIVACY,
        "rules": informing.rules(clerk),
    }
    all_of_it.append(Section("At any time", [Shot(name, Screen(lines)) for name, lines in standing.items()]))
    all_of_it.append(Section("Refusals", [Shot(r.value, Screen((_filled(SENTENCES[r]),))) for r in Refusal]))
    named: dict[str, Mapping[Any, Text]] = {
        "kind": KIND,
        "category": CATEGORY,
        "place": PLACE,
        "since": SINCE,
        "wish": WISH,
        "stage": STAGE,
    }
    labels = [Shot(f"{of} · {code}", Screen((said,))) for of, table in named.items() for code, said in table.items()]
    all_of_it.append(Section("Names of things", labels))
    seen = {message for section in all_of_it for shot in section.shots for message in messages(shot.screen)}
    rest = [
        Shot("", Screen((_filled(Text(message)),))) for message in dict.fromkeys(extracted()) if message not in seen
    ]
    all_of_it.append(Section("Everything else", rest))
    return all_of_it


def _distinct(shots: list[Shot]) -> list[Shot]:
    """Leave out what is shown again just as before: a card drawn anew for every letter that concerns it."""
    seen: set[str] = set()
    kept = []
    for shot in shots:
        look = repr([shot.screen.lines, [p.label for row in shot.screen.buttons for p in row]])
        if look not in seen:
            seen.add(look)
            kept.append(shot)
    return kept


def _filled(sentence: Text) -> Text:
    given = {name: SAMPLES.get(name, "…") for name in placeholders(sentence.message)}
    return Text(sentence.message, {**given, **sentence.params})


def messages(screen: Screen) -> Iterator[str]:
    """Yield the sentences, by their English, that `screen` is made of."""
    texts = [line for line in screen.lines if isinstance(line, Text)]
    texts += [press.label for row in screen.buttons for press in row]
    while texts:
        said = texts.pop()
        yield said.message
        texts += [param for param in said.params.values() if isinstance(param, Text)]


_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, "Noto Sans CJK SC", sans-serif; }
body { margin: 0 auto; max-width: 78rem; padding: 1rem; }
pre { overflow-x: auto; border: 1px solid #8886; border-radius: 8px; padding: .8rem; line-height: 1.3; }
h2 { margin: 2.2rem 0 .4rem; }
h3 { margin: 1rem 0 .2rem; font: 12px ui-monospace, monospace; opacity: .7; }
.row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .6rem; }
.said { border: 1px solid #8886; border-radius: 10px; padding: .5rem .7rem; overflow-wrap: anywhere; }
.said p { margin: 0; white-space: pre-line; }
blockquote { margin: .2rem 0; padding-left: .5rem; border-left: 3px solid #58f; }
.keys { display: grid; gap: .25rem; margin-top: .4rem; }
.keys div { display: flex; gap: .25rem; }
.keys span { flex: 1; padding: .15rem .4rem; border-radius: 6px; background: #8883; text-align: center; }
.keys .success { background: #2a62; } .keys .danger { background: #d332; } .keys .primary { background: #26d3; }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr; } }
"""


def speech(screen: Screen, language: Language) -> SendText:
    """Return `screen` as it is sent to a reader of `language`."""
    call = render(Dispatch(1, 1, language, ZONE, screen))
    if not isinstance(call, SendText):
        raise TypeError("a screen is a message")
    return call


def page(all_of_it: list[Section]) -> str:
    """Return the page."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    contents = " · ".join(f'<a href="#s{i}">{html.escape(s.title)}</a>' for i, s in enumerate(all_of_it))
    body = "\n".join(_section(i, section) for i, section in enumerate(all_of_it))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">"
        '<meta name="viewport" content="width=device-width"><title>Everything said to people</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Everything said to people</h1>\n<p>{contents}</p>\n"
        f"{body}\n</body></html>\n"
    )


def _section(number: int, section: Section) -> str:
    parts = [f'<h2 id="s{number}">{html.escape(section.title)}</h2>']
    if section.diagram:
        parts.append(f"<pre>{html.escape(section.diagram)}</pre>")
    for shot in section.shots:
        parts.append(f"<h3>{html.escape(shot.name)}</h3>" if shot.name else "<h3></h3>")
        parts.append('<div class="row">' + "".join(_said(shot.screen, language) for language in Language) + "</div>")
    return "\n".join(parts)


def _said(screen: Screen, language: Language) -> str:
    call = speech(screen, language)
    rows = "".join(
        "<div>" + "".join(f'<span class="{_style_of(b)}">{html.escape(b.label)}</span>' for b in row) + "</div>"
        for row in call.keyboard
    )
    keys = f'<div class="keys">{rows}</div>' if rows else ""
    return f'<div class="said" lang="{_TAGS[language]}"><p>{_TIME.sub("", call.html or "")}</p>{keys}</div>'


def _style_of(button: Button | UrlButton) -> str:
    return button.style or "" if isinstance(button, Button) else ""


def main() -> None:
    """Write the page to the file that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.texts.review OUT.html")
    Path(sys.argv[1]).write_text(page(sections()), encoding="utf-8")


if __name__ == "__main__":
    main()
