"""What is kept about somebody is shown to them alone, and erased as they ask, once nothing of theirs is open."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Erased, Event, VisitsCancelled
from bot.domain.history import event_of, first_break
from bot.domain.people import NAMELESS, Role
from bot.domain.policy import Act, offered
from bot.domain.tickets import Stage, Ticket
from bot.domain.visits import VisitState
from bot.flows.screen import Action, Quote, Text
from bot.ports.outbox import LetterState, Notice, TapAnswer
from bot.ports.search import Reader
from bot.services import drawing, erasing, own_data
from bot.services.refusals import SENTENCES
from tests.office import GROUP, Office, account_of

LEAK = ("c.repair", "c.water", "c.lobby", "skip", "skip", "submit")


@pytest.fixture
def office() -> Iterator[Office]:
    """Two residents, and everybody whom a matter needs until its end; half past nine on a Monday."""
    residents = {"chan": Role.RESIDENT, "ng": Role.RESIDENT}
    staff = {"clerk": Role.CLERK, "lam": Role.CLERK, "technician": Role.TECHNICIAN, "director": Role.DIRECTOR}
    opened = Office({**residents, **staff})
    yield opened
    opened.close()


def chooses(office: Office, name: str, choice: str) -> TapAnswer | None:
    return office.taps(name, Action(own_data.OWN, "-", 0, choice).encode())


def asks(office: Office, name: str) -> None:
    """Let `name` ask to be erased, and mean it."""
    office.writes(name, "/privacy", command="privacy")
    chooses(office, name, own_data.ERASE)
    chooses(office, name, own_data.YES)
    office.delivers()


def erased(office: Office, name: str) -> int:
    """Let `name` be erased, who has nothing open; return by which number the record knows them."""
    number = office.person(name).id
    asks(office, name)
    office.fires()
    office.delivers()
    return number


def standing(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def events(office: Office, ticket: Ticket) -> list[Event]:
    return [event_of(row).event for row in office.work(lambda tx: tx.tickets.history(ticket.id))]


def withdraws(office: Office, name: str, ticket: Ticket) -> None:
    office.taps(name, Action(Act.WITHDRAW, ticket.ref, standing(office, ticket).version, "yes").encode())
    office.delivers()


def known(office: Office, name: str) -> bool:
    return office.work(lambda tx: tx.people.by_account(account_of(name))) is not None


def does(office: Office, name: str, ticket: Ticket, act: Act, *steps: str) -> None:
    """Let `name` tap a button of the ticket and go through what it asks."""
    now = standing(office, ticket)
    assert office.taps(name, Action(act, now.ref, now.version).encode()) is not None
    for step in steps:
        if step.startswith("c.") or step in ("skip", "submit"):
            assert not (said := office.presses(name, step)) or not said.alert, (step, said)
        else:
            office.writes(name, step)
    office.delivers()


def leak_waiting_for_rain(office: Office) -> Ticket:
    """Let Chan's leak be dealt with and closed, with a visit left for when it has rained."""
    office.writes("chan", "Water comes through the ceiling.")
    for step in LEAK:
        office.presses("chan", step)
    office.delivers()
    ticket = office.tickets()[-1]
    does(office, "technician", ticket, Act.CLAIM)
    does(office, "technician", ticket, Act.HANDLE, "We have sealed the joint.", "c.solved", "c.wear", "submit")
    does(office, "clerk", ticket, Act.VERIFY)
    for _ in range(80):
        office.passes(hours=1)
        office.fires()
        office.delivers()
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    return standing(office, ticket)


# Shown


