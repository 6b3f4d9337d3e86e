"""What goes wrong on one's feet: too many photos, a place that is no more, a contract that ended, two at once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.adapters.i18n import catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Language, Role
from bot.domain.policy import Act
from bot.domain.regulation import OnTheSpotRule, RuleSet
from bot.domain.tickets import Stage, Ticket
from bot.flows.engine import MOST_ITEMS, Draft
from bot.flows.findings import KEYS
from bot.flows.screen import Action
from bot.flows.words import wanted
from bot.ports.outbox import TapAnswer
from bot.sandbox.grounds import PLACES
from bot.services.placing import take_over
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """An estate with places, and two who work on their feet."""
    opened = Office({"clerk": Role.CLERK, "wang": Role.FRONTLINE, "fang": Role.FRONTLINE})
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
