"""The visitor's side of a return visit: sent, signed out, not reached, recorded in person, reviewed (RV-4 to RV-10)."""

from collections.abc import Iterator
from functools import partial

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.policy import Act, offered
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Channel, Stage, Ticket
from bot.domain.visit_rules import VisitRule
from bot.domain.visits import Mark, Satisfaction, VisitState, Way
from bot.flows.screen import Action
from bot.ports.outbox import Notice, TapAnswer
from bot.services import leaving, visiting
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of
from tests.rules.registering import registered

#: After a day the resident is asked, after two days it is to be made, and once more after rain.
EVERY = {
    "rule": "RV-2/every",
    "source": "S3 八.2(2)",
    "opens": "1 day",
    "due": "2 days",
    "coverage": 1.0,
    "tries": 2,
}


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident, three of the service centre, a technician, and who leads; every matter is visited."""
    desk = dict.fromkeys(("clerk", "lam", "fok"), Role.CLERK)
    above = {"head": Role.GENERAL_SUPERVISOR, "director": Role.DIRECTOR}
    opened = Office({"chan": Role.RESIDENT, **desk, "technician": Role.TECHNICIAN, **above})
    opened.rules = _visiting(opened.rules, EVERY)
    yield opened
    opened.close()


def _visiting(rules: RuleSet, rule: dict[str, object]) -> RuleSet:
    return rules.model_copy(update={"visits": (VisitRule.model_validate(rule),), "version": "visits"})


def does(office: Office, name: str, ticket: Ticket, act: Act, *steps: str) -> TapAnswer:
    """Let `name` tap a button of the ticket as it stands now, and go through what it asks; return the tap's answer."""
    now = standing(office, ticket)
    answer = office.taps(name, Action(act, now.ref, now.version).encode())
    assert answer is not None
    for step in steps:
        if step.startswith("c.") or step in ("skip", "submit"):
            office.presses(name, step)
        else:
            office.writes(name, step)
    office.delivers()
    return answer


