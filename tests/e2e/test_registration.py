"""Registration lived on the phones, in three languages: the code, the office, the household, moving out."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.domain.people import Language
from bot.main import Running
from tests.e2e.acts import english_in, in_words, person_of, rows, told
from tests.phones import JPEG, Json, Phone, Sandbox, buttons, labels

#: What a newcomer's client reports, and what they read and tap on the way, by language.
SAID = {
    Language.ENGLISH: ("en", "Question", "Submit", "🔑 I have a code", "🙋 Ask the office"),
    Language.SIMPLIFIED: ("zh-hans", "咨询", "提交", "🔑 我有登记码", "🙋 请管理处确认"),
    Language.TRADITIONAL: ("zh-hant", "查詢", "提交", "🔑 我有登記碼", "🙋 請管理處核實"),
}
ASK_HOME = "🏠 So that we find you next time: which home is yours? Send the code from our letter, or tap below."
ASK_LANGUAGE = "🌐 Which language shall we write in?"
WELCOME_HOME = "🏠 <b>Thank you, {name}. Your home with us is {unit}.</b>"
UNKNOWN = "We do not find this code. Please compare it with the letter once more, or let the office help you."
WAIT = "Those were many codes in a short time. Please try again after {time}, or let the office help you."


async def letter(clerk: Phone, unit: str = "3-12A") -> str:
    """Have the clerk make a new letter for a home; return its code."""
    await clerk.sends(f"/resident {unit}")
    await clerk.taps("✉️ New code")
    await clerk.taps("✉️ Yes, a new code")
    shown = await clerk.sees(f"The code of {unit}")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", shown["text"])
    assert found
    return found[0]


async def without_english(phone: Phone) -> None:
    """Make sure that the bot said nothing in English beside what is the same in every language."""
    for message in await told(phone):
        foreign = english_in(message)
        assert set(foreign) <= {"English"}, message


async def seen(phone: Phone, sentence: str, language: Language) -> Json:
    """Return the newest message with a sentence of the bot in that language."""
    return await phone.sees(in_words(sentence, language))


@pytest.mark.parametrize("language", Language)
async def test_a_newcomer_is_served_first_and_asked_for_the_home_after(
    sandbox: Sandbox, clerk: Phone, language: Language
) -> None:
    tag, kind, submit, have_code, _ = SAID[language]
    code = await letter(clerk)
    wong = await sandbox.newcomer("王", tag)
    await wong.sends("🛗 3F")
    await seen(wong, ASK_LANGUAGE, language)
    await wong.taps(kind)
    await wong.taps(submit)
    await clerk.sees("HT-2026-0001", "(unit not confirmed)", chat=sandbox.group)
    await seen(wong, ASK_HOME, language)
    assert len(await told(wong)) == 3, "one for the language, the matter's own, one for the home"
    await wong.taps(have_code)
    await wong.sends(code.lower())
    await seen(wong, WELCOME_HOME, language)
    await clerk.sees("HT-2026-0001", "3-12A", chat=sandbox.group)
    await clerk.sees_nothing_of("(unit not confirmed)", chat=sandbox.group)
    if language is not Language.ENGLISH:
        await without_english(wong)


@pytest.mark.parametrize("language", Language)
async def test_who_has_no_code_asks_the_office_and_hears_of_it(
    sandbox: Sandbox, clerk: Phone, language: Language
) -> None:
    tag, _, _, _, ask = SAID[language]
    wong = await sandbox.newcomer("王", tag)
    await wong.sends("/settings")
    await wong.taps(ask)
    await wong.sends("3座12樓A室")
    await wong.taps(ask)
    card = await clerk.sees("王", "3座12樓A室", "That is 3-12A; registered there: 1", chat=sandbox.group)
    answer = await clerk.taps("Confirm 3-12A", chat=sandbox.group)
    assert "王 lives in 3-12A, confirmed by Clerk Lam" in answer["text"]
    await seen(wong, WELCOME_HOME, language)
    stripped = next(m for m in await clerk.screen(sandbox.group) if m["message_id"] == card["message_id"])
    assert not buttons(stripped)
    if language is not Language.ENGLISH:
        await without_english(wong)


async def test_an_emergency_is_served_before_anything_is_asked(sandbox: Sandbox) -> None:
    wong = await sandbox.newcomer("Wong", "en")
    await wong.sends("sos")
    await wong.sees("+852 2345 6789")
    await wong.taps("Trapped, or lift")
    await wong.sees("stay calm")
    await wong.taps("Submit")
    await wong.sees("HT-2026-0001")
    await wong.sees_nothing_of("which home is yours")


async def test_the_language_is_asked_once_and_never_again_once_chosen(sandbox: Sandbox) -> None:
    wong = await sandbox.newcomer("Wong", "en")
    await wong.sends("The light is out", photo=JPEG)
    asked = await wong.sees("Which language shall we write in?")
    assert labels(asked) == ["English", "简体中文", "繁體中文"]
    answer = await wong.taps("繁體中文")
    assert answer["text"] == "之後我們會用繁體中文與您聯絡。"
    last = await wong.last()
    assert "這是關於哪方面的事" in last["text"], "the question that was open is put again"
    for words in ("/start", "再說一件事"):
        await wong.sends(words)
    shown = [label for message in await told(wong) for label in labels(message)]
    assert "简体中文" not in shown


async def test_a_first_word_that_is_start_is_one_short_welcome(sandbox: Sandbox) -> None:
    wong = await sandbox.newcomer("Wong", "zh-hans")
    await wong.sends("/start")
    (welcome,) = await told(wong)
    assert len(welcome["text"]) < 100
    assert {"English", "简体中文", "繁體中文"} < set(labels(welcome))


async def test_a_link_on_the_letter_brings_the_code_along(bot: Running, sandbox: Sandbox, clerk: Phone) -> None:
    code = await letter(clerk)
    wong = await sandbox.newcomer("Wong", "en")
    await wong.sends(f"/start u-{code.replace('-', '')}")
    await wong.sees("Your home with us is 3-12A")
    person = await person_of(bot, wong.id)
    assert person
    assert person.unit == "3-12A"


async def test_two_who_send_the_same_code_at_once_are_both_in_and_one_is_the_main_contact(
    bot: Running, sandbox: Sandbox, clerk: Phone
) -> None:
    code = await letter(clerk, "3-12A")
    await (await sandbox.phone("chan")).sends("/settings")
    await (await sandbox.phone("chan")).taps("📦 我搬走了")
    await (await sandbox.phone("chan")).taps("📦 是，我搬走了")
    code = await letter(clerk, "3-12A")
    two = [await sandbox.newcomer(name, "en") for name in ("Ann", "Ben")]
    await asyncio.gather(*(phone.sends(code, settle=False) for phone in two))
    await sandbox.settle()
    for phone in two:
        await phone.sees("Your home with us is 3-12A")
    told_of = [any("now belongs to your household" in m.get("text", "") for m in await told(p)) for p in two]
    assert sorted(told_of) == [False, True]
    await clerk.sends("/resident 3-12A")
    shown = await clerk.sees("3-12A", "main contact")
    assert shown["text"].count("main contact") == 1
    assert all(name in shown["text"] for name in ("Ann", "Ben"))


async def test_a_household_shares_what_it_likes_and_nothing_after_moving_out(
    sandbox: Sandbox, chan: Phone, clerk: Phone
) -> None:
    code = await letter(clerk)
    son = await sandbox.newcomer("Jason", "en")
    await son.sends(code)
    await chan.sees("👪 Jason 已登記為 3-12A 的同住成員。", "🙅 不是我們家的人")
    await son.sends("The tap drips")
    await son.taps("Question")
    await son.taps("Submit")
    await chan.sends("/my")
    await chan.sees_nothing_of("HT-2026-0001")
    await son.sends("/settings")
    await son.taps("Let my household see them")
    await son.sees("Your household sees your matters")
    await chan.sends("/my")
    await chan.taps("👪 HT-2026-0001")
    shown = await chan.sees("👪 個案 HT-2026-0001，由 Jason 提出", "The tap drips")
    assert not buttons(shown)
    await son.sends("/settings")
    await son.taps("I moved out")
    await son.taps("Yes, I moved out")
    await son.sees("you no longer live in 3-12A")
    await chan.sends("/my")
    assert not any("HT-2026-0001" in label for label in labels(await chan.last()))
    await son.sends("/my")
    await son.sees("HT-2026-0001")
    await clerk.sees("HT-2026-0001", "Jason, moved out of 3-12A", "Claim", chat=sandbox.group)


async def test_a_stranger_in_the_household_is_looked_into(sandbox: Sandbox, chan: Phone, clerk: Phone) -> None:
    eve = await sandbox.newcomer("Eve", "en")
    await eve.sends(await letter(clerk))
    answer = await chan.taps("🙅 不是我們家的人")
    assert answer["text"] == "謝謝您告訴我們，管理處會核實。"
    answer = await clerk.taps("They do not live there", chat=sandbox.group)
    assert "Eve no longer lives in 3-12A" in answer["text"]
    await eve.sees("you no longer live in 3-12A")
    await clerk.sends("/resident 3-12A")
    assert "Eve" not in (await clerk.last())["text"]


@pytest.mark.parametrize("language", Language)
async def test_guessing_is_slowed_and_told_when_to_go_on(
    sandbox: Sandbox, clerk: Phone, language: Language, tmp_path: Path
) -> None:
    await sandbox.freeze()
    code = await letter(clerk)
    eve = await sandbox.newcomer("Eve", SAID[language][0])
    for wrong in ("K7QX-2M9T", "K7QX-2M9W", "K7QX-2M9X", "K7QX-2M9Y", "K7QX-2M98"):
        await eve.sends(wrong)
        await seen(eve, UNKNOWN, language)
    await eve.sends(code)
    await seen(eve, WAIT, language)
    assert SAID[language][4] in labels(await eve.last()), "the office helps at once"
    assert rows(tmp_path, "SELECT count(*) FROM wrong_codes") == [(5,)]
    await sandbox.advance(hours=1, seconds=1)
    await eve.sends(code)
    await seen(eve, WELCOME_HOME, language)


async def test_a_resident_cannot_ask_who_lives_where(sandbox: Sandbox, smith: Phone) -> None:
    await smith.sends("/resident 3-12A")
    await smith.sees_nothing_of("陳太", "since")
    await smith.sees("What is it about?")
