"""What does not count, what was two matters, what was one event: decided by colleagues, told to residents."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Channel, Stage, Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Audience, Card, Notice, TapAnswer
from bot.services import card_buttons, drawing
from tests.office import Office, _in_english, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident and two neighbours, a clerk on duty, a colleague, and who decides."""
    cast = dict.fromkeys(("chan", "li", "wong"), Role.RESIDENT)
    opened = Office({**cast, "clerk": Role.CLERK, "lam": Role.CLERK, "head": Role.GENERAL_SUPERVISOR})
    yield opened
    opened.close()


def does(office: Office, name: str, ticket: Ticket, act: Act | str) -> TapAnswer:
    """Let `name` tap a button of the ticket as it stands now; return the answer to the tap."""
    now = office.work(lambda tx: tx.tickets.get(ticket.id))
    answer = office.taps(name, Action(str(act), now.ref, now.version).encode())
    assert answer is not None
    return answer


def now(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def shown(office: Office, ticket: Ticket, name: str, audience: Audience = Audience.HOLDER) -> str:
    """Return what the ticket's card shows `name`, in English."""
    reader = office.person(name)
    card = Card(0, audience, account_of(name), None, reader.id, reader.estate_id, ticket_id=ticket.id)
    screen = office.work(lambda tx: drawing.draw(tx, card))
    assert screen is not None
    return "\n".join(_in_english(line) for line in screen.lines)


def offers(office: Office, ticket: Ticket, name: str | None, act: Act) -> bool:
    """Whether the card offers that to `name`, or to the group."""
    reader = office.person(name) if name else None
    rows = office.work(lambda tx: card_buttons.buttons(tx, tx.tickets.get(ticket.id), reader))
    return any(press.action.verb == act for row in rows for press in row)


def last_buttons(office: Office, name: str) -> list[Action]:
    """Return the buttons of the last message to `name`."""
    chat = account_of(name)
    notices = [p.letter.content for p in office.letters() if p.letter.chat_id == chat]
    content = next(c for c in reversed(notices) if isinstance(c, Notice))
    return [press.action for row in content.screen.buttons for press in row]


def held(office: Office, filer: str = "chan", words: str = "The lift is stuck.") -> Ticket:
    ticket = office.files(filer, words)
    office.claims("clerk", ticket)
    return now(office, ticket)


# Void (ST-2)


def test_a_second_person_decides_that_something_does_not_count(office: Office) -> None:
    others = [office.files(name) for name in ("li", "wong")]
    ticket = held(office)
    does(office, "clerk", ticket, Act.VOID)
    office.presses("clerk", "c.test")
    assert now(office, ticket).void_asked_by == office.person("clerk").id
    told = office.told("head")
    assert "holds that it does not count" in told
    assert "This year 0 of 3 do not count: 0.00 %." in told, "who decides sees where we stand"

    assert does(office, "clerk", ticket, Act.CONFIRM_VOID).alert, "never who proposed it"
    assert does(office, "lam", ticket, Act.CONFIRM_VOID).alert, "nor any colleague"
    assert not does(office, "head", ticket, Act.CONFIRM_VOID).alert

    assert now(office, ticket).voided_at is not None
    assert "is filed without further steps" in office.told("chan")
    assert "does not count, head decided" in office.told("clerk")
    assert office.work(lambda tx: tx.obligations.running(ticket.id)) == ()

    does(office, "clerk", others[0], Act.CLAIM)
    does(office, "clerk", others[0], Act.VOID)
    office.presses("clerk", "c.twice")
    assert "This year 1 of 3 do not count: 33.33 %." in office.told("head")


def test_another_reason_is_said_in_words_and_may_be_overruled(office: Office) -> None:
    ticket = held(office)
    does(office, "clerk", ticket, Act.VOID)
    office.presses("clerk", "c.other")
    office.writes("clerk", "It belongs to the next estate.")
    assert "It belongs to the next estate." in office.told("head")
    assert not does(office, "head", ticket, Act.DECLINE_VOID).alert
    assert now(office, ticket).void_asked_by is None
    assert now(office, ticket).open
    assert "does count, head decided" in office.told("clerk")
    assert does(office, "head", ticket, Act.CONFIRM_VOID).alert, "that has been decided"


def test_who_proposed_it_may_think_better_of_it_and_no_colleague_for_them(office: Office) -> None:
    ticket = held(office)
    does(office, "clerk", ticket, Act.VOID)
    office.presses("clerk", "c.test")
    assert does(office, "lam", ticket, Act.DECLINE_VOID).alert
    assert not does(office, "clerk", ticket, Act.DECLINE_VOID).alert
    assert now(office, ticket).void_asked_by is None
    assert does(office, "head", ticket, Act.CONFIRM_VOID).alert, "there is nothing left to decide"


def test_where_nobody_else_could_decide_it_is_not_even_proposed() -> None:
    office = Office({"chan": Role.RESIDENT, "director": Role.DIRECTOR})
    ticket = office.files("chan", "The lift is stuck.")
    office.claims("director", ticket)
    refused = does(office, "director", ticket, Act.VOID)
    assert refused.alert
    assert refused.words
    assert "nobody else here may" in refused.words.message
    office.close()


# Split (ST-3)


def test_two_matters_count_apart_and_neither_is_forgotten(office: Office) -> None:
    ticket = held(office, words="The lift is stuck and the guard sleeps.")
    does(office, "clerk", ticket, Act.SPLIT)
    office.writes("clerk", "The guard sleeps at the gate.")
    office.presses("clerk", "c.complaint")
    office.presses("clerk", "c.security")

    other = office.tickets()[-1]
    chan = office.person("chan")
    assert (other.filer_id, other.split_from, other.channel) == (chan.id, ticket.id, Channel.CHAT)
    assert (other.kind, other.category) == ("complaint", "security")
    assert other.first_contact_id == office.person("clerk").id
    assert "the other one is no. {other}" in office.told("chan") or other.number in office.told("chan")
    assert f"The other matter is no. {other.number}" in shown(office, ticket, "clerk")
    assert f"Came out of no. {ticket.number}" in shown(office, other, "clerk")
    assert "The guard sleeps at the gate." in shown(office, other, "clerk")
    assert [o.rule for o in office.work(lambda tx: tx.obligations.running(other.id))] != [], "its clocks run"
    places = {card.audience for card in office.work(lambda tx: tx.cards.of_ticket(other.id))}
    assert places == {Audience.GROUP, Audience.FILER}


def test_what_turns_out_to_be_about_a_colleague_is_the_directors_alone(office: Office) -> None:
    ticket = held(office)
    does(office, "clerk", ticket, Act.SPLIT)
    office.writes("clerk", "The guard shouted at her.")
    office.presses("clerk", "c.complaint")
    said = office.presses("clerk", "c.colleague")
    other = office.tickets()[-1]
    assert other.first_contact_id is None
    assert said is not None
    assert said.words is not None
    assert "number" not in said.words.params
    assert other.number not in shown(office, ticket, "clerk")
    for name, knows in (("clerk", False), ("chan", True)):
        does(office, name, ticket, Act.HISTORY)
        told = office.told(name).rpartition("what has happened")[2]
        assert told
        assert (other.number in told) == knows, "the history names it to whom it is about alone"
    assert [card.audience for card in office.work(lambda tx: tx.cards.of_ticket(other.id))] == [Audience.FILER]


def test_what_was_found_on_site_is_split_without_asking_of_what_kind(office: Office) -> None:
    ticket = office.files("lam", "A broken tile and a loose handrail")
    office.claims("clerk", ticket)
    does(office, "clerk", ticket, Act.SPLIT)
    office.writes("clerk", "A loose handrail")
    assert office.tickets()[-1].kind == "finding"


# Merge (ST-4)


def merges(office: Office, ticket: Ticket, into: Ticket, name: str = "clerk") -> TapAnswer | None:
    does(office, name, ticket, Act.MERGE)
    return office.presses(name, f"c.{into.ref}")


def test_one_event_told_by_many_goes_on_as_one(office: Office) -> None:
    for name, unit in (("chan", "1-1A"), ("li", "1-1B"), ("wong", "1-1B")):
        lives = replace(office.person(name), unit=unit)
        office.work(lambda tx, lives=lives: tx.people.update(lives))  # type: ignore[misc]
    event = held(office, "chan", "The lift in block 1 is stuck")
    second = office.files("li", "Lift in block 1 stuck again")
    third = office.files("wong", "The lift does not move")
    merges(office, second, event)
    does(office, "clerk", third, Act.MERGE)
    office.writes("clerk", event.number)

    assert [now(office, t).merged_into for t in (second, third)] == [event.id, event.id]
    assert "👥 One event: told 3 times, people: 3, homes: 2" in shown(office, event, "clerk")
    assert f"It goes on together with what others told us, as no. {event.number}" in shown(
        office, second, "li", Audience.FILER
    )
    for name in ("li", "wong"):
        assert "Others have told us of the same" in office.told(name)
    assert office.work(lambda tx: tx.obligations.running(second.id)) == ()

    office.begins_answer("clerk", event)
    office.writes("clerk", "The fitter is on the way.")
    office.presses("clerk", "submit")
    for name in ("chan", "li", "wong"):
        assert office.told(name).count("The fitter is on the way.") == 1


def test_what_one_of_them_changes_afterwards_rings_who_has_the_event(office: Office) -> None:
    event = held(office, "chan")
    number = office.writes("li", "The lift is stuck")
    office.presses("li", "c.enquiry")
    office.presses("li", "submit")
    office.delivers()
    second = office.tickets()[-1]
    merges(office, second, event)
    office.edits("li", number, "The lift is stuck, and somebody knocks inside")
    told = office.told("clerk")
    assert "changed or added something" in told
    assert "somebody knocks inside" in told


def handled_and_checked(office: Office, ticket: Ticket) -> None:
    does(office, "clerk", ticket, Act.HANDLE)
    office.writes("clerk", "New rope")
    office.presses("clerk", "c.solved")
    office.presses("clerk", "c.wear")
    office.presses("clerk", "submit")
    does(office, "lam", ticket, Act.VERIFY)
    assert now(office, ticket).stage is Stage.VERIFIED


def test_whoever_of_them_finds_it_unsolved_opens_it_for_all(office: Office) -> None:
    event = held(office, "chan")
    second = office.files("li", "The lift is stuck")
    merges(office, second, event)
    handled_and_checked(office, event)
    (again,) = last_buttons(office, "li")
    assert not does(office, "chan", event, Act.SOLVED).alert
    assert "others found it solved" in office.told("li")
    assert again in last_buttons(office, "li")

    answer = office.taps("wong", again.encode())
    assert answer is not None
    assert answer.alert, "it is not theirs"
    assert not office.taps("li", again.encode()).alert  # type: ignore[union-attr]
    office.writes("li", "It stopped again at floor 3.")
    reopened = now(office, event)
    assert (reopened.stage, reopened.reopened) == (Stage.IN_HAND, 1)
    assert "It stopped again at floor 3." in office.told("clerk")
    assert now(office, second).merged_into == event.id


def test_what_was_merged_goes_along_when_its_event_is_merged(office: Office) -> None:
    first, second = office.files("chan"), office.files("li")
    third = held(office, "wong")
    merges(office, first, second)
    merges(office, second, third)
    assert [now(office, t).merged_into for t in (first, second)] == [third.id, third.id]
    assert "told 3 times, people: 3" in shown(office, third, "clerk")


def test_a_wrong_merge_is_undone_and_its_clocks_run_again(office: Office) -> None:
    event, ticket = held(office, "chan"), office.files("li")
    office.passes(minutes=10)
    merges(office, ticket, event)
    assert offers(office, ticket, None, Act.UNMERGE), "also the group can"
    assert not offers(office, event, "clerk", Act.UNMERGE)
    office.passes(minutes=10)
    assert not does(office, "lam", ticket, Act.UNMERGE).alert
    apart = now(office, ticket)
    assert apart.merged_into is None
    assert apart.open
    assert [o.rule for o in office.work(lambda tx: tx.obligations.running(ticket.id))].count("FC-9") == 1
    assert "a matter of its own after all" in office.told("li")
    assert "One event" not in shown(office, event, "clerk")


def test_who_takes_an_event_back_takes_back_their_own_word_alone(office: Office) -> None:
    event, second = held(office, "chan"), office.files("li")
    merges(office, second, event)
    version = now(office, event).version
    office.taps("chan", Action(Act.WITHDRAW, event.ref, version, "yes").encode())
    assert now(office, event).withdrawn_at is not None
    assert now(office, second).open


@pytest.mark.parametrize("number", ["9999", "banana", "HT-1999-0001"])
def test_a_number_that_is_none_is_asked_for_once_more(office: Office, number: str) -> None:
    ticket = held(office)
    does(office, "clerk", ticket, Act.MERGE)
    office.writes("clerk", number)
    assert now(office, ticket).merged_into is None
    assert "We find no ticket of that number." in office.told("clerk")
    other = office.files("li")
    office.writes("clerk", other.number.rpartition("-")[2])
    assert now(office, ticket).merged_into == other.id


def test_nothing_goes_on_in_itself_or_in_what_has_ended(office: Office) -> None:
    ticket, ended = held(office), office.files("li")
    office.taps("li", Action(Act.WITHDRAW, ended.ref, ended.version, "yes").encode())
    does(office, "clerk", ticket, Act.MERGE)
    for number in (ticket.number, ended.number):
        office.writes("clerk", number)
        assert "cannot go on in that one" in office.told("clerk").splitlines()[-1]
    assert now(office, ticket).merged_into is None
