"""The rulebook, rule by rule: what happens, and then who hears of it when.

Each row reads: a matter of that kind is filed, so many minutes later this is true of it, and until the next week ends
the windows of that rule ring as listed. The people: the clerk is on duty, the technician has taken the matter on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pytest

from bot.domain.clocks import ObligationState
from bot.domain.events import (
    AnswerDelivered,
    Asked,
    Called,
    Claimed,
    Closed,
    Disagreed,
    Event,
    Graded,
    Handled,
    HelpAsked,
    HelpTaken,
    Joined,
    Judged,
    MadeSafe,
    Noted,
    Promised,
    Proposed,
    Reached,
    Rejected,
    Reminded,
    Reopened,
    Replied,
    Started,
    SummedUp,
    ToldHq,
    TransferAccepted,
    TransferDeclined,
    Transferred,
    Verified,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitOpened,
    VisitPlanned,
    VisitSpared,
    WindowBroken,
    Withdrawn,
)
from bot.domain.history import event_of
from bot.domain.people import Role
from bot.domain.regulation import RuleSet
from bot.domain.sampling import sampled
from bot.domain.tickets import Channel, Kind, Severity, Stage, Ticket
from bot.flows.screen import Text
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services.clock_list import clocks_of
from bot.services.recording import record
from bot.services.rulebook import WORDS
from tests.office import Office
from tests.rules.registering import registered

CAST: Final = {
    "chan": Role.RESIDENT,
    "guard": Role.FRONTLINE,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "head": Role.DEPARTMENT_HEAD,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "director": Role.DIRECTOR,
}
#: Their numbers, in the order of the cast.
CHAN, GUARD, CLERK, TECHNICIAN, HEAD, SUPERVISOR, DIRECTOR = range(1, 8)
#: A Monday, nine on the wall of Hong Kong.
NINE: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOUR, DAY = 60, 24 * 60
#: From nine to midnight.
EVENING: Final = 15 * HOUR

SISTER, OUTSIDE, UNCLEAR, OURS = (Judged(CLERK, whose) for whose in ("sister", "outside", "unclear", "ours"))
ANSWER, CALL, NOTE = AnswerDelivered(1), Called(TECHNICIAN), Noted(TECHNICIAN, 1, "")
REACHED = Reached(TECHNICIAN, 1, "")
QUESTION, REPLY = Asked(TECHNICIAN, 1, ""), Replied(CHAN)
PROMISE = Promised(TECHNICIAN, (NINE + timedelta(hours=10)).isoformat(), 1, "")
LATER_PROMISE = Promised(TECHNICIAN, (NINE + timedelta(hours=20)).isoformat(), 1, "")
HELP, GOES = HelpAsked(GUARD), HelpTaken(GUARD)
START, SAFE = Started(TECHNICIAN), MadeSafe(GUARD, 1, "")
OFFER, ACCEPTED, DECLINED = Transferred(CLERK, "skill", HEAD), TransferAccepted(HEAD), TransferDeclined(HEAD, "busy")
PROPOSAL, NO = Proposed(TECHNICIAN, 1, ""), Disagreed(CHAN, 1, "")
HANDLED, VERIFIED, REJECTED = Handled(TECHNICIAN, "solved", "wear"), Verified(HEAD), Rejected(HEAD, 1, "")
CLAIM, URGENT, WITHDRAWN = Claimed(TECHNICIAN), Graded(CLERK, "urgent"), Withdrawn(CHAN)

DONE = ((0, CLAIM), (0, HANDLED), (0, VERIFIED))
CLOSED, REOPENED = Closed("solved", (NINE + timedelta(days=9)).isoformat()), Reopened(CHAN, to=TECHNICIAN)
TOLD_HQ, SUMMED_UP, TOLD_AGAIN = ToldHq(CLERK), SummedUp(HEAD, "plan", 1, ""), Joined(CHAN, 1, again=True)
PLANNED = VisitPlanned(1, "RV-2/repairs", NINE.isoformat(), (NINE + timedelta(hours=12)).isoformat())
OPENED, ENTRUSTED = VisitOpened(1, (NINE + timedelta(hours=12)).isoformat()), VisitEntrusted(1, CLERK)
VISITED, MISSED = Visited(CLERK, 1, "door", "solved", satisfied=True), VisitMissed(1, "away", CLERK)

Rings = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A matter of `kind`, what becomes of it (minutes after filing, event), and who hears of `rule` when."""

    rule: str
    kind: str
    story: tuple[tuple[int, Event], ...]
    rings: Rings
    severity: str = "normal"
    channel: str = "chat"
    category: str = ""


