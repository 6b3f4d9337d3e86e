"""What goes wrong on one's feet: too many photos, a place that is no more, a contract that ended, two at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.i18n import catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Language, Role
from bot.domain.policy import Act
from bot.domain.regulation import OnTheSpotRule, RuleSet
from bot.domain.tickets import Channel, Stage, Ticket
from bot.flows.draft import Draft
from bot.flows.engine import MOST_ITEMS
from bot.flows.findings import KEYS
from bot.flows.screen import Action
from bot.flows.words import wanted
from bot.ports.outbox import Audience, Notice, TapAnswer
from bot.sandbox.grounds import PLACES
from bot.services import card_buttons, cards, drawing, night
from bot.services.placing import take_over
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """An estate with places, and two who work on their feet."""
    opened = Office({"clerk": Role.CLERK, "wang": Role.FRONTLINE, "fang": Role.FRONTLINE, "boss": Role.DIRECTOR})
    opened.work(lambda tx: take_over(tx, opened.estate_id, PLACES))
    yield opened
    opened.close()


def draft_of(office: Office, name: str) -> Draft:
    """Return somebody's running conversation."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft
    return draft


def place(office: Office, code: str) -> str:
    """Return how an answer names a place."""
    found = office.work(lambda tx: tx.places.by_code(office.estate_id, code))
    assert found
    return found.ref


@pytest.mark.parametrize("language", Language)
def test_what_each_of_the_four_buttons_says_is_understood_at_any_moment(language: Language) -> None:
    said = [catalogue(language).gettext(key.message) for row in KEYS for key in row]
    understood = [wanted(words) for words in said]
    assert [one.command for one in understood if one and one.key] == ["report", "fixed", "my", "help"]


def test_the_thirty_first_photo_is_refused_kindly_and_the_thirty_are_filed(office: Office) -> None:
    for _ in range(MOST_ITEMS + 1):
        office.writes("wang", photo=True)
    assert len(draft_of(office, "wang").media) == MOST_ITEMS
    assert SENTENCES[Refusal.DRAFT_FULL].message in office.told("wang")
    office.sends_finding("wang")
    (ticket,) = office.tickets()
    assert len(office.work(lambda tx: tx.attachments.of(ticket.id))) == MOST_ITEMS


def test_a_place_that_is_no_more_is_offered_no_more_and_loses_no_report(office: Office) -> None:
    office.writes("wang", photo=True)
    office.presses("wang", "c.found_light")
    gone = place(office, "garden")
    office.presses("wang", f"c.{gone}")
    office.work(lambda tx: take_over(tx, office.estate_id, [one for one in PLACES if one[0].code != "garden"]))
    office.presses("wang", "submit")
    (ticket,) = office.tickets()
    assert dict(ticket.details) == {"where": gone}, "what was meant is still known"
    office.writes("wang", photo=True)
    office.presses("wang", "c.found_light")
    assert gone not in dict(draft_of(office, "wang").options["where"])


def test_whoever_has_left_reports_nothing_any_more(office: Office) -> None:
    left = replace(office.person("fang"), left_at=office.now)
    office.work(lambda tx: tx.people.update(left))
    office.writes("fang", photo=True)
    assert SENTENCES[Refusal.HAS_LEFT].message in office.told("fang")
    assert office.rows("drafts") == ()


def test_two_reports_of_one_thing_in_the_same_second_are_both_kept(office: Office) -> None:
    for name in ("wang", "fang"):
        office.writes(name, "The lamp at the gate is out.", photo=True)
        office.presses(name, "c.found_light")
        office.presses(name, f"c.{place(office, 'gate')}")
    for name in ("wang", "fang"):
        office.presses(name, "submit")
    first, second = office.tickets()
    assert first.filed_at == second.filed_at
    assert first.number != second.number
    assert [ticket.first_contact_id for ticket in (first, second)] == [
        office.person(name).id for name in ("wang", "fang")
    ]
    assert {ticket.stage for ticket in (first, second)} == {Stage.RECEIVED}


