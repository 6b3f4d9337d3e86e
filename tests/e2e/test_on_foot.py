"""Guards and cleaners report on their feet: a photo, three taps, and it is filed; in three languages."""

from dataclasses import replace
from functools import partial

import pytest

from bot.domain.people import Language
from bot.domain.tickets import Channel, Stage, Ticket
from bot.main import Running
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.sandbox.grounds import PLACES
from tests.e2e.acts import change_person, english_in, in_words, person_of, told
from tests.phones import JPEG, OGG, Phone, Sandbox, labels


async def place_of(bot: Running, code: str) -> tuple[int, str | None]:
    """Return a place of the sandbox by its code, and the living token of its sticker."""

    def find(tx: Transaction) -> tuple[int, str | None]:
        estate = tx.estates.first()
        place = tx.places.by_code(estate.id, code) if estate else None
        assert place
        return place.id, tx.places.token_of(place.id)

    return await bot.store.look(find)


def said(sentence: str, language: Language) -> str:
    """Return a button or a sentence as it reads in that language."""
    return in_words(sentence, language)


@pytest.fixture(params=list(Language), ids=str)
async def guard(request: pytest.FixtureRequest, bot: Running, sandbox: Sandbox) -> Phone:
    """The guard, who reads any of the three languages."""
    phone = await sandbox.phone("guard")
    await change_person(bot, phone.id, lambda person: replace(person, language=request.param))
    return phone


async def speaks(bot: Running, phone: Phone) -> Language:
    """Return the language that somebody reads."""
    person = await person_of(bot, phone.id)
    assert person
    return person.language


async def sticker(bot: Running, code: str) -> str:
    """Return what scanning the sticker of a place sends."""
    return f"/start p-{(await place_of(bot, code))[1]}"


async def test_a_photo_is_filed_with_three_taps_and_four_messages_at_most(
    bot: Running, sandbox: Sandbox, guard: Phone
) -> None:
    language = await speaks(bot, guard)
    await guard.sends(photo=JPEG)
    taps = [said("💡 Lamp out", language), {"en": "Block 3", "zh_Hans": "3栋", "zh_Hant": "3座"}[language]]
    for tap in (*taps, said("📤 Send", language)):
        await guard.taps(tap)
    shown = await told(guard)
    assert len(shown) <= 4
    card = await guard.sees("HT-2026-0001", said("💡 Lamp out", language), taps[1])
    if language is not Language.ENGLISH:
        assert set(english_in(card)) <= {"Guard", "Wang"}
    await guard.sees(said("These four buttons are always here for you. 👇", language))
    group = await sandbox.phone("clerk")
    await group.sees("HT-2026-0001", "Lamp out", "Block 3 / 3栋 / 3座", "Files below: 1", chat=sandbox.group)


async def test_the_four_buttons_do_what_they_say_at_any_moment(bot: Running, guard: Phone) -> None:
    language = await speaks(bot, guard)
    await guard.sends("/start")
    await guard.taps(said("📷 Report", language))
    await guard.sees(said("Send a photo 📷, a voice message 🎤 or a few words.", language))
    await guard.taps(said("📋 Mine", language))
    await guard.sees(said("These are your matters with us. Tap one to see how it stands.", language))
    await guard.taps(said("☎️ Help", language))
    await guard.taps(said("🧹 Fixed it", language))
    await guard.sees(said("Well done! First a photo 📷 of how it was.", language))


async def test_a_voice_message_is_kept_and_played_back_to_the_clerk(sandbox: Sandbox, clerk: Phone) -> None:
    cleaner = await sandbox.phone("cleaner")
    await cleaner.sends(voice=OGG)
    await cleaner.taps("垃圾、污漬")
    await cleaner.taps("垃圾房")
    await cleaner.taps("📤 傳送")
    await cleaner.sees("HT-2026-0001", "垃圾房")
    await clerk.sees("HT-2026-0001", "Litter or dirt", "Refuse room", chat=sandbox.group)
    assert any("voice" in message for message in await clerk.screen(sandbox.group))


async def test_an_album_is_one_report_and_its_floor_can_be_told_finer(sandbox: Sandbox, clerk: Phone) -> None:
    cleaner = await sandbox.phone("cleaner")
    await cleaner.sends("階磚鬆脫", album=[JPEG, JPEG, JPEG])
    await cleaner.taps("損壞、鬆脫")
    await cleaner.taps("3座")
    await cleaner.taps("12樓")
    await cleaner.sees("傳送嗎", "📍 3座 · 12樓", "相片 3 張")
    await cleaner.taps("📤 傳送")
    await clerk.sees("HT-2026-0001", "階磚鬆脫", "Block 3 · 12/F", "Files below: 3", chat=sandbox.group)
    await cleaner.sends(photo=JPEG)
    await cleaner.taps("燈壞了")
    assert "📍 3座 · 12樓" in labels(await cleaner.last())[:2], "where one was lately comes first"


