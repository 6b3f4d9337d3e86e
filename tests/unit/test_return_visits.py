"""Return visits in the chat: asked when their time comes, answered once, changed for a day; what silence leads to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.events import Event, Reopened, Visited, VisitEntrusted, VisitMissed, VisitOpened, VisitsCancelled
from bot.domain.history import event_of
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Stage, Ticket
from bot.domain.visits import Mark, Result, Satisfaction, Visit, VisitState
from bot.flows.screen import Action
from bot.ports.outbox import Notice, TapAnswer
from bot.services import chronicle
from bot.services.boards import Place
from tests.office import Office, account_of

COMPLAINT = ("c.complaint", "c.cleaning", "c.lobby", "skip", "skip", "submit")
LIGHT = ("c.repair", "c.light", "c.lobby", "skip", "skip", "submit")
LEAK = ("c.repair", "c.water", "c.lobby", "skip", "skip", "submit")
QUARREL = ("c.complaint", "c.neighbours", "c.keep", "c.home", "skip", "submit")


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident, a clerk on duty and a colleague, and who leads; half past nine on a Monday."""
    staff = {"clerk": Role.CLERK, "lam": Role.CLERK, "technician": Role.TECHNICIAN}
    above = {"head": Role.DEPARTMENT_HEAD, "supervisor": Role.GENERAL_SUPERVISOR, "director": Role.DIRECTOR}
    opened = Office({"chan": Role.RESIDENT, **staff, **above})
    yield opened
    opened.close()