def case(
    rule: str,
    kind: str,
    *story: tuple[int, Event],
    rings: Rings | None = None,
    severity: str = "normal",
    channel: str = "chat",
    category: str = "",
) -> Case:
    """Return a case; without `rings` nobody hears of the rule at all."""
    return Case(rule, kind, story, rings or {}, severity, channel, category)


CASES: Final = [
    # FC-9: an answer within the hour, whatever else is open.
    case("FC-9", "complaint", rings={30: (CLERK,), 48: (CLERK,), 60: (CLERK, SUPERVISOR), 120: (DIRECTOR,)}),
    case(
        "FC-9",
        "complaint",
        (5, CLAIM),
        rings={30: (TECHNICIAN,), 48: (TECHNICIAN,), 60: (TECHNICIAN, SUPERVISOR), 120: (DIRECTOR,)},
    ),
    case("FC-9", "complaint", (29, ANSWER)),
    case("FC-9", "complaint", (40, ANSWER), rings={30: (CLERK,)}),
    case("FC-9", "repair", (29, CALL)),
    case("FC-9", "repair", (29, WITHDRAWN)),
    case(
        "FC-9", "repair", (5, QUESTION), rings={30: (CLERK,), 48: (CLERK,), 60: (CLERK, SUPERVISOR), 120: (DIRECTOR,)}
    ),
    # Of what was found on site nobody waits for an answer: somebody begins, makes it safe, or says when.
    case("FC-9", "finding"),
    case("FC-9/found", "repair"),
    case("FC-9/found", "finding", rings={30: (CLERK,), 48: (CLERK,), 60: (CLERK, HEAD)}),
    case(
        "FC-9/found",
        "finding",
        (5, CLAIM),
        (6, NOTE),
        rings={30: (TECHNICIAN,), 48: (TECHNICIAN,), 60: (TECHNICIAN, HEAD)},
    ),
    case("FC-9/found", "finding", (5, CLAIM), (29, START)),
    case("FC-9/found", "finding", (5, HELP), (10, GOES)),
    case("FC-9/found", "finding", (29, SAFE)),
    case("FC-9/found", "finding", (5, CLAIM), (29, HANDLED)),
    case("FC-9/found", "finding", (5, CLAIM), (20, PROMISE), (21, ANSWER)),
    case("FC-9/found", "finding", (0, SISTER), (29, REACHED)),
    case("FC-9/found", "finding", (40, WITHDRAWN), rings={30: (CLERK,)}),
    # FC-4: a promise is kept; moved, it runs anew; broken, the supervisor and a day later the director hear of it.
    case("FC-4", "repair", (0, CLAIM), (0, PROMISE), (5 * HOUR - 1, HANDLED)),
    case(
        "FC-4",
        "repair",
        (0, CLAIM),
        (0, PROMISE),
        rings={
            5 * HOUR: (TECHNICIAN,),
            8 * HOUR: (TECHNICIAN,),
            10 * HOUR: (TECHNICIAN, SUPERVISOR),
            34 * HOUR: (DIRECTOR,),
        },
    ),
    case(
        "FC-4",
        "repair",
        (0, CLAIM),
        (0, PROMISE),
        (4 * HOUR, LATER_PROMISE),
        (13 * HOUR, HANDLED),
        rings={12 * HOUR: (TECHNICIAN,)},
    ),
    # FC-5: a sister unit is reached within half an hour, and asked each day until there is a result.
    case("FC-5", "repair", (0, SISTER), (14, REACHED)),
    case("FC-5", "repair", (0, SISTER), (14, NOTE), (14, CALL), rings={15: (CLERK,), 24: (CLERK,), 30: (CLERK, HEAD)}),
    case("FC-5", "repair", (0, SISTER), (14, OURS)),
    case("FC-5", "repair", (0, SISTER), rings={15: (CLERK,), 24: (CLERK,), 30: (CLERK, HEAD)}),
    case("FC-5/chase", "repair", (0, SISTER), (3 * DAY - 1, HANDLED), rings={DAY: (CLERK,), 2 * DAY: (CLERK,)}),
    case("FC-5", "repair", (0, OURS)),
    # FC-7: the outside body's contact within the hour.
    case("FC-7", "repair", (0, OUTSIDE), (29, ANSWER)),
    case("FC-7", "repair", (0, OUTSIDE), rings={30: (CLERK,), 48: (CLERK,), 60: (CLERK, HEAD)}),
    # FC-8: where it is unclear, the head decides.
    case("FC-8", "repair", (0, UNCLEAR), (29, OURS)),
    case("FC-8", "repair", (0, UNCLEAR), (29, SISTER)),
    case("FC-8", "repair", (0, UNCLEAR), rings={30: (HEAD,), 48: (HEAD,), 60: (HEAD, SUPERVISOR)}),
    # FC-11: an offer is accepted within half an hour or goes back; that is no breach.
    case("FC-11", "repair", (0, OFFER), rings={15: (HEAD,)}),
    case("FC-11", "repair", (0, OFFER), (14, ACCEPTED)),
    case("FC-11", "repair", (0, OFFER), (14, DECLINED)),
    # CP-5: who takes a complaint over says when the owner will hear from them.
    case("CP-5", "complaint", (0, OFFER), (10, ACCEPTED), rings={40: (HEAD,), 70: (HEAD,)}),
    case("CP-5", "complaint", (0, OFFER), (10, ACCEPTED), (30, PROMISE)),
    case("CP-5", "repair", (0, OFFER), (10, ACCEPTED)),
    # CP-6: a complaint is answered within 24 hours; waiting for the owner does not count.
    case("CP-6", "complaint", (11 * HOUR, ANSWER)),
    case("CP-6", "repair"),
    case(
        "CP-6",
        "complaint",
        (0, CLAIM),
        rings={12 * HOUR: (TECHNICIAN,), 1152: (TECHNICIAN,), DAY: (TECHNICIAN, SUPERVISOR, DIRECTOR)},
    ),
    case(
        "CP-6",
        "complaint",
        (0, CLAIM),
        (HOUR, QUESTION),
        (25 * HOUR, REPLY),
        (40 * HOUR, ANSWER),
        rings={36 * HOUR: (TECHNICIAN,)},
    ),
    # CP-8: no agreement, another proposal by the end of the next day.
    case("CP-8", "complaint", (0, CLAIM), (HOUR, PROPOSAL), (2 * HOUR, NO), (3 * HOUR, PROPOSAL)),
    case(
        "CP-8",
        "complaint",
        (0, CLAIM),
        (HOUR, PROPOSAL),
        (3 * HOUR, NO),
        rings={21 * HOUR: (TECHNICIAN,), 1908: (TECHNICIAN,), EVENING + DAY: (TECHNICIAN, HEAD)},
    ),
    # CP-10: what is reported done is checked within a day.
    case("CP-10", "repair", (0, CLAIM), (0, HANDLED), (11 * HOUR, VERIFIED)),
    case("CP-10", "repair", (0, CLAIM), (0, HANDLED), (11 * HOUR, REJECTED)),
    case(
        "CP-10", "repair", (0, CLAIM), (0, HANDLED), rings={12 * HOUR: (HEAD,), 1152: (HEAD,), DAY: (HEAD, SUPERVISOR)}
    ),
    # CP-9: what HQ passed on goes back to HQ by the end of the next day, once it is checked and once it is over.
    case("CP-9", "complaint", *DONE),
    case("CP-9", "complaint", *DONE, (18 * HOUR, TOLD_HQ), channel="hq"),
    case("CP-9", "complaint", *DONE, (HOUR, REOPENED), channel="hq"),
    case(
        "CP-9",
        "complaint",
        *DONE,
        (HOUR, CLOSED),
        rings={(EVENING + DAY) // 2: (CLERK,), 1872: (CLERK,), EVENING + DAY: (CLERK, SUPERVISOR)},
        channel="hq",
    ),
    case("CP-9/end", "complaint", *DONE, (18 * HOUR, TOLD_HQ), (19 * HOUR, CLOSED), (20 * HOUR, TOLD_HQ), channel="hq"),
    case(
        "CP-9/end",
        "complaint",
        *DONE,
        (HOUR, TOLD_HQ),
        (15 * HOUR, CLOSED),
        rings={39 * HOUR: (CLERK,), 3204: (CLERK,), EVENING + 2 * DAY: (CLERK, SUPERVISOR)},
        channel="hq",
    ),
    # FC-14: what weighed much or came again is summed up within a week; the supervisor hears of what is not.
    case("FC-14", "complaint", *DONE, (HOUR, CLOSED), (2 * HOUR, SUMMED_UP), severity="major"),
    case("FC-14", "complaint", *DONE, (HOUR, CLOSED), (2 * HOUR, REOPENED), severity="major"),
    case("FC-14", "complaint", *DONE, severity="major"),
    case(
        "FC-14",
        "complaint",
        *DONE,
        (15 * HOUR, CLOSED),
        (112 * HOUR, SUMMED_UP),
        rings={1476: (HEAD,), 111 * HOUR: (HEAD,)},
        severity="major",
    ),
    case(
        "FC-14",
        "repair",
        *DONE,
        (HOUR, REOPENED),
        (2 * HOUR, HANDLED),
        (2 * HOUR, VERIFIED),
        (15 * HOUR, CLOSED),
        rings={1476: (HEAD,), 111 * HOUR: (HEAD,)},
    ),
    case("FC-14", "repair", (0, TOLD_AGAIN), *DONE, (15 * HOUR, CLOSED), rings={1476: (HEAD,), 111 * HOUR: (HEAD,)}),
    # RV-1: who is to call or see the resident does so before the visit is due.
    case("RV-1", "repair", *DONE, (0, PLANNED), (HOUR, OPENED), (2 * HOUR, ENTRUSTED), (6 * HOUR, VISITED)),
    case("RV-1", "repair", *DONE, (0, PLANNED), (HOUR, OPENED), (2 * HOUR, ENTRUSTED), (6 * HOUR, MISSED)),
    case("RV-1", "repair", *DONE, (0, PLANNED), (HOUR, OPENED), (2 * HOUR, ENTRUSTED), (6 * HOUR, REOPENED)),
    case(
        "RV-1",
        "repair",
        *DONE,
        (0, PLANNED),
        (HOUR, OPENED),
        (2 * HOUR, ENTRUSTED),
        rings={7 * HOUR: (CLERK,), 10 * HOUR: (CLERK,), 12 * HOUR: (CLERK, HEAD), 36 * HOUR: (DIRECTOR,)},
    ),
    # RV-6: what a visit finds is put to the maintenance people within half a day.
    case("RV-6", "repair", (5 * HOUR, OURS), channel="return_visit"),
    case("RV-6", "repair", (5 * HOUR, HANDLED), channel="return_visit"),
    case("RV-6", "repair"),
    case(
        "RV-6",
        "repair",
        rings={6 * HOUR: (CLERK,), 576: (CLERK,), 12 * HOUR: (CLERK, HEAD)},
        channel="return_visit",
    ),
    # AS-4: somebody goes there, or whoever has it hears that nobody does.
    case("AS-4", "finding", (0, CLAIM), (HOUR, HELP), (HOUR + 5, GOES)),
    case("AS-4", "finding", (0, CLAIM), (HOUR, HELP), (HOUR + 10, HANDLED), rings={HOUR + 6: (TECHNICIAN,)}),
    case("AS-4", "finding", (0, CLAIM), (HOUR, HELP), rings={HOUR + 6: (TECHNICIAN,), HOUR + 15: (TECHNICIAN, HEAD)}),
    # AS-5: who reported it hears every morning.
    case("AS-5", "finding", (DAY * 3 - 2 * HOUR, VERIFIED), rings={23 * HOUR: (GUARD,), 47 * HOUR: (GUARD,)}),
    case("AS-5", "repair"),
    # AS-6: urgent findings the same day, else the supervisor; the next day the director.
    case("AS-6", "finding", (0, CLAIM), (HOUR, HANDLED), severity="urgent"),
    case(
        "AS-6",
        "finding",
        (0, CLAIM),
        rings={
            EVENING // 2: (TECHNICIAN,),
            EVENING * 4 // 5: (TECHNICIAN,),
            EVENING: (TECHNICIAN, SUPERVISOR),
            EVENING + DAY: (DIRECTOR,),
        },
        severity="urgent",
    ),
    case("AS-6", "finding"),
    # What can be settled on the spot is as urgent: a lamp, a leak, litter.
    case("AS-6", "finding", (0, CLAIM), (HOUR, HANDLED), category="found_light"),
    case(
        "AS-6",
        "finding",
        (0, CLAIM),
        rings={
            EVENING // 2: (TECHNICIAN,),
            EVENING * 4 // 5: (TECHNICIAN,),
            EVENING: (TECHNICIAN, SUPERVISOR),
            EVENING + DAY: (DIRECTOR,),
        },
        category="found_litter",
    ),
    case("AS-7", "finding", category="found_water"),
    case(
        "AS-6",
        "finding",
        (0, CLAIM),
        (14 * HOUR, URGENT),
        rings={870: (TECHNICIAN,), 888: (TECHNICIAN,)}
        | {EVENING: (TECHNICIAN, SUPERVISOR), EVENING + DAY: (DIRECTOR,)},
    ),
    # AS-7: other findings within two days, else the supervisor; on the third the director.
    case("AS-7", "finding", (0, CLAIM), (HOUR, HANDLED)),
    case("AS-7", "finding", severity="urgent"),
    case("AS-7", "finding", (HOUR, URGENT)),
    case(
        "AS-7",
        "finding",
        (0, CLAIM),
        rings={
            (EVENING + 2 * DAY) // 2: (TECHNICIAN,),
            (EVENING + 2 * DAY) * 4 // 5: (TECHNICIAN,),
            EVENING + 2 * DAY: (TECHNICIAN, SUPERVISOR),
            EVENING + 3 * DAY: (DIRECTOR,),
        },
    ),
]


@pytest.fixture
def office() -> Iterator[Office]:
    """An office at nine in the morning."""
    opened = Office(CAST)
    opened.now = NINE
    yield opened
    opened.close()


def _without_lots(rules: RuleSet) -> RuleSet:
    """Return the rules without what is drawn by lot; that is told below."""
    windows = tuple(
        window.model_copy(update={"when": tuple(one for one in window.when if one.sample is None)})
        for window in rules.windows
    )
    return rules.model_copy(update={"windows": windows, "version": "without lots"})


def test_of_all_that_is_closed_some_is_summed_up_by_lot_and_the_same_whenever_it_is_asked() -> None:
    summing_up = loader.default().window("FC-14")
    assert summing_up is not None
    (share,) = (one.sample for one in summing_up.when if one.sample is not None)
    blank = Ticket(1, "", "HT-1", 1, Kind.REPAIR, Severity.NORMAL, Stage.CLOSED, Channel.CHAT, 1, NINE, "2026-3", 9)
    matters = [replace(blank, ref=f"ref-{number:08}") for number in range(2000)]
    drawn = [summing_up.concerns(matter) for matter in matters]
    assert drawn == [summing_up.concerns(matter) for matter in matters]
    assert abs(sum(drawn) / len(drawn) - share) < 0.02
    assert {sampled(f"FC-14 {matter.ref}", 1.0) for matter in matters} == {True}
    assert drawn != [sampled(f"RV-3 {matter.ref}", share) for matter in matters], "each rule draws its own"


def live(office: Office, ticket: Ticket, story: tuple[tuple[int, Event], ...], until: int) -> None:
    """Let the story happen, firing everything at its own moment, until so many minutes after the filing."""
    for minutes, event in (*story, (until, None)):
        moment = ticket.filed_at + timedelta(minutes=minutes)
        while (due := office.work(lambda tx: tx.obligations.next_due())) and due <= moment:
            office.now = max(office.now, due)
            office.fires()
        office.now = moment
        if event:
            office.work(partial(_happens, office, ticket, event))


def _happens(office: Office, ticket: Ticket, event: Event, tx: Transaction) -> None:
    if getattr(event, "text_id", None) is not None:
        number, _ = tx.texts.add(ticket.id, CLERK, "note", "words")
        event = replace(event, text_id=number)  # type: ignore[arg-type]
    record(tx, office.rules, tx.tickets.get(ticket.id), (event,))


def rings(office: Office, ticket: Ticket, rule: str) -> Rings:
    """Return who was told of `rule` how many minutes after the filing."""
    heard: Rings = {}
    for recorded in map(event_of, office.work(lambda tx: tx.tickets.history(ticket.id))):
        minutes = (recorded.at - ticket.filed_at) // timedelta(minutes=1)
        match recorded.event:
            case Reminded(rule=of, holder=holder) if of == rule and holder:
                heard[minutes] = (holder,)
            case WindowBroken(rule=of, holder=holder, told=told) if of == rule and holder:
                heard[minutes] = tuple(dict.fromkeys((holder, *told)))
    return heard


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.rule}-{one.kind}-{len(one.story)}")
def test_the_rule(office: Office, one: Case) -> None:
    filer = office.person("guard" if one.kind == "finding" else "chan")
    rules = _without_lots(office.rules)
    office.rules = rules
    matter = partial(registered, kind=one.kind, severity=one.severity, channel=one.channel, category=one.category)
    ticket = office.work(lambda tx: matter(tx, rules, filer))
    live(office, ticket, one.story, 5 * DAY if one.rule not in ("FC-5/chase", "AS-5") else 4 * DAY)
    assert rings(office, ticket, one.rule) == one.rings


