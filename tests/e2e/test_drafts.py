"""Drafts on people's phones: they wait, are reminded of once, come to a kind end, and do not mix."""

from datetime import timedelta

import pytest

from tests.e2e.acts import english_in
from tests.phones import Phone, Sandbox, labels

#: How the reminder reads, what it offers, and what a draft says that is over.
WAITS = {
    "smith": ("not sent it yet", "▶ Go on", "✖ Drop it", "Do you still need us?", "✏️ Start anew"),
    "li": ("写了一半", "▶ 继续", "✖ 不用了", "还需要我们帮忙吗", "✏️ 重新开始"),
    "chan": ("寫了一半", "▶ 繼續", "✖ 不用了", "還需要我們幫忙嗎", "✏️ 重新開始"),
}


@pytest.mark.parametrize("who", WAITS)
async def test_what_lies_half_a_day_is_brought_to_mind_once_and_closed_after_a_day(who: str, sandbox: Sandbox) -> None:
    resident = await sandbox.phone(who)
    waits, go_on, drop, over, anew = WAITS[who]
    await sandbox.freeze()
    began = await sandbox.now()
    await resident.sends("🛗 3F")
    assert await sandbox.to_next() == began + timedelta(hours=12)
    reminder = await resident.last()
    assert waits in reminder["text"]
    assert "🛗 3F" in reminder["text"]
    assert labels(reminder) == [go_on, drop]
    await sandbox.advance(hours=11, minutes=59)
    assert (await resident.last())["message_id"] == reminder["message_id"], "once"
    await sandbox.advance(minutes=61)
    closed = await resident.last()
    assert closed["message_id"] == reminder["message_id"], "in its place, without a sound"
    assert over in closed["text"]
    await resident.taps(anew)
    assert "?" in (await resident.last())["text"] or "？" in (await resident.last())["text"]
    if who != "smith":
        for message in await resident.screen():
            assert not message["from"]["is_bot"] or not english_in(message), message["text"]


async def test_a_draft_across_midnight_goes_on_in_the_morning(sandbox: Sandbox, smith: Phone) -> None:
    await sandbox.freeze()
    await sandbox.advance(hours=5)  # half past two in the afternoon; half a life later it is night
    await smith.sends("The lift is stuck")
    question = await smith.last()
    await sandbox.advance(hours=17, minutes=29)
    assert (await smith.last())["message_id"] == question["message_id"], "nothing rings at night"
    await sandbox.advance(minutes=1)
    await smith.sees("not sent it yet", "The lift is stuck")
    await smith.taps("Go on")
    await smith.taps("Question")
    await smith.taps("Submit")
    await smith.sees("No. HT-2026-0001", "The lift is stuck")


async def test_dropping_it_from_the_reminder_ends_it(sandbox: Sandbox, smith: Phone) -> None:
    await sandbox.freeze()
    await smith.sends("The lift is stuck")
    await sandbox.advance(hours=12)
    await smith.taps("Drop it")
    await smith.sees("Cancelled")
    await smith.sees_nothing_of("Go on")
    assert await sandbox.advance(days=2) == []