def standing(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def visits(office: Office, ticket: Ticket) -> tuple[Visit, ...]:
    return office.work(lambda tx: tx.visits.of(ticket.id))


def events(office: Office, ticket: Ticket, kind: type[Event]) -> list[Event]:
    rows = office.work(lambda tx: tx.tickets.history(ticket.id))
    return [event for event in (event_of(row).event for row in rows) if isinstance(event, kind)]


def does(office: Office, name: str, ticket: Ticket, act: Act, *steps: str) -> TapAnswer:
    """Let `name` tap a button of the ticket as it stands now, and go through what it asks; return the tap's answer."""
    now = standing(office, ticket)
    answer = office.taps(name, Action(act, now.ref, now.version).encode())
    assert answer is not None
    for step in steps:
        if step.startswith("c.") or step in ("skip", "submit"):
            assert not (said := office.presses(name, step)) or not said.alert, (step, said)
        else:
            office.writes(name, step)
    office.delivers()
    return answer


def dealt_with(office: Office, *taps: str, worker: str = "technician") -> Ticket:
    """File a matter, let the worker take it on and do it, and have it checked."""
    office.writes("chan", "Something is wrong.")
    for tap in taps:
        office.presses("chan", tap)
    ticket = office.tickets()[-1]
    does(office, worker, ticket, Act.CLAIM)
    return done_again(office, ticket, worker)


def done_again(office: Office, ticket: Ticket, worker: str = "technician") -> Ticket:
    does(office, worker, ticket, Act.HANDLE, "It was cleaned.", "c.solved", "c.wear", "submit")
    does(office, "lam", ticket, Act.VERIFY)
    return standing(office, ticket)


def lives(office: Office, **duration: float) -> None:
    """Let time pass hour by hour, everything that falls due fired and sent."""
    until = office.now + timedelta(**duration)
    while office.now < until:
        office.passes(hours=1)
        office.fires()
        office.delivers()


def buttons(office: Office, name: str) -> list[str]:
    """Return the verbs below the last message to `name` in private."""
    screens = [
        posted.letter.content.screen
        for posted in office.letters()
        if posted.letter.chat_id == account_of(name) and isinstance(posted.letter.content, Notice)
    ]
    return [press.action.verb for row in screens[-1].buttons for press in row]


def test_a_day_after_the_work_the_resident_is_asked_and_their_word_closes_it(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    assert "We ask you" in office.told("chan")
    assert buttons(office, "chan") == [Act.REOPEN], "that it is wrong can be said at once"
    assert "how is it now?" not in office.told("chan")
    lives(office, hours=26)
    assert "how is it now?" in office.told("chan")
    assert buttons(office, "chan") == [Act.SOLVED, Act.PARTLY, Act.REOPEN]

    does(
        office,
        "chan",
        ticket,
        Act.SOLVED,
        "c.good",
        "c.fair",
        "c.satisfied",
        "c.slow",
        "Ring before you come.",
        "submit",
    )
    assert standing(office, ticket).stage is Stage.CLOSED
    (visit,) = visits(office, ticket)
    assert visit.state is VisitState.DONE
    assert visit.answers is not None
    assert (visit.answers.quality, visit.answers.effect) == (Mark.GOOD, Mark.FAIR)
    assert (visit.answers.satisfaction, visit.answers.shortcoming) == (Satisfaction.SATISFIED, "slow")
    assert "Ring before you come." in office.told("technician"), "what they said goes back to who did the work"
    assert "Fair" not in office.told("technician"), "the marks do not"
    lives(office, days=10)
    assert office.told("chan").count("how is it now?") == 1, "nobody is asked twice"


def test_whoever_finds_all_well_says_so_with_one_tap_and_confirms(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    does(office, "chan", ticket, Act.SOLVED, "c.fine")
    assert standing(office, ticket).stage is Stage.VERIFIED, "nothing counts before they have confirmed it"
    office.presses("chan", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED, "sooner than asked will do"
    lives(office, days=3)
    assert "how is it now?" not in office.told("chan")


@pytest.mark.parametrize(
    ("act", "steps"),
    [
        (Act.REOPEN, ("It is dirty again.",)),
        (Act.SOLVED, ("c.poor", "c.poor", "c.unsatisfied", "skip", "skip", "submit")),
        (Act.PARTLY, ("c.fair", "c.fair", "c.unsatisfied", "skip", "It is dirty again.", "submit")),
    ],
)
def test_who_is_not_satisfied_opens_it_again_and_each_time_it_climbs(
    office: Office, act: Act, steps: tuple[str, ...]
) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    for level, above in enumerate(("head", "supervisor", "director"), start=1):
        lives(office, hours=26)
        does(office, "chan", ticket, act, *steps)
        now = standing(office, ticket)
        assert (now.stage, now.assignee_id) == (Stage.IN_HAND, office.person("technician").id)
        assert office.told(above).count("is not solved for the resident") >= 1
        assert office.told("director").count("is not solved for the resident") == level, "each time (RV-7)"
        assert [event.level for event in events(office, ticket, Reopened) if isinstance(event, Reopened)][-1] == level
        done_again(office, ticket)
    assert [visit.round for visit in visits(office, ticket)] == [0, 1, 2, 3], "each round has its own"
    assert [visit.state for visit in visits(office, ticket)][:3] == [VisitState.DONE] * 3


def test_partly_solved_may_rest_where_they_are_content_with_it(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    does(office, "chan", ticket, Act.PARTLY, "c.fair", "c.fair", "c.fair", "skip", "skip", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED
    assert "partly solved for the resident" in office.told("technician")


def test_silence_leads_to_one_reminder_and_then_to_a_visitor(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT, worker="clerk")
    does(office, "lam", ticket, Act.READ)
    lives(office, days=2, hours=6)
    assert office.told("chan").count("may we ask once more") == 1
    now = standing(office, ticket)
    assert now.visitor_id == office.person("lam").id, "the first contact did the work: another clerk (RV-4)"
    assert "please call chan or go and see them" in office.told("lam")
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED, "they may still answer themselves"
    runs = [run.state for run in office.work(lambda tx: tx.obligations.of(ticket.id)) if run.rule == "RV-1"]
    assert runs == ["met"]


def test_a_visit_that_nobody_makes_is_late_and_goes_up(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    lives(office, days=5)
    assert "the return visit was due by" in office.told("head")
    assert "the return visit was due by" in office.told("director")
    assert standing(office, ticket).stage is Stage.VERIFIED, "only the resident's word closes it"
    assert len(events(office, ticket, VisitEntrusted)) == 1


def test_who_blocks_the_bot_is_called_at_once(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    chan = replace(office.person("chan"), reachable=False)
    office.work(lambda tx: tx.people.update(chan))
    before = office.told("chan")
    lives(office, hours=26)
    assert office.told("chan") == before
    assert standing(office, ticket).visitor_id == office.person("clerk").id, "the visitor has it, a clerk"


def test_whom_nobody_knows_is_asked_in_the_chat_alone(office: Office) -> None:
    ticket = dealt_with(office, *QUARREL)
    lives(office, days=3)
    assert events(office, ticket, VisitEntrusted) == []
    assert len(events(office, ticket, VisitMissed)) == 1
    lives(office, days=8)
    now = standing(office, ticket)
    assert now.stage is Stage.CLOSED, "a quiet week, since no visit can be made"


def test_who_has_moved_out_is_asked_no_more(office: Office) -> None:
    office.writes("chan", office.letter("3-12A"))
    ticket = dealt_with(office, *COMPLAINT)
    home = replace(office.home_of("chan"), until=office.now)
    office.work(lambda tx: tx.households.update(home))
    lives(office, days=3)
    assert "how is it now?" not in office.told("chan")
    assert len(events(office, ticket, VisitsCancelled)) == 1
    assert {visit.state for visit in visits(office, ticket)} == {VisitState.CANCELLED}
    lives(office, days=7)
    assert standing(office, ticket).stage is Stage.CLOSED


def test_an_answer_can_be_changed_for_a_day(office: Office) -> None:
    ticket = dealt_with(office, *LIGHT)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    lives(office, hours=5)
    steps = ("c.partly", "c.fair", "c.poor", "c.fair", "c.untidy", "skip", "submit")
    assert not does(office, "chan", ticket, Act.REVISE, *steps).alert
    (visit,) = visits(office, ticket)
    assert visit.answers is not None
    assert (visit.answers.result, visit.answers.shortcoming) == (Result.PARTLY, "untidy")
    assert standing(office, ticket).stage is Stage.CLOSED
    does(office, "chan", ticket, Act.REVISE, "c.not_solved", "It flickers.", "submit")
    assert standing(office, ticket).stage is Stage.IN_HAND
    said = [event for event in events(office, ticket, Visited) if isinstance(event, Visited)]
    assert [event.again for event in said] == [False, True, True]

    done_again(office, ticket)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    lives(office, hours=25)
    late = does(office, "chan", ticket, Act.REVISE)
    assert late.alert
    assert "for a day" in late.words.message if late.words else False


def test_who_said_not_solved_by_a_slip_takes_it_back_and_is_asked_the_second_time_as_planned(office: Office) -> None:
    ticket = dealt_with(office, "c.emergency", "c.burst", "submit")
    lives(office, hours=5)
    (_, second) = visits(office, ticket)
    does(office, "chan", ticket, Act.REOPEN, "skip")
    assert standing(office, ticket).stage is Stage.IN_HAND
    does(office, "chan", ticket, Act.REVISE, "c.solved", "c.fine", "submit")
    now = standing(office, ticket)
    assert (now.stage, now.reopened, now.visits) == (Stage.VISITED, 0, 1), "the second visit is still to come"
    again = visits(office, ticket)[-1]
    assert (again.state, again.opens_at, again.due_at) == (VisitState.PLANNED, second.opens_at, second.due_at)
    assert office.told("chan").count("we have dealt with it and checked it") == 1, "they know what was done"
    lives(office, days=2)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED


def test_who_is_still_not_satisfied_adds_to_it_and_it_climbs_no_further(office: Office) -> None:
    ticket = dealt_with(office, *LIGHT)
    does(office, "chan", ticket, Act.REOPEN, "skip")
    does(office, "chan", ticket, Act.REVISE, "c.not_solved", "It flickers.", "submit")
    assert (standing(office, ticket).stage, standing(office, ticket).reopened) == (Stage.IN_HAND, 1)
    assert len(events(office, ticket, Reopened)) == 1
    assert "It flickers." in office.told("technician"), "who has it reads it"


def test_who_finds_it_not_solved_after_all_within_the_day_has_changed_their_answer(office: Office) -> None:
    ticket = dealt_with(office, *LIGHT)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    does(office, "chan", ticket, Act.REOPEN, "skip")
    (visit,) = visits(office, ticket)
    assert visit.answers is not None
    assert visit.answers.result is Result.NOT_SOLVED
    assert standing(office, ticket).stage is Stage.IN_HAND


def test_a_leak_is_asked_about_again_after_rain_even_when_it_is_closed(office: Office) -> None:
    ticket = dealt_with(office, *LEAK)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED
    lives(office, days=20)
    office.writes("director", "/rain", command="rain")
    lives(office, hours=15)
    assert "It has rained since." in office.told("chan")
    does(office, "chan", ticket, Act.REOPEN, "It drips again.")
    now = standing(office, ticket)
    assert (now.stage, now.reopened) == (Stage.IN_HAND, 1), "later than a closed matter could come back otherwise"


def test_an_urgent_repair_is_asked_about_twice(office: Office) -> None:
    ticket = dealt_with(office, "c.emergency", "c.burst", "submit")
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    now = standing(office, ticket)
    assert (now.stage, now.visits) == (Stage.VISITED, 1), "one more to come"
    lives(office, days=2)
    assert "We ask once more, to be sure." in office.told("chan")
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert standing(office, ticket).stage is Stage.CLOSED


def test_a_second_visit_takes_the_place_of_one_that_nobody_made(office: Office) -> None:
    other = dealt_with(office, "c.emergency", "c.burst", "submit")
    lives(office, days=3)
    first, second = visits(office, other)
    assert (first.state, second.state) == (VisitState.MISSED, VisitState.ENTRUSTED)
    assert len(events(office, other, VisitOpened)) == 2


def test_history_tells_what_was_asked_and_said_and_no_marks(office: Office) -> None:
    ticket = dealt_with(office, *COMPLAINT)
    lives(office, hours=26)
    does(office, "chan", ticket, Act.SOLVED, "c.good", "c.poor", "c.satisfied", "skip", "Sweep the stairs.", "submit")
    for name in ("chan", "clerk"):
        person, place = office.person(name), Place(account_of(name), None)
        now = standing(office, ticket)
        office.work(partial(chronicle.show, person=person, ticket=now, choice="", place=place))
    assert "🔎 We asked you how it is" in office.told("chan")
    assert "🔎 You said how it is" in office.told("chan")
    assert "Sweep the stairs." in office.told("clerk")
    assert "Poor" not in office.told("clerk")