def fixes(office: Office, name: str) -> Ticket:
    """Let somebody say that they have set something right, with a photo of how it is; return its ticket."""
    office.writes(name, "🧹 Fixed it")
    office.presses(name, "skip")
    office.writes(name, photo=True)
    for choice in ("c.found_litter", "skip", "submit"):
        office.presses(name, choice)
    office.delivers()
    return office.tickets()[-1]


def test_what_was_fixed_on_the_spot_can_be_undone_for_a_minute_though_its_photo_closed_it(office: Office) -> None:
    office.rules = with_checked(office.rules, 0.0001)
    amiss, meant = fixes(office, "wang"), fixes(office, "wang")
    assert (amiss.stage, meant.stage) == (Stage.CLOSED, Stage.CLOSED)
    undo = Action(Act.UNSEND, amiss.ref, amiss.version).encode()
    assert not said(office.taps("wang", undo)).alert
    assert office.tickets()[0].withdrawn_at == office.now
    assert said(office.taps("wang", undo)).alert, "once is enough"
    office.passes(minutes=1, seconds=1)
    late = said(office.taps("wang", Action(Act.UNSEND, meant.ref, meant.version).encode()))
    assert late.words
    assert late.words.message == SENTENCES[Refusal.TICKET_ENDED].message
    assert office.tickets()[1] == meant


@pytest.mark.parametrize(("checked", "stage"), [(0.0001, Stage.CLOSED), (0.9999, Stage.HANDLED)])
def test_how_much_of_what_was_fixed_is_looked_at_again_is_for_the_rules_to_say(
    office: Office, checked: float, stage: Stage
) -> None:
    office.rules = with_checked(office.rules, checked)
    assert fixes(office, "wang").stage is stage
    assert ("was handled by wang" in office.told("clerk")) is (stage is Stage.HANDLED)
    without = office.rules.model_copy(update={"on_the_spot": None, "version": "none"})
    assert without.is_drawn_on_the_spot(office.tickets()[0]), "where no rule says so, nothing closes unseen"


def with_checked(rules: RuleSet, checked: float) -> RuleSet:
    """Return `rules` by which so much of what was fixed on the spot is looked at."""
    return rules.model_copy(update={"on_the_spot": OnTheSpotRule(source="S4", checked=checked)})


def said(answer: TapAnswer | None) -> TapAnswer:
    """Return how a tap was answered."""
    assert answer
    return answer


def test_a_photo_and_then_silence_is_brought_to_mind_and_kept(office: Office) -> None:
    office.writes("wang", photo=True)
    draft = draft_of(office, "wang")
    assert draft.nudge_at
    office.passes(hours=13)
    assert draft_of(office, "wang").media == draft.media


def passes_on(office: Office, name: str, *, way: str = "", words: str = "Her tap drips.") -> Ticket:
    """Let somebody pass on what a customer told them; return the ticket."""
    office.writes(name, "📷 Report")
    office.presses(name, "c.told")
    office.writes(name, words)
    office.presses(name, "c.other_repair")
    office.writes(name, "3-12A Mrs Chan 9123 4567")
    office.presses(name, "skip")
    office.presses(name, f"submit.{way}" if way else "submit")
    office.delivers()
    return office.tickets()[-1]


@pytest.mark.parametrize(("way", "channel"), [("", Channel.TOLD), ("intercom", Channel.INTERCOM)])
def test_what_a_customer_told_stays_before_who_passed_it_on(office: Office, way: str, channel: Channel) -> None:
    ticket = passes_on(office, "wang", way=way)
    assert ticket.channel is channel
    assert ticket.first_contact_id == office.person("wang").id
    office.writes("wang", "📋 Mine")
    (listed,) = (press for press in buttons_of(office, "wang") if ticket.ref in press)
    assert not said(office.taps("wang", listed)).alert
    (card,) = office.work(lambda tx: [one for one in tx.cards.of_ticket(ticket.id) if one.audience is Audience.ON_SITE])
    seen = str(office.work(lambda tx: drawing.draw(tx, card)))
    assert "Her tap drips." in seen
    assert "9123" not in seen, "who they are is with the service centre"
    assert said(office.taps("fang", listed)).alert, "nobody else on their feet"


