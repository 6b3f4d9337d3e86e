"""Running conversations."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flows.engine import Draft, DraftState, Item, Media, MediaKind
from tests.contract.stores import GROUP, NOON, RESIDENT_CHAT, Desk

DAY = timedelta(days=1)


def a_draft(desk: Desk, ref: str, **changes: object) -> Draft:
    fields: dict[str, object] = {
        "ref": ref,
        "flow": "report",
        "flow_version": 1,
        "person_id": desk.resident.id,
        "chat_id": RESIDENT_CHAT,
        "step": "kind",
        "expires_at": NOON + DAY,
    }
    return Draft(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_draft_is_read_as_it_was_saved(desk: Desk) -> None:
    photo = Media(MediaKind.PHOTO, "file-1", "unique-1", 70_000)
    voice = Media(MediaKind.VOICE, "file-2", "unique-2", None, "audio/ogg", 7)
    with desk.transaction() as tx:
        draft = a_draft(
            desk,
            "d1",
            answers={"kind": "repair"},
            items=(Item(4, "The lift"), Item(5, "", photo, "album-1"), Item(6, "listen", voice)),
            ticket_id=desk.files(tx).id,
            revision=7,
            state=DraftState.DONE,
        )
        tx.drafts.save(draft)
        assert tx.drafts.by_ref("d1") == draft
        assert tx.drafts.by_ref("d2") is None


def test_saving_again_replaces_what_was_there(desk: Desk) -> None:
    draft = a_draft(desk, "d1")
    changed = replace(draft, step="summary", answers={"kind": "praise"}, items=(Item(4, "Well done"),), revision=2)
    with desk.transaction() as tx:
        tx.drafts.save(draft)
        tx.drafts.save(changed)
        assert tx.drafts.by_ref("d1") == changed


def test_the_current_draft_is_the_one_last_touched_also_while_the_clock_stands_still(desk: Desk) -> None:
    one, other = a_draft(desk, "d1"), a_draft(desk, "d2")
    with desk.transaction() as tx:
        tx.drafts.save(one)
        tx.drafts.save(other)
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON) == other
        tx.drafts.save(replace(one, revision=2))
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON) == replace(one, revision=2)


def test_a_draft_is_current_for_its_person_in_its_chat_alone(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.drafts.save(a_draft(desk, "d1"))
        assert tx.drafts.current(desk.clerk.id, RESIDENT_CHAT, NOON) is None
        assert tx.drafts.current(desk.resident.id, GROUP, NOON) is None


@pytest.mark.parametrize("state", [DraftState.DONE, DraftState.CANCELLED])
def test_a_draft_that_is_finished_gives_way_to_the_one_before(desk: Desk, state: DraftState) -> None:
    one, other = a_draft(desk, "d1"), a_draft(desk, "d2")
    with desk.transaction() as tx:
        tx.drafts.save(one)
        tx.drafts.save(other)
        tx.drafts.save(replace(other, state=state))
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON) == one


def test_a_draft_expires(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.drafts.save(a_draft(desk, "d1"))
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON + DAY) is None
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON + DAY - timedelta(microseconds=1))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(), album=st.none() | st.text(), answer=st.text())
def test_whatever_a_client_can_send_is_kept(desk: Desk, words: str, album: str | None, answer: str) -> None:
    draft = a_draft(desk, "d1", items=(Item(4, words, album=album), Item(5, "\ud83d\x00")), answers={"kind": answer})
    with desk.transaction() as tx:
        tx.drafts.save(draft)
        assert tx.drafts.by_ref("d1") == draft
