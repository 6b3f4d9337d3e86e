"""Files of tickets, and the fetching of their bytes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.flows.draft import Media, MediaKind
from bot.ports.store import Attachment, Fetch
from storage.schema import fetches, media
from tests.contract.stores import NOON, Desk

PHOTO = Media(MediaKind.PHOTO, "file-1", "unique-1", 70_000)
VOICE = Media(MediaKind.VOICE, "file-2", "unique-2", 4_000, "audio/ogg", 7)
MINUTE = timedelta(minutes=1)


def test_the_files_of_a_ticket_are_read_as_they_came(desk: Desk) -> None:
    with desk.transaction() as tx:
        photo, voice = tx.attachments.reserve(PHOTO, "album-1"), tx.attachments.reserve(VOICE, None)
        ticket = desk.files(tx)
        assert tx.attachments.of(ticket.id) == ()
        tx.attachments.own([photo, voice], ticket.id)
        assert tx.attachments.of(ticket.id) == (Attachment(photo, PHOTO, "album-1"), Attachment(voice, VOICE, None))


def test_a_file_has_one_ticket_for_good(desk: Desk) -> None:
    with desk.transaction() as tx:
        photo = tx.attachments.reserve(PHOTO, None)
        ticket, other = desk.files(tx), desk.files(tx)
        tx.attachments.own([photo], ticket.id)
        with pytest.raises(LookupError):
            tx.attachments.own([photo], other.id)


def test_a_file_that_came_twice_is_fetched_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.attachments.reserve(PHOTO, None) != tx.attachments.reserve(PHOTO, None)
        assert tx.fetches.due(10) == (Fetch("unique-1", "file-1", 0),)


def test_files_wait_from_when_they_came(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.fetches.next_due() is None
    with desk.transaction(NOON + MINUTE) as tx:
        tx.attachments.reserve(VOICE, None)
    with desk.transaction(NOON) as tx:
        tx.attachments.reserve(PHOTO, None)
        assert tx.fetches.next_due() == NOON
        assert [fetch.unique_id for fetch in tx.fetches.due(10)] == ["unique-1"]
    with desk.transaction(NOON + MINUTE) as tx:
        assert [fetch.unique_id for fetch in tx.fetches.due(10)] == ["unique-1", "unique-2"]
        assert [fetch.unique_id for fetch in tx.fetches.due(1)] == ["unique-1"]


def test_a_fetched_file_is_kept_by_its_hash_and_not_asked_for_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.attachments.reserve(PHOTO, None)
        tx.attachments.reserve(VOICE, None)
        for fetch in tx.fetches.due(10):  # the same bytes under two names
            tx.fetches.done(fetch, "ab" * 32, 70_000)
        tx.attachments.reserve(PHOTO, None)
        assert tx.fetches.due(10) == ()
        assert tx.fetches.next_due() is None
    with desk.store.connection() as connection:
        assert list(connection.execute(select(media))) == [("ab" * 32, 70_000, NOON)]
        assert set(connection.execute(select(fetches.c.sha256)).scalars()) == {"ab" * 32}


def test_a_fetch_that_failed_is_tried_again_later(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.attachments.reserve(PHOTO, None)
        (fetch,) = tx.fetches.due(10)
        tx.fetches.put_off(fetch, NOON + MINUTE, "timeout")
        assert tx.fetches.due(10) == ()
        assert tx.fetches.next_due() == NOON + MINUTE
    with desk.transaction(NOON + MINUTE) as tx:
        assert tx.fetches.due(10) == (Fetch("unique-1", "file-1", 1),)


def test_a_file_that_cannot_be_had_is_given_up(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.attachments.reserve(PHOTO, None)
        (fetch,) = tx.fetches.due(10)
        tx.fetches.give_up(fetch, "too-big")
        tx.attachments.reserve(PHOTO, None)
        assert tx.fetches.due(10) == ()
        assert tx.fetches.next_due() is None