def standing(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def time_passes(office: Office, days: int) -> None:
    """Let days pass, everything firing at its own hour."""
    for _ in range(days * 24):
        office.passes(hours=1)
        office.fires()
        office.work(lambda tx: visiting.fire(tx, office.rules, 100))
        office.delivers()


def entrusted(office: Office, channel: str = "chat") -> Ticket:
    """Have a matter handled and checked, its resident asked in vain, and its visitor sent."""
    filer = office.person("chan")
    bring = partial(registered, channel=channel)
    ticket = office.work(lambda tx: bring(tx, office.rules, filer))
    does(office, "clerk", ticket, Act.CLAIM)
    does(office, "clerk", ticket, Act.TRANSFER, f"c.p{office.person('technician').id}", "c.skill")
    does(office, "technician", ticket, Act.ACCEPT)
    does(office, "technician", ticket, Act.HANDLE, "A new rope.", "c.solved", "c.wear", "submit")
    does(office, "lam", ticket, Act.VERIFY)
    for _ in range(72):
        if standing(office, ticket).visitor_id is not None:
            break
        office.passes(hours=1)
        office.work(lambda tx: visiting.fire(tx, office.rules, 100))
        office.delivers()
    assert standing(office, ticket).visitor_id == office.person("clerk").id, "the first contact goes (RV-1)"
    return standing(office, ticket)


FINE = ("c.solved", "c.fine")


def test_the_first_contact_records_at_the_door_what_the_resident_confirms_and_it_closes(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT_GO)
    assert "clerk is on the way to you" in office.told("chan")
    does(office, "clerk", ticket, Act.VISIT, *FINE, "skip", "submit")

    made = office.work(lambda tx: tx.visits.of(ticket.id)[0])
    assert (made.state, made.way) == (VisitState.DONE, Way.DOOR), "signing out said how"
    assert made.out_at is not None
    assert made.answers is not None
    assert (made.answers.quality, made.answers.satisfaction) == (Mark.GOOD, Satisfaction.SATISFIED)
    assert standing(office, ticket).stage is Stage.CLOSED
    assert "clerk has noted what you said" in office.told("chan"), "who has a chat can say that it is not so"


def test_what_is_not_solved_is_open_again_when_it_is_recorded(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.phone", "c.not_solved", "It stops at 3.", "submit")
    again = standing(office, ticket)
    assert (again.stage, again.reopened) == (Stage.IN_HAND, 1)
    assert "It stops at 3." in office.told("director"), "the director hears of it (RV-7)"


def test_what_was_noted_by_mistake_is_corrected_within_the_day_and_stands_as_before(office: Office) -> None:
    ticket = entrusted(office)
    before = standing(office, ticket)
    does(office, "clerk", ticket, Act.VISIT, "c.phone", "c.not_solved", "It stops at 3.", "submit")
    assert does(office, "lam", ticket, Act.REVISE).alert, "nobody else's"
    office.passes(hours=3)
    does(office, "clerk", ticket, Act.REVISE, *FINE, "submit")
    now = standing(office, ticket)
    assert (now.stage, now.reopened) == (Stage.CLOSED, 0)
    assert (now.handled_by, now.handled_at, now.outcome) == (before.handled_by, before.handled_at, before.outcome)
    made = office.work(lambda tx: tx.visits.of(ticket.id)[0])
    assert (made.way, made.answers and made.answers.satisfaction) == (Way.PHONE, Satisfaction.SATISFIED)
    for name in ("head", "director"):
        assert "that it was not solved was a mistake" in office.told(name), "who heard of it hears that it is not so"
    assert "that it was not solved was a mistake" not in office.told("clerk"), "who has said so"
    assert not [run for run in office.work(lambda tx: tx.obligations.running(ticket.id)) if run.rule != "FC-14"]

    office.passes(hours=22)
    late = does(office, "clerk", ticket, Act.REVISE)
    assert late.alert, "a day after the visit"


def test_what_was_noted_as_solved_by_mistake_is_corrected_too_and_opens_it(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.door", *FINE, "skip", "submit")
    does(office, "clerk", ticket, Act.REVISE, "c.not_solved", "It stops at 3.", "submit")
    again = standing(office, ticket)
    assert (again.stage, again.reopened) == (Stage.IN_HAND, 1)
    assert "It stops at 3." in office.told("director")


def test_the_resident_corrects_what_the_visitor_has_noted(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.phone", "c.not_solved", "skip", "submit")
    does(office, "chan", ticket, Act.REVISE, *FINE, "submit")
    assert standing(office, ticket).stage is Stage.CLOSED
    assert does(office, "clerk", ticket, Act.REVISE).alert, "the resident's own word stands"


def test_what_a_leader_has_gone_through_is_the_residents_to_change_and_the_visitor_learns_what_to_do(
    office: Office,
) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.phone", *FINE, "skip", "submit")
    does(office, "director", ticket, Act.REVIEW, "skip")
    refused = does(office, "clerk", ticket, Act.REVISE)
    assert refused.alert
    assert refused.words
    assert refused.words.message == SENTENCES[Refusal.RESIDENTS_WORD].message
    does(office, "chan", ticket, Act.REVISE, "c.not_solved", "It stops at 3.", "submit")
    assert standing(office, ticket).reopened == 1


def test_once_it_is_dealt_with_anew_nothing_is_corrected_any_more(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.phone", "c.not_solved", "skip", "submit")
    does(office, "clerk", ticket, Act.HANDLE, "Oiled.", "c.solved", "c.wear", "submit")
    assert standing(office, ticket).stage is Stage.HANDLED
    assert does(office, "clerk", ticket, Act.REVISE).alert


def test_who_cannot_be_reached_is_tried_again_and_in_the_end_written_to(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT_CALL)
    assert not does(office, "clerk", ticket, Act.NOT_REACHED).alert
    assert standing(office, ticket).visit_tries == 1
    assert standing(office, ticket).visitor_id is not None, "it stays theirs"
    does(office, "clerk", ticket, Act.NOT_REACHED)
    assert office.work(lambda tx: tx.visits.of(ticket.id)[0]).state is VisitState.MISSED
    assert "we have tried to reach you" in office.told("chan")
    time_passes(office, 9)
    assert standing(office, ticket).stage is Stage.CLOSED, "a quiet week closes it"


def test_nobody_else_records_a_visit(office: Office) -> None:
    ticket = entrusted(office)
    for name in ("lam", "technician", "head", "chan"):
        for act in (Act.VISIT, Act.VISIT_GO, Act.VISIT_CALL, Act.NOT_REACHED):
            assert does(office, name, ticket, act).alert


def test_where_the_visitor_has_left_the_company_somebody_else_goes(office: Office) -> None:
    ticket = entrusted(office)
    clerk = office.person("clerk")
    office.work(lambda tx: leaving.leave(tx, office.rules, clerk))
    other = standing(office, ticket).visitor_id
    assert other in (office.person("lam").id, office.person("fok").id)
    name = "lam" if other == office.person("lam").id else "fok"
    assert "please call chan or go and see them" in office.told(name)
    does(office, name, ticket, Act.VISIT, "c.door", *FINE, "skip", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED


def test_what_is_found_at_a_visit_is_ordered_in_writing_with_the_time_that_was_agreed(office: Office) -> None:
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.door", *FINE, "The lamp in the lift flickers.")
    person = office.person("clerk")
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of("clerk"), office.now))
    assert draft is not None
    assert draft.step == "agreed"
    code = draft.options["agreed"][-1][0]
    does_on(office, f"c.{code}", "submit")

    first, order = office.tickets()
    assert first.stage is Stage.CLOSED
    assert (order.channel, order.first_contact_id, order.split_from) == (Channel.RETURN_VISIT, person.id, first.id)
    assert order.promised_until is not None
    assert int(order.promised_until.timestamp()) == int(code)
    assert "The lamp in the lift flickers." in office.told("chan")
    rules = {run.rule for run in office.work(lambda tx: tx.obligations.running(order.id))}
    assert {"RV-6", "FC-4"} <= rules
    does(office, "lam", order, Act.JUDGE, "c.2")
    assert "RV-6" not in {run.rule for run in office.work(lambda tx: tx.obligations.running(order.id))}


def does_on(office: Office, *choices: str) -> None:
    for choice in choices:
        office.presses("clerk", choice)
    office.delivers()


def test_who_leads_reviews_a_visit_and_their_opinion_reaches_who_worked_and_who_asked(office: Office) -> None:
    ticket = entrusted(office)
    marks = ("c.solved", "c.good", "c.poor", "c.fair", "It squeaks now.", "skip")
    does(office, "clerk", ticket, Act.VISIT, "c.phone", *marks, "skip", "submit")
    office.writes("head", "/visits", command="visits")
    office.delivers()
    assert "Made, and waiting for your opinion: 1" in office.told("head")
    for name in ("clerk", "technician"):
        assert Act.REVIEW not in offered(office.person(name), standing(office, ticket), office.now)

    does(office, "head", ticket, Act.REVIEW, "Oil it at the monthly round.")
    heard = office.told("head")
    assert "the return visit by clerk, by phone" in heard
    assert "The result: 👎 Poor" in heard
    assert "It squeaks now." in heard
    for name in ("clerk", "technician"):
        told = office.told(name)
        assert "Oil it at the monthly round." in told
        assert "👎" not in told, "marks are nobody's who did the work"
    made = office.work(lambda tx: tx.visits.of(ticket.id)[0])
    assert (made.reviewed_by, made.reviewed_at) == (office.person("head").id, office.now)
    assert does(office, "director", ticket, Act.REVIEW).alert, "once is enough"
    office.writes("head", "/visits", command="visits")
    assert "None is waiting for your opinion." in office.told("head")


def test_the_visitor_finds_their_visits_in_a_list(office: Office) -> None:
    ticket = entrusted(office)
    office.writes("clerk", "/visits", command="visits")
    office.delivers()
    contents = [p.letter.content for p in office.letters() if p.letter.chat_id == account_of("clerk")]
    last = next(content for content in reversed(contents) if isinstance(content, Notice))
    assert [press.action.ref for row in last.screen.buttons for press in row] == [ticket.ref]


def test_rain_has_what_was_leaking_seen_again(office: Office) -> None:
    office.rules = _visiting(office.rules, {**EVERY, "again": [{"after_rain": True, "due": "2 days"}]})
    ticket = entrusted(office)
    does(office, "clerk", ticket, Act.VISIT, "c.door", *FINE, "skip", "submit")
    office.writes("head", "/rain", command="rain")
    assert "Return visits that follow now: 1" in office.told("head")
    office.work(lambda tx: visiting.fire(tx, office.rules, 100))
    office.delivers()
    assert "It has rained since." in office.told("chan")
    office.writes("head", "/rain", command="rain")
    assert "No return visit is waiting for rain." in office.told("head")


def test_the_overview_shows_how_much_is_visited_beside_the_goal(office: Office) -> None:
    entrusted(office)
    office.writes("director", "/overview", command="overview")
    assert "Return visits, RV-2/every: 1 of 1 in 30 days, 100 %; the goal is 100 %." in office.told("director")