def test_every_rule_of_the_program_has_a_row_and_its_words() -> None:
    rules = {window.rule for window in loader.default().windows}
    assert rules - {one.rule for one in CASES} == {"CP-11"}  # below: it closes
    assert rules == set(WORDS)


def test_a_quiet_week_after_the_check_closes_it_and_a_finding_needs_none(office: Office) -> None:
    for kind, closes in (("repair", True), ("finding", False)):
        office.now = NINE
        filer = office.person("chan" if closes else "guard")
        checked = ((0, VERIFIED), (0, VisitSpared())) if closes else ((0, VERIFIED),)
        ticket = office.work(lambda tx, filer=filer, kind=kind: registered(tx, office.rules, filer, kind=kind))  # type: ignore[misc]
        live(office, ticket, ((0, CLAIM), (0, ANSWER), (0, HANDLED), *checked), 8 * DAY - HOUR)
        runs = {run.rule: run for run in office.work(lambda tx, number=ticket.id: tx.obligations.of(number))}  # type: ignore[misc]
        assert ("CP-11" in runs) is closes
        now = office.work(lambda tx, number=ticket.id: tx.tickets.get(number))  # type: ignore[misc]
        assert (now.stage is Stage.CLOSED) is closes
        if closes:
            assert runs["CP-11"].state is ObligationState.PASSED
            assert rings(office, ticket, "CP-11") == {}, "nothing was missed"