def test_somebody_is_shown_what_is_kept_about_them_and_nothing_of_others(office: Office) -> None:
    office.writes("chan", office.letter("3-12A"))
    mine = office.files("chan", "The lift is stuck at our floor.")
    office.files("ng", "The tap drips in my kitchen.")
    office.begins_answer("clerk", mine)
    office.claims("clerk", mine)
    does(office, "clerk", mine, Act.NOTE, "He has called twice.", "submit")
    before = len(office.letters())
    office.writes("chan", "/privacy", command="privacy")
    chooses(office, "chan", own_data.SHOW)

    fresh = [posted.letter for posted in office.letters()[before:]]
    assert {letter.chat_id for letter in fresh} <= {0, account_of("chan")}
    shown = [letter.content.screen for letter in fresh if isinstance(letter.content, Notice)]
    words = [line.words for screen in shown for line in screen.lines if isinstance(line, Quote)]
    assert words == ["The lift is stuck at our floor."]
    sentences = "\n".join(line.message for screen in shown for line in screen.lines if isinstance(line, Text))
    assert "What we keep about you" in sentences
    told = office.told("chan")
    for fact in ("chan", str(account_of("chan")), "3-12A, since 2026-03-02", mine.number):
        assert fact in told
    assert "drips" not in told
    assert "twice" not in told


def test_what_was_begun_and_what_was_asked_of_the_office_is_shown_as_well(office: Office) -> None:
    office.asks_for_home("chan", "Tower 3, the flat with the green door")
    office.writes("chan", "The gate squeaks, and so")
    chooses(office, "chan", own_data.SHOW)
    shown = office.told("chan")
    assert "You asked us" in shown
    assert "Tower 3, the flat with the green door" in shown
    assert "Begun and not sent yet:\nThe gate squeaks, and so" in shown


def test_what_they_answered_at_a_visit_is_shown(office: Office) -> None:
    leak_waiting_for_rain(office)
    chooses(office, "chan", own_data.SHOW)
    shown = office.told("chan")
    assert "The work: 👍 Good" in shown
    assert "Satisfaction: 😊 Satisfied" in shown
    assert shown.rpartition("What we keep about you")[2].count("sealed the joint") == 0, "what others wrote is others'"


def test_much_is_shown_in_as_many_messages_as_it_takes(office: Office) -> None:
    for number in range(3):
        office.files("chan", f"{number} " + "The corridor is dark. " * 120)
        office.passes(hours=1)
    before = len(office.letters())
    chooses(office, "chan", own_data.SHOW)
    contents = [posted.letter.content for posted in office.letters()[before:]]
    shown = [content.screen for content in contents if isinstance(content, Notice)]
    assert len(shown) >= 3
    quoted = "".join(line.words for screen in shown for line in screen.lines if isinstance(line, Quote))
    assert quoted.count("The corridor is dark.") == 360, "nothing is left out"


# Erased


def test_it_is_asked_once_whether_it_is_meant_and_what_it_means(office: Office) -> None:
    office.writes("chan", "/privacy", command="privacy")
    chooses(office, "chan", own_data.ERASE)
    assert "Shall we erase what we keep about you?" in office.told("chan")
    assert office.fires() == 0
    chooses(office, "chan", own_data.KEEP)
    assert office.fires() == 0
    assert office.person("chan").name == "chan"


def test_of_who_is_erased_a_number_is_left(office: Office) -> None:
    office.writes("chan", office.letter("3-12A"))
    code = office.unit("3-12A").id
    ticket = office.files("chan", "The lift is stuck.")
    withdraws(office, "chan", ticket)
    number = erased(office, "chan")

    left = office.work(lambda tx: tx.people.get(number))
    assert (left.account, left.name, left.roles, left.unit, left.erased_at) == (
        None, NAMELESS, frozenset(), None, office.now
    )  # fmt: skip
    assert not known(office, "chan")
    assert "It is done" in office.told("chan")
    assert office.work(lambda tx: tx.households.homes_of(number)) == ()
    assert not office.work(lambda tx: tx.units.has_code(code)), "whoever moves in gets a letter of their own"