async def test_a_scanned_sticker_says_where_before_or_after_the_photo(
    bot: Running, sandbox: Sandbox, clerk: Phone, smith: Phone
) -> None:
    cleaner = await sandbox.phone("cleaner")
    await cleaner.sends(await sticker(bot, "b5-8"))
    await cleaner.sends(photo=JPEG)
    await cleaner.taps("垃圾、污漬")
    await cleaner.sees("傳送嗎", "📍 5座 · 8樓")
    await cleaner.taps("📤 傳送")
    await cleaner.sends(photo=JPEG)
    await cleaner.sends(await sticker(bot, "garden"))
    await cleaner.taps("樹木花草")
    await cleaner.sees("傳送嗎", "📍 花園")
    await cleaner.taps("📤 傳送")
    await smith.sends(await sticker(bot, "carpark"))
    await smith.taps("Repair")
    await smith.taps("Lights")
    await smith.sends("It is dark here")
    await smith.taps("Skip")
    await smith.taps("Skip")
    await smith.sees("Is it right?", "📍 Car park", "It is dark here")
    await smith.taps("Submit")
    await clerk.sees("HT-2026-0003", "Car park", chat=sandbox.group)
    await clerk.sees("HT-2026-0002", "Garden", chat=sandbox.group)


async def test_a_location_means_the_place_beside_it_and_one_far_off_is_asked_about(sandbox: Sandbox) -> None:
    cleaner = await sandbox.phone("cleaner")
    gate = next(place for place, _ in PLACES if place.code == "gate")
    assert gate.location
    await cleaner.sends(photo=JPEG)
    await cleaner.taps("門、閘機")
    await cleaner.sends(location=(22.2783, 114.1747))
    await cleaner.sees("離海天花園 Harbour Garden 很遠")
    await cleaner.sends(location=(gate.location.latitude + 0.0001, gate.location.longitude))
    await cleaner.sees("傳送嗎", "📍 正門")


async def test_what_was_fixed_is_told_with_a_photo_before_and_after(
    bot: Running, sandbox: Sandbox, guard: Phone, clerk: Phone
) -> None:
    language = await speaks(bot, guard)
    await guard.sends(photo=JPEG)
    await guard.taps(said("🧹 Fixed it", language))
    await guard.sees(said("Now a photo 📷 of how it is.", language))
    await guard.sends(photo=JPEG)
    await guard.taps(said("🧹 Litter or dirt", language))
    await guard.taps({"en": "Garden", "zh_Hans": "花园", "zh_Hant": "花園"}[language])
    await guard.sees(said("<b>You have fixed this. Send it?</b>", language))
    await guard.taps(said("📤 Send", language))
    await guard.sees("HT-2026-0001")
    await clerk.sees("HT-2026-0001", "Litter or dirt", "🧹 Fixed on the spot, closed", chat=sandbox.group)


async def test_what_a_customer_told_a_guard_makes_the_guard_its_first_contact(
    bot: Running, sandbox: Sandbox, guard: Phone, clerk: Phone
) -> None:
    language = await speaks(bot, guard)
    await guard.sends(said("📷 Report", language))
    await guard.taps(said("🗣 Somebody told me", language))
    await guard.sends(voice=OGG)
    await guard.taps(said("🔧 Repair", language))
    await guard.sends("3-12A")
    await guard.taps({"en": "Block 3", "zh_Hans": "3栋", "zh_Hant": "3座"}[language])
    await guard.sees("👤 3-12A", said("📤 Send", language))
    await guard.taps(said("📤 Send", language))
    told_of = "🤝 Thank you for passing it on! You are its first contact and hear how it goes on."
    await guard.sees("HT-2026-0001", said(told_of, language))
    await clerk.sees(
        "From 3-12A (unit not confirmed)",
        "Told to one of us, taken down by 王保安 Guard Wang",
        "First contact: 王保安 Guard Wang",
        chat=sandbox.group,
    )
    ticket = await bot.store.look(lambda tx: tx.tickets.by_number("HT-2026-0001"))
    assert ticket
    assert ticket.channel is Channel.TOLD


