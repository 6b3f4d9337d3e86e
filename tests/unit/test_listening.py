"""What was heard of a voice message is a suggestion: who spoke confirms it, and the sound is kept in any case."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import Role
from bot.domain.tickets import Ticket
from bot.flows.draft import Media, MediaKind
from bot.flows.screen import Action
from bot.ports.hearings import Hearing
from bot.ports.incoming import MessageReceived
from bot.ports.outbox import TapAnswer
from bot.services import listening
from tests.office import Office

VOICE = Media(MediaKind.VOICE, "voice-1", "sound-1", 1000, "audio/ogg", 3)


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"clerk": Role.CLERK, "wang": Role.FRONTLINE, "fang": Role.FRONTLINE, "chan": Role.RESIDENT})
    yield opened
    opened.close()


def speaks(office: Office, name: str, media: Media = VOICE) -> None:
    """Let somebody send a voice message."""
    office.receives(
        MessageReceived(office.sender(name), office.chat(name, None), office.next_message(), office.now, media=media)
    )


def is_fetched(office: Office, unique_id: str = VOICE.unique_id) -> None:
    """Have a file arrive, with somebody who is to hear it."""
    (fetch,) = (one for one in office.work(lambda tx: tx.fetches.due(10)) if one.unique_id == unique_id)
    office.work(lambda tx: tx.fetches.done(fetch, "ab" * 32, 1000))
    office.work(lambda tx: tx.hearings.ask(unique_id))


def reported(office: Office, name: str = "wang") -> Ticket:
    """Let somebody report by voice; return the ticket, its sound fetched."""
    speaks(office, name)
    office.sends_finding(name)
    is_fetched(office)
    return office.tickets()[-1]


def is_heard(office: Office, words: str) -> Hearing:
    """Have the engine make something of what waits."""
    (hearing,) = office.work(lambda tx: tx.hearings.due(10))
    office.work(lambda tx: listening.suggest(tx, hearing, words))
    return hearing


def says(office: Office, name: str, ticket: Ticket, hearing: Hearing, choice: str) -> TapAnswer:
    """Let somebody answer what was suggested."""
    answer = office.taps(name, Action(listening.HEARD, ticket.ref, hearing.attachment_id, choice).encode())
    assert answer
    return answer


def words_of(office: Office, ticket: Ticket, role: str) -> list[str]:
    return [passage.content for passage in office.work(lambda tx: tx.texts.of(ticket.id)) if passage.role == role]


def test_what_is_right_joins_the_ticket_as_their_words(office: Office) -> None:
    ticket = reported(office)
    hearing = is_heard(office, "The lamp at the gate is out")
    assert "this is what we understood of your voice message" in office.told("wang")
    assert "The lamp at the gate is out" in office.told("wang")
    assert words_of(office, ticket, "amendment") == [], "nobody has confirmed it yet"
    assert not says(office, "wang", ticket, hearing, "yes").alert
    assert words_of(office, ticket, "amendment") == ["🎤 The lamp at the gate is out"]
    assert says(office, "wang", ticket, hearing, "yes").alert, "once is enough"


def test_what_is_wrong_is_forgotten_and_the_sound_is_kept(office: Office) -> None:
    ticket = reported(office)
    hearing = is_heard(office, "The lamb at the date is stout")
    assert not says(office, "wang", ticket, hearing, "no").alert
    assert words_of(office, ticket, "amendment") == []
    assert office.work(lambda tx: tx.hearings.suggested(hearing.attachment_id)) is None
    assert [one.media.kind for one in office.work(lambda tx: tx.attachments.of(ticket.id))] == [MediaKind.VOICE]


@pytest.mark.parametrize("name", ["fang", "chan", "clerk"])
def test_nobody_confirms_what_another_has_said(office: Office, name: str) -> None:
    ticket = reported(office)
    hearing = is_heard(office, "The lamp at the gate is out")
    assert says(office, name, ticket, hearing, "yes").alert
    assert words_of(office, ticket, "amendment") == []


def test_what_a_customer_told_them_is_asked_of_who_passed_it_on_and_becomes_a_note(office: Office) -> None:
    office.writes("wang", "📷 Report")
    office.presses("wang", "c.told")
    speaks(office, "wang")
    office.presses("wang", "c.other_repair")
    for choice in ("c.unknown", "skip", "submit"):
        office.presses("wang", choice)
    is_fetched(office)
    ticket = office.tickets()[-1]
    hearing = is_heard(office, "Her tap drips")
    assert not says(office, "wang", ticket, hearing, "yes").alert
    assert words_of(office, ticket, "note") == ["🎤 Her tap drips"]


def test_nothing_is_asked_where_nothing_was_understood_or_it_is_over(office: Office) -> None:
    silent = reported(office)
    is_heard(office, "")
    assert "understood of your voice" not in office.told("wang")
    other = replace(VOICE, unique_id="sound-2")
    speaks(office, "fang", other)
    office.sends_finding("fang")
    is_fetched(office, "sound-2")
    over = office.tickets()[-1]
    hearing = is_heard(office, "It is wet")
    office.taps("fang", Action("unsend", over.ref, over.version).encode())
    assert says(office, "fang", over, hearing, "yes").alert
    assert says(office, "fang", silent, hearing, "yes").alert, "the two do not belong together"
    assert says(office, "fang", over, hearing, "maybe").alert


def test_what_was_heard_is_erased_with_the_matter(office: Office) -> None:
    ticket = reported(office)
    hearing = is_heard(office, "It is wet")
    office.work(lambda tx: tx.erasure.forget_matter(ticket.id, ()))
    assert office.work(lambda tx: tx.hearings.suggested(hearing.attachment_id)) is None