def test_the_record_stays_and_its_chain_is_whole(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    office.claims("clerk", ticket)
    withdraws(office, "chan", ticket)
    before = standing(office, ticket)
    erased(office, "chan")

    after = standing(office, ticket)
    assert replace(after, version=before.version, erased_at=None) == before
    rows = office.work(lambda tx: tx.tickets.history(ticket.id))
    assert first_break(rows) is None
    assert events(office, ticket)[-1] == Erased(before.filer_id)
    assert [passage.content for passage in office.work(lambda tx: tx.texts.of(ticket.id))] == [""]
    assert office.work(lambda tx: tx.search.find(Reader(office.estate_id, 0), "lift", 5)) == ()
    assert office.work(lambda tx: tx.search.find(Reader(office.estate_id, 0), "chan", 5)) == ()
    assert office.work(lambda tx: tx.search.find(Reader(office.estate_id, 0), ticket.number, 5)) == (ticket.id,)


def test_staff_read_that_they_were_erased_instead_of_their_name(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    withdraws(office, "chan", ticket)
    erased(office, "chan")
    (card,) = (card for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if card.chat_id == GROUP)
    screen = office.work(lambda tx: drawing.draw(tx, card))
    assert screen is not None
    names = [line.params["name"] for line in screen.lines if isinstance(line, Text) and "name" in line.params]
    assert names == [Text("somebody whose data was erased")]
    assert not any(isinstance(line, Quote) for line in screen.lines)


def test_while_something_is_open_the_request_stands_and_is_carried_out_by_itself_at_its_end(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    asks(office, "chan")
    office.fires()
    assert "These matters of yours are still open" in office.told("chan")
    assert ticket.number in office.told("chan").rpartition("still open")[2]
    assert known(office, "chan")
    office.passes(hours=2)
    office.fires()
    assert known(office, "chan")

    withdraws(office, "chan", ticket)
    assert known(office, "chan")
    office.passes(seconds=erasing.LOOK_AGAIN.total_seconds())
    office.fires()
    assert not known(office, "chan")


def test_who_has_asked_may_change_their_mind(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    asks(office, "chan")
    office.fires()
    office.writes("chan", "/privacy", command="privacy")
    assert "You have asked us to erase it" in office.told("chan")
    chooses(office, "chan", own_data.KEEP)
    withdraws(office, "chan", ticket)
    office.passes(days=1)
    office.fires()
    assert known(office, "chan")


def test_a_visit_that_waits_for_rain_is_called_off_and_nobody_is_ever_asked(office: Office) -> None:
    ticket = leak_waiting_for_rain(office)
    assert ticket.stage is Stage.CLOSED
    assert [visit.state for visit in office.work(lambda tx: tx.visits.of(ticket.id))][-1] is VisitState.RAIN
    erased(office, "chan")
    assert VisitsCancelled("erased") in events(office, ticket)
    assert {visit.state for visit in office.work(lambda tx: tx.visits.of(ticket.id))} == {
        VisitState.DONE, VisitState.CANCELLED
    }  # fmt: skip
    before = len(office.letters())
    office.writes("director", "/rain", command="rain")
    office.passes(days=7)
    office.fires()
    office.delivers()
    chats = {posted.letter.chat_id for posted in office.letters()[before:]}
    assert account_of("chan") not in chats


def test_marks_stay_words_go(office: Office) -> None:
    ticket = leak_waiting_for_rain(office)
    erased(office, "chan")
    visit = office.work(lambda tx: tx.visits.of(ticket.id))[0]
    assert visit.answers is not None
    assert visit.answers.satisfied
    texts = office.work(lambda tx: tx.texts.of(ticket.id))
    assert {passage.content for passage in texts} == {""}, "what colleagues wrote there may tell who it was, too"


def test_who_writes_again_is_somebody_new(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    withdraws(office, "chan", ticket)
    number = erased(office, "chan")
    office.writes("chan", "Hello, I am back.")
    person = office.person("chan")
    assert person.id != number
    office.writes("chan", "/my", command="my")
    assert ticket.number not in office.told("chan").rpartition("It is done")[2]


def test_an_old_button_is_answered_kindly(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    withdraws(office, "chan", ticket)
    erased(office, "chan")
    answer = office.taps("chan", Action("show", ticket.ref, ticket.version).encode())
    assert answer is not None
    assert answer.words == SENTENCES[Refusal.NO_SUCH_TICKET]


def test_what_was_to_be_sent_to_them_is_not_sent(office: Office) -> None:
    office.writes("chan", "The lift is stuck, please.")
    asks_unsent = office.person("chan").id
    office.work(lambda tx: tx.people.update(replace(tx.people.get(asks_unsent), erase_at=office.now)))
    waiting = [posted.id for posted in office.letters() if posted.state is LetterState.PENDING]
    assert waiting
    office.fires()
    states = {posted.id: posted.state for posted in office.letters()}
    assert {states[number] for number in waiting} == {LetterState.DROPPED}
    office.delivers()
    (told,) = (p for p in office.letters() if p.state is LetterState.SENT and p.letter.chat_id == account_of("chan"))
    assert isinstance(told.letter.content, Notice)


def test_one_event_goes_on_for_the_others_and_who_was_erased_hears_nothing_of_it(office: Office) -> None:
    event = office.files("ng", "The lift is stuck.")
    office.passes(minutes=5)
    twin = office.files("chan", "The lift does not move.")
    office.claims("clerk", event)
    does(office, "clerk", twin, Act.MERGE, event.number)
    assert standing(office, twin).merged_into == event.id
    erased(office, "chan")
    before = len(office.letters())
    does(office, "clerk", event, Act.ANSWER, "The lift runs again.", "submit")
    chats = [posted.letter.chat_id for posted in office.letters()[before:]]
    assert account_of("ng") in chats
    assert account_of("chan") not in chats


def test_what_was_erased_does_not_come_back_when_the_event_is_taken_back_or_parted(office: Office) -> None:
    event = office.files("ng", "The lift is stuck.")
    office.passes(minutes=5)
    twin = office.files("chan", "The lift does not move.")
    office.claims("clerk", event)
    does(office, "clerk", twin, Act.MERGE, event.number)
    erased(office, "chan")
    answer = office.taps("clerk", Action(Act.UNMERGE, twin.ref, standing(office, twin).version).encode())
    assert answer is not None
    assert answer.words is not None
    assert answer.words.message == SENTENCES[Refusal.ERASED].message
    withdraws(office, "ng", event)
    now = standing(office, twin)
    assert (now.open, now.merged_into) == (False, event.id)
    assert not office.work(lambda tx: tx.obligations.running(twin.id))


def test_what_was_erased_is_not_opened_again_by_who_noted_that_it_was_well(office: Office) -> None:
    ticket = leak_waiting_for_rain(office)
    reviewed = replace(ticket, visited_by=office.person("lam").id)
    assert Act.REVISE in offered(office.person("lam"), reviewed, office.now)
    erased(office, "chan")
    gone = replace(standing(office, ticket), visited_by=office.person("lam").id)
    assert gone.erased_at == office.now
    assert Act.REVISE not in offered(office.person("lam"), gone, office.now)


@pytest.mark.parametrize("name", ["clerk", "technician", "director"])
def test_who_works_here_is_not_erased_and_told_why(office: Office, name: str) -> None:
    office.writes(name, "/privacy", command="privacy")
    for choice in (own_data.ERASE, own_data.YES):
        answer = chooses(office, name, choice)
        assert answer is not None
        assert answer.words == SENTENCES[Refusal.DUTY_RECORD]
    assert office.fires() == 0
    assert office.person(name).erase_at is None


def test_neither_is_who_has_left_but_they_are_shown_what_is_theirs(office: Office) -> None:
    left = replace(office.person("lam"), left_at=office.now)
    office.work(lambda tx: tx.people.update(left))
    answer = chooses(office, "lam", own_data.YES)
    assert answer is not None
    assert answer.words == SENTENCES[Refusal.DUTY_RECORD]
    chooses(office, "lam", own_data.SHOW)
    assert "What we keep about you" in office.told("lam")


def test_who_came_to_work_here_meanwhile_stays(office: Office) -> None:
    office.files("chan", "The lift is stuck.")
    asks(office, "chan")
    chan = office.person("chan")
    office.work(lambda tx: tx.people.update(replace(chan, roles=chan.roles | {Role.CLERK})))
    office.fires()
    assert office.person("chan").erase_at is None


def test_one_that_fails_is_tried_again_and_holds_up_nobody(office: Office) -> None:
    for name in ("chan", "ng"):
        office.writes(name, "Hello")
        asks(office, name)
    number = office.work(erasing.set_aside)
    assert number == office.person("chan").id
    office.fires()
    assert (known(office, "chan"), known(office, "ng")) == (True, False)
    office.passes(seconds=erasing.TRY_AGAIN.total_seconds())
    office.fires()
    assert not known(office, "chan")
