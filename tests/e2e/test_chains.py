"""What people on site report goes up their own line, comes together where it is the same, and comes back daily."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bot.domain.people import Language
from bot.main import Running
from tests.e2e.acts import change_person, english_in, in_words, person_of, told
from tests.e2e.conftest import MORNING
from tests.phones import JPEG, OGG, Phone, Sandbox

TRADITIONAL: Final = Language.TRADITIONAL
LOBBY: Final = {"en": "Block 3", "zh_Hans": "3栋", "zh_Hant": "3座"}


async def reports(phone: Phone, language: Language, what: str = "💡 Lamp out") -> None:
    """Report by a photo what somebody has found, up to the tap that sends it."""
    await phone.sends(photo=JPEG)
    await phone.taps(in_words(what, language))
    await phone.taps(LOBBY[language])


@pytest.fixture
async def foreman(sandbox: Sandbox) -> Phone:
    """The contractor's supervisor, who reads Traditional Chinese."""
    return await sandbox.phone("foreman")


@pytest.fixture
async def cleaner(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("cleaner")


@pytest.fixture
async def guard(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("guard")


async def test_a_contractors_supervisor_sees_exactly_their_peoples_matters(
    sandbox: Sandbox, foreman: Phone, cleaner: Phone, guard: Phone, clerk: Phone, smith: Phone
) -> None:
    await smith.sends("My tap drips.")
    await smith.taps("Repair")
    await smith.taps("Water")
    await smith.sends("At home")
    await smith.taps("Skip")
    await smith.taps("Skip")
    await smith.taps("Submit")
    await reports(guard, Language.SIMPLIFIED, "🚪 Door or gate")
    await guard.taps(in_words("📤 Send", Language.SIMPLIFIED))
    await foreman.sees_nothing_of("HT-2026-0001")
    await foreman.sees_nothing_of("HT-2026-0002")
    await reports(cleaner, TRADITIONAL)
    await cleaner.taps(in_words("📤 Send", TRADITIONAL))
    heard = await foreman.sees("方姐 Cleaner Fang 報告了個案 HT-2026-0003", "3座")
    assert set(english_in(heard)) <= {"Cleaner", "Fang"}
    await foreman.sends("/reports")
    await foreman.sees("亮潔清潔 Brightway Cleaning", "HT-2026-0003")
    await foreman.sees_nothing_of("HT-2026-0001")
    await foreman.sees_nothing_of("HT-2026-0002")
    await foreman.sends("/figures")
    await foreman.taps(in_words("📑 As a spreadsheet", TRADITIONAL))
    (sheet,) = [message["document"] for message in await foreman.screen() if "document" in message]
    assert sheet["file_name"] == f"reported-{MORNING:%Y-%m}.xlsx"
    await foreman.taps("1. HT-2026-0003")
    await foreman.taps(in_words("🔔 Ask how it stands", TRADITIONAL))
    await clerk.sees("HT-2026-0003", "asks how it stands")


async def test_of_what_a_resident_told_a_cleaner_the_supervisor_reads_nothing(
    sandbox: Sandbox, foreman: Phone, cleaner: Phone, clerk: Phone
) -> None:
    await cleaner.sends(in_words("📷 Report", TRADITIONAL))
    await cleaner.taps(in_words("🗣 Somebody told me", TRADITIONAL))
    await cleaner.sends(voice=OGG)
    await cleaner.taps(in_words("🔧 Repair", TRADITIONAL))
    await cleaner.sends("3-12A 陳太 9123 4567")
    await cleaner.taps("3座")
    await cleaner.taps(in_words("📤 Send", TRADITIONAL))
    await foreman.sees("方姐 Cleaner Fang", "HT-2026-0001")
    await foreman.sends("/reports")
    await foreman.taps("1. HT-2026-0001")
    for secret in ("3-12A", "9123", "陳太"):
        await foreman.sees_nothing_of(secret)
    assert not any("voice" in message for message in await foreman.screen())
    await clerk.sees("3-12A", chat=sandbox.group)


async def test_the_same_lamp_is_joined_with_one_tap_and_the_finders_are_thanked(
    sandbox: Sandbox, cleaner: Phone, guard: Phone, clerk: Phone, technician: Phone, foreman: Phone
) -> None:
    await reports(guard, Language.SIMPLIFIED)
    await guard.taps(in_words("📤 Send", Language.SIMPLIFIED))
    await reports(cleaner, TRADITIONAL)
    await cleaner.sees("HT-2026-0001", in_words("📤 Send", TRADITIONAL))
    await cleaner.taps(in_words("🔗 Yes, the same as that one", TRADITIONAL))
    await clerk.sees("told 2 times, people: 2", chat=sandbox.group)
    await technician.taps(in_words("✋ Claim", Language.ENGLISH), chat=sandbox.group)
    await technician.taps(in_words("✅ Done", Language.SIMPLIFIED))
    await technician.sends("换了灯泡", photo=JPEG)
    await technician.taps(in_words("✅ Solved", Language.SIMPLIFIED))
    await technician.taps(in_words("Wear and tear", Language.SIMPLIFIED))
    await technician.taps(in_words("✅ Done", Language.SIMPLIFIED))
    await clerk.taps("Checked, all well", chat=sandbox.group)
    for phone, number in ((guard, "HT-2026-0001"), (cleaner, "HT-2026-0002")):
        await phone.sees(number, "换了灯泡")
        assert sum("photo" in message for message in await phone.screen()) >= 2, "the photo of the work came along"


@pytest.mark.parametrize("language", list(Language), ids=str)
async def test_each_morning_one_message_says_how_all_of_it_stands(
    bot: Running, sandbox: Sandbox, guard: Phone, language: Language
) -> None:
    await sandbox.freeze()
    person = await person_of(bot, guard.id)
    assert person
    await change_person(bot, guard.id, lambda one: replace(one, language=language))
    for what in ("💡 Lamp out", "🧹 Litter or dirt"):
        await reports(guard, language, what)
        await guard.taps(in_words("📤 Send", language))
    before = len(await told(guard))
    await sandbox.advance(seconds=(MORNING.replace(hour=0, minute=0) + timedelta(days=1) - MORNING).total_seconds())
    message = await guard.sees(
        in_words("📋 <b>What you reported, as it stands this morning:</b>", language), "HT-2026-0001", "HT-2026-0002"
    )
    assert len(await told(guard)) == before + 1
    assert language is Language.ENGLISH or not set(english_in(message)) - {"Guard", "Wang"}