def test_an_offer_that_nobody_accepts_goes_back_and_is_no_breach(office: Office) -> None:
    chan = office.person("chan")
    ticket = office.work(lambda tx: registered(tx, office.rules, chan))
    live(office, ticket, ((0, CLAIM), (0, OFFER)), 31)
    now = office.work(lambda tx: tx.tickets.get(ticket.id))
    assert (now.transfer_to, now.assignee_id) == (None, TECHNICIAN)
    run = office.work(lambda tx: next(run for run in tx.obligations.of(ticket.id) if run.rule == "FC-11"))
    assert run.state is ObligationState.PASSED


def test_an_end_ends_every_clock(office: Office) -> None:
    chan = office.person("chan")
    ticket = office.work(lambda tx: registered(tx, office.rules, chan, kind="complaint"))
    live(office, ticket, ((0, CLAIM), (0, SISTER), (0, PROMISE), (90, WITHDRAWN)), 91)
    runs = office.work(lambda tx: tx.obligations.of(ticket.id))
    assert {run.rule for run in runs} == {"FC-4", "FC-5", "FC-5/chase", "FC-9", "CP-6"}
    assert {run.state for run in runs} == {ObligationState.ENDED}
    assert office.work(lambda tx: tx.obligations.next_due()) is None


def test_a_ticket_shows_its_clocks(office: Office) -> None:
    chan = office.person("chan")
    ticket = office.work(lambda tx: registered(tx, office.rules, chan, kind="complaint"))
    story = ((0, CLAIM), (5, SISTER), (70, QUESTION), (80, REACHED))
    live(office, ticket, story, 90)
    lines = [line for line in office.work(lambda tx: clocks_of(tx, ticket)) if isinstance(line, Text)]
    said = [(line.message[:1], str(line.params.get("rule", ""))) for line in lines[1:]]
    assert said == [("🔴", "FC-9"), ("⏸", "CP-6"), ("　", ""), ("🟠", "FC-5"), ("⏳", "FC-5/chase")]
