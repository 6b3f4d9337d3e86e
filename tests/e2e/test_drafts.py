"""Drafts on people's phones: they wait, are reminded of once, come to a kind end, and do not mix or double."""

from datetime import timedelta

import pytest

from tests.e2e.acts import LABELS, english_in, files, ringing
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
    await sandbox.advance(hours=11)
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
    assert ringing(await sandbox.advance(days=2)) == []


async def test_two_drafts_do_not_mix_and_the_one_that_waits_comes_back(sandbox: Sandbox, smith: Phone) -> None:
    first = await smith.sends("The lift is stuck")
    question = await smith.last()
    await smith.sends("/new")
    await smith.taps("Question")
    await smith.sends("When is the pool open?")
    await smith.sends("On floor 3", reply_to=question)
    await smith.sees("What is it about?")
    await smith.edits(first, "The lift is stuck again")
    await smith.sends("/my")
    await smith.sees("✏️ Not sent yet: When is the pool open?", "✏️ Not sent yet: The lift is stuck again On floor 3")
    await smith.taps("✏️ Not sent yet: When is the pool open?")
    await smith.taps("Submit")
    await smith.sees("No. HT-2026-0001", "When is the pool open?")
    card = await smith.sees("not sent it yet", "The lift is stuck again", "On floor 3")
    assert labels(card) == ["▶ Go on", "✖ Drop it"]
    await smith.taps("Go on")
    await smith.taps("Question")
    shown = await smith.sees("This is how we understood it", "The lift is stuck again", "On floor 3")
    assert "pool" not in shown["text"]
    await smith.taps("Submit")
    await smith.sees("No. HT-2026-0002", "The lift is stuck again")
    await smith.sends("/my")
    await smith.sees_nothing_of("▶ Go on")
    assert not any("Not sent yet" in label for label in labels(await smith.last()))


async def test_a_draft_that_waits_is_named_in_ones_own_language(sandbox: Sandbox, li: Phone, chan: Phone) -> None:
    for resident, label in ((li, "✏️ 还没提交：電梯"), (chan, "✏️ 未提交：電梯")):
        await resident.sends("電梯 3F")
        await resident.sends("/my")
        assert any(shown.startswith(label) for shown in labels(await resident.last()))


@pytest.mark.parametrize(
    ("who", "language", "asked", "another"),
    [
        ("smith", "en", "a moment ago as no. HT-2026-0001", "Another one"),
        ("li", "zh_Hans", "刚才已经提交过了，是工单 HT-2026-0001", "是另一件"),
        ("chan", "zh_Hant", "剛才已經提交過了，是個案 HT-2026-0001", "是另一件"),
    ],
)
async def test_the_same_ticket_twice_in_a_minute_is_asked_about(
    who: str, language: str, asked: str, another: str, sandbox: Sandbox
) -> None:
    resident, said = await sandbox.phone(who), LABELS[language]
    await sandbox.freeze()
    await files(resident, "🏊 ?", language=language)
    await resident.sends("🏊 ?")
    for label in ("new", "kind", "submit"):
        await resident.taps(said[label])
    await resident.sees(asked)
    await resident.taps(another)
    await resident.sees("HT-2026-0002")
