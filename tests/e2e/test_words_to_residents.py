"""What residents hear, in their language: a promise with its reason, files, a question; and how it all came about."""

import pytest

from tests.e2e.acts import answers, claims, english_in, files, told
from tests.phones import JPEG, Phone, Sandbox, labels

WORDS = {
    "smith": ("en", "The lift is stuck", "The left one."),
    "li": ("zh_Hans", "电梯停了", "左边那台"),
    "chan": ("zh_Hant", "升降機停了", "左邊那部"),
}
PROMISED = {
    "smith": ("we will have it for you by Tue, 3 Mar 15:00", "A specialist has to come."),
    "li": ("15:00", "需要专业人员上门"),
    "chan": ("15:00", "需要專業人員到場"),
}
REPLYING = {
    "smith": ("reply to our question on no. HT-2026-0001", "Send", "It is about something else", "What is it about?"),
    "li": ("HT-2026-0001", "发送", "说的是另一件事", "咨询"),
    "chan": ("HT-2026-0001", "傳送", "說的是另一件事", "查詢"),
}
HISTORY = {
    "smith": ("History", "You told us", "took it on", "promised it by"),
    "li": ("经过", "您告诉我们", "接手了", "承诺"),
    "chan": ("經過", "您告訴我們", "接手了", "承諾"),
}


@pytest.fixture(params=WORDS)
async def resident(request: pytest.FixtureRequest, sandbox: Sandbox) -> tuple[str, Phone]:
    """A resident of each language, whose matter the clerk has taken on."""
    name = str(request.param)
    phone = await sandbox.phone(name)
    language, words, _ = WORDS[name]
    await files(phone, words, language=language)
    await claims(await sandbox.phone("clerk"), sandbox)
    return name, phone


def only_their_language(name: str, message: dict[str, object]) -> None:
    if name != "smith":
        assert english_in(message) == []


async def more(clerk: Phone, act: str) -> None:
    await clerk.taps("More", message=await clerk.sees("HT-2026-0001", "More"))
    await clerk.taps(act)


async def test_a_promise_and_how_it_came_about_are_read_in_their_language(
    resident: tuple[str, Phone], clerk: Phone
) -> None:
    name, phone = resident
    by, reason = PROMISED[name]
    await more(clerk, "Promise a time")
    await clerk.sends("tomorrow 3pm")
    await clerk.sees("By Tue, 3 Mar 15:00.", "Why does it take so long?")
    await clerk.taps("A specialist has to come")
    told_so = await phone.sees(by, reason)
    only_their_language(name, told_so)
    button, *lines = HISTORY[name]
    card = next(m for m in await told(phone) if any(button in label for label in labels(m)))
    await phone.taps(button, message=card)
    page = await phone.sees(*lines, reason)
    only_their_language(name, page)


async def test_a_photo_comes_below_the_answer(resident: tuple[str, Phone], clerk: Phone) -> None:
    _, phone = resident
    await clerk.taps("Answer")
    await clerk.sends("This is the part: 3A", photo=JPEG)
    await clerk.sees("This is what the resident will read", "This is the part: 3A", "Photos: 1")
    await clerk.taps("Send")
    *_, answer, photo = await told(phone)
    assert "This is the part: 3A" in answer["text"]
    assert photo["photo"]


async def test_their_next_message_is_the_reply_or_something_else(resident: tuple[str, Phone], clerk: Phone) -> None:
    name, phone = resident
    asks, send, otherwise, kind = REPLYING[name]
    await more(clerk, "Ask the resident")
    await clerk.sends("1A / 1B ?")
    await clerk.taps("Send")
    await phone.sends(WORDS[name][2])
    preview = await phone.sees(asks, WORDS[name][2])
    only_their_language(name, preview)
    await phone.taps(otherwise)
    await phone.sees(kind)
    await phone.sends("/cancel")
    await phone.sends(WORDS[name][2])
    await phone.taps(send)
    await clerk.sees("the reply to your question", WORDS[name][2])


async def test_a_brush_off_is_shown_with_better_words_and_takes_two_taps(
    resident: tuple[str, Phone], clerk: Phone
) -> None:
    _, phone = resident
    await clerk.taps("Answer")
    for words, better in (
        ("That is not our business.", "I will pass this on to"),
        ("這不歸我們管", "我立即轉交"),
        ("这不归我们管", "我马上转给"),
    ):
        await clerk.sends(words) if words.isascii() else await clerk.taps("Rewrite it")
        if not words.isascii():
            await clerk.sends(words)
        await clerk.sees(words, better)
    await clerk.taps("Send")
    await phone.sees_nothing_of("这不归我们管")
    await clerk.taps("Send it all the same")
    await phone.sees("这不归我们管")


async def test_staff_read_the_whole_history(resident: tuple[str, Phone], clerk: Phone) -> None:
    name, _ = resident
    await answers(clerk, "15:00.")
    await clerk.taps("History")
    await clerk.sees("told us", WORDS[name][1], "Clerk Lam 林文員 took it on", "answered", "15:00.", "That has arrived")