def joins(office: Office, name: str, code: str) -> None:
    """Let somebody belong to a department."""
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert department
    person = replace(office.person(name), department_id=department.id)
    office.work(lambda tx: tx.people.update(person))


def buttons_of(office: Office, name: str) -> tuple[str, ...]:
    """Return what the buttons of the last message to somebody carry."""
    letters = [posted.letter for posted in office.letters() if posted.letter.chat_id == account_of(name)]
    notice = next(letter.content for letter in reversed(letters) if isinstance(letter.content, Notice))
    return tuple(press.action.encode() for row in notice.screen.buttons for press in row)


@pytest.mark.parametrize("department", ["security", None])
@pytest.mark.parametrize("way", ["", "intercom"])
def test_who_passed_it_on_asks_how_it_stands_and_hears_each_morning_and_at_the_end(
    office: Office, way: str, department: str | None
) -> None:
    if department:
        joins(office, "wang", department)
    ticket = passes_on(office, "wang", way=way)
    assert not said(office.taps("wang", Action(Act.CHASE, ticket.ref, ticket.version).encode())).alert
    assert "wang asks how it stands" in office.told("clerk")
    office.now = office.now.replace(hour=0, minute=0) + timedelta(days=1)
    office.fires()
    office.work(lambda tx: night.greet(tx, limit=100))
    assert "What you reported, as it stands this morning" in office.told("wang")
    assert any(ticket.ref in data for data in buttons_of(office, "wang")), "and a tap shows it"
    office.claims("clerk", ticket)
    office.taps("clerk", Action(Act.HANDLE, ticket.ref, ticket.version).encode())
    office.writes("clerk", "A new washer in her kitchen.")
    for choice in ("c.solved", "c.wear", "submit"):
        office.presses("clerk", choice)
    office.taps("boss", Action(Act.VERIFY, ticket.ref, ticket.version).encode())
    assert "what you passed on to us is done and checked" in office.told("wang")
    assert "washer" not in office.told("wang"), "what was done at a customer's is the customer's"


def test_a_place_that_is_gone_when_it_is_tapped_is_asked_for_anew(office: Office) -> None:
    office.writes("wang", photo=True)
    office.presses("wang", "c.found_light")
    known = office.work(lambda tx: tx.places.by_code(office.estate_id, "b5"))
    assert known
    office.work(lambda tx: tx.places.update(replace(known, retired=True)))
    office.presses("wang", f"c.{known.ref}")
    assert "That place is no longer in use." in office.told("wang")
    draft = draft_of(office, "wang")
    assert draft.step == "where"
    assert known.ref not in dict(draft.options["where"])
    office.presses("wang", f"c.{place(office, 'b3')}")
    office.presses("wang", "submit")
    assert dict(office.tickets()[-1].details)["where"] == place(office, "b3")


@pytest.mark.parametrize("way", ["", "intercom"])
def test_what_was_passed_on_amiss_is_undone_for_a_minute(office: Office, way: str) -> None:
    ticket = passes_on(office, "wang", way=way)
    assert not said(office.taps("wang", Action(Act.UNSEND, ticket.ref, ticket.version).encode())).alert
    assert office.tickets()[0].withdrawn_at
    later = passes_on(office, "wang", words="His lamp flickers.")
    office.passes(minutes=2)
    assert said(office.taps("wang", Action(Act.UNSEND, later.ref, later.version).encode())).alert


def test_who_found_something_can_have_the_nearest_asked_with_one_tap(office: Office) -> None:
    ticket = office.files("wang", "Glass on the floor.")
    person = office.person("wang")
    shown = office.work(lambda tx: card_buttons.buttons(tx, ticket, person))
    acts = [press.action.verb for row in shown for press in row]
    assert Act.ASK_NEAREST in acts, "it stands on the card itself: nobody on their feet looks further"
    assert not {Act.CALL, cards.MORE} & set(acts)