async def test_stickers_that_are_dead_or_guessed_are_answered_kindly_and_guessing_does_not_pay(
    bot: Running, sandbox: Sandbox, smith: Phone
) -> None:
    old = await sticker(bot, "gate")
    gate, _ = await place_of(bot, "gate")
    await bot.store.transact(lambda tx: tx.places.revoke(gate, tx.now))
    await smith.sends(old)
    await smith.sees("This sticker is no longer good.")
    good = await sticker(bot, "garden")
    for number in range(5):
        await smith.sends(f"/start p-{number:022}")
        await smith.sees("We do not find this sticker.")
    await smith.sends(good)
    await smith.sees("Those were many stickers in a short time.")
    await sandbox.advance(hours=1, minutes=1)
    await smith.sends(good)
    await smith.taps("Repair")
    await smith.sees("Lift", "Lights")


async def test_danger_asks_nothing_but_what_it_is(bot: Running, sandbox: Sandbox, guard: Phone, clerk: Phone) -> None:
    language = await speaks(bot, guard)
    await guard.sends(photo=JPEG)
    await guard.taps(said("🚨 Danger!", language))
    await guard.taps(said("🌊 Burst pipe, bad leak or pump", language))
    await clerk.sees("Emergency: 🌊 Burst pipe", chat=sandbox.group)
    await guard.taps(said("📤 Send", language))
    await clerk.sees("🚨 No. HT-2026-0001", chat=sandbox.group)


async def test_sending_can_be_undone_for_a_minute(bot: Running, sandbox: Sandbox, clerk: Phone) -> None:
    cleaner = await sandbox.phone("cleaner")
    for number in (1, 2):
        await cleaner.sends(photo=JPEG)
        for tap in ("燈壞了", "正門", "📤 傳送"):
            await cleaner.taps(tap)
        card = await cleaner.sees(f"HT-2026-000{number}")
        if number == 2:
            await sandbox.advance(minutes=1, seconds=30)
        await cleaner.taps("↩️ 取消傳送", message=card)
    await clerk.sees("HT-2026-0001", "Taken back by whoever filed it", chat=sandbox.group)
    kept = await bot.store.look(lambda tx: tx.tickets.by_number("HT-2026-0002"))
    assert kept
    assert kept.open


async def test_what_was_made_safe_is_recorded_before_the_repair_comes(
    bot: Running, sandbox: Sandbox, guard: Phone, clerk: Phone
) -> None:
    language = await speaks(bot, guard)
    await guard.sends(photo=JPEG)
    for tap in ("💧 Leak or water", "Skip ▶", "📤 Send", "🚧 Made safe", "🚧 Cordoned off"):
        await guard.taps(said(tap, language))
    await guard.sees(said("A photo 📷 of it, please.", language))
    await guard.sends("Two cones, and the tap is off", photo=JPEG)
    await guard.sees(said("🚧 Noted. Thank you for keeping everybody safe!", language))
    await clerk.sees("Two cones, and the tap is off", chat=sandbox.group)
    await clerk.sees("HT-2026-0001", "🚧 Cordoned off · 王保安 Guard Wang", "Files below: 2", chat=sandbox.group)
    ticket = await bot.store.look(lambda tx: tx.tickets.by_number("HT-2026-0001"))
    assert ticket
    assert ticket.stage is Stage.RECEIVED


async def test_of_what_was_fixed_a_sample_is_checked_and_the_rest_is_closed_by_its_photo(
    bot: Running, sandbox: Sandbox
) -> None:
    cleaner = await sandbox.phone("cleaner")
    for _ in range(6):
        await cleaner.sends("🧹 已處理")
        await cleaner.sends(photo=JPEG)
        await cleaner.sends(photo=JPEG)
        for tap in ("垃圾、污漬", "花園", "📤 傳送"):
            await cleaner.taps(tap)
    numbers = [f"HT-2026-000{number}" for number in range(1, 7)]
    tickets = [await bot.store.look(partial(_numbered, number)) for number in numbers]
    drawn = {ticket.number for ticket in tickets if loader.default().is_drawn_on_the_spot(ticket)}
    assert {ticket.number for ticket in tickets if ticket.stage is Stage.HANDLED} == drawn
    assert {ticket.number for ticket in tickets if ticket.stage is Stage.CLOSED} == set(numbers) - drawn
    assert 0 < len(drawn) < 6


def _numbered(number: str, tx: Transaction) -> Ticket:
    ticket = tx.tickets.by_number(number)
    assert ticket
    return ticket
