"""Running conversations."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flows.draft import Draft, DraftState, Item, Media, MediaKind
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
            editing=True,
            nudge_at=NOON,
            resting=True,
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
        there = (desk.resident.id, RESIDENT_CHAT)
        assert tx.drafts.open(*there, NOON, 9) == (replace(one, revision=2), other)
        assert tx.drafts.open(*there, NOON, 1) == (replace(one, revision=2),)
        assert tx.drafts.open(*there, NOON + DAY, 9) == ()


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


def test_a_draft_that_is_kept_is_not_touched(desk: Desk) -> None:
    one, other = a_draft(desk, "d1"), a_draft(desk, "d2")
    with desk.transaction() as tx:
        tx.drafts.save(one)
        tx.drafts.save(other)
        tx.drafts.keep(replace(one, revision=2, resting=True))
        assert tx.drafts.by_ref("d1") == replace(one, revision=2, resting=True)
        assert tx.drafts.current(desk.resident.id, RESIDENT_CHAT, NOON) == other


def test_reminders_come_in_the_order_in_which_they_are_due(desk: Desk) -> None:
    late, soon = a_draft(desk, "d1", nudge_at=NOON + DAY / 2), a_draft(desk, "d2", nudge_at=NOON + DAY / 4)
    others = (
        a_draft(desk, "d3"),
        a_draft(desk, "d4", nudge_at=NOON, state=DraftState.DONE),
        a_draft(desk, "d5", nudge_at=NOON, state=DraftState.CANCELLED),
    )
    with desk.transaction() as tx:
        assert tx.drafts.next_nudge() is None
        for draft in (late, soon, *others):
            tx.drafts.save(draft)
        assert tx.drafts.next_nudge() == NOON + DAY / 4
        assert tx.drafts.nudges(NOON + DAY / 4 - timedelta(microseconds=1), 9) == ()
        assert tx.drafts.nudges(NOON + DAY / 4, 9) == (soon,)
        assert tx.drafts.nudges(NOON + DAY, 9) == (soon, late)
        assert tx.drafts.nudges(NOON + DAY, 1) == (soon,)
        assert tx.drafts.drop_nudge() == "d2"
        assert tx.drafts.nudges(NOON + DAY, 9) == (late,)
        assert tx.drafts.by_ref("d2") == replace(soon, nudge_at=None)
        assert tx.drafts.drop_nudge() == "d1"
        assert tx.drafts.drop_nudge() is None


def test_what_is_over_is_found_until_it_is_closed_and_empty(desk: Desk) -> None:
    held = (Item(4, "The lift"),)
    drafts = [
        a_draft(desk, "open"),
        a_draft(desk, "open-with-words", items=held, expires_at=NOON + DAY / 2),
        a_draft(desk, "sent", items=held, state=DraftState.DONE),
        a_draft(desk, "cancelled", items=held, state=DraftState.CANCELLED),
        a_draft(desk, "closed", state=DraftState.EXPIRED),
        a_draft(desk, "lives", items=held, expires_at=NOON + 2 * DAY),
    ]
    with desk.transaction() as tx:
        for draft in drafts:
            tx.drafts.save(draft)
        assert tx.drafts.expired(NOON + DAY / 2, 9) == ("open-with-words",)
        found = tx.drafts.expired(NOON + DAY, 9)
        assert found[0] == "open-with-words"
        assert set(found) == {"open", "open-with-words", "sent", "cancelled"}
        assert len(tx.drafts.expired(NOON + DAY, 2)) == 2
        assert [ref for ref in sorted(found) if tx.drafts.empty(ref)] == ["open", "open-with-words"]
        assert tx.drafts.expired(NOON + DAY, 9) == ()
        for draft in drafts[1:4]:
            was_open = draft.state is DraftState.OPEN
            state, revision = (DraftState.EXPIRED, 2) if was_open else (draft.state, 1)
            emptied = replace(draft, items=(), answers={}, state=state, revision=revision)
            assert tx.drafts.by_ref(draft.ref) == emptied
        assert tx.drafts.by_ref("lives") == drafts[-1]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(), album=st.none() | st.text(), answer=st.text())
def test_whatever_a_client_can_send_is_kept(desk: Desk, words: str, album: str | None, answer: str) -> None:
    draft = a_draft(desk, "d1", items=(Item(4, words, album=album), Item(5, "\ud83d\x00")), answers={"kind": answer})
    with desk.transaction() as tx:
        tx.drafts.save(draft)
        assert tx.drafts.by_ref("d1") == draft
