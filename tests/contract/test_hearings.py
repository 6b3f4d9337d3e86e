"""Voice messages to be heard, on every database."""

from datetime import timedelta

from bot.flows.draft import Media, MediaKind
from bot.ports.hearings import Heard
from tests.contract.stores import NOON, Desk

SHA = "ab" * 32


def enclosed(desk: Desk, kind: MediaKind = MediaKind.VOICE, unique_id: str = "sound") -> int:
    """Have a file come with a ticket, and be fetched; return its number."""
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        number = tx.attachments.reserve(Media(kind, "file", unique_id, 10), None)
        tx.attachments.own((number,), ticket.id)
        for fetch in tx.fetches.due(10):
            tx.fetches.done(fetch, SHA, 10)
    return number


def test_a_voice_message_is_heard_once(desk: Desk) -> None:
    number = enclosed(desk)
    with desk.transaction() as tx:
        assert tx.hearings.next_due() is None
        tx.hearings.ask("sound")
        tx.hearings.ask("sound")
        (hearing,) = tx.hearings.due(10)
        assert (hearing.attachment_id, hearing.sha256, hearing.attempts) == (number, SHA, 0)
        assert tx.hearings.next_due() == NOON
        tx.hearings.suggest(hearing, "It is wet")
        assert (tx.hearings.due(10), tx.hearings.next_due()) == ((), None)
        assert tx.hearings.suggested(number) == Heard(number, hearing.ticket_id, "It is wet")
        tx.hearings.end(number)
        assert tx.hearings.suggested(number) is None


def test_what_failed_waits_and_is_counted(desk: Desk) -> None:
    enclosed(desk)
    with desk.transaction() as tx:
        tx.hearings.ask("sound")
        (hearing,) = tx.hearings.due(10)
        tx.hearings.put_off(hearing, NOON + timedelta(minutes=1))
        assert (tx.hearings.due(10), tx.hearings.next_due()) == ((), NOON + timedelta(minutes=1))
    with desk.transaction(NOON + timedelta(minutes=1)) as tx:
        assert [hearing.attempts for hearing in tx.hearings.due(10)] == [1]
        assert tx.hearings.suggested(hearing.attachment_id) is None


def test_pictures_are_not_heard(desk: Desk) -> None:
    enclosed(desk, MediaKind.PHOTO)
    with desk.transaction() as tx:
        tx.hearings.ask("sound")
        assert tx.hearings.due(10) == ()
