"""What is kept about somebody is shown to them and erased, in each language; and nothing of it is left on the disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.clock import MovableClock
from bot.domain.people import Language
from bot.domain.policy import Act
from bot.domain.tickets import Kind
from bot.flows.labels import CATEGORY, KIND, PLACE
from tests.databases import lay_migrated
from tests.e2e.acts import answers, claims, files, working_on
from tests.e2e.floor import Floor
from tests.phones import JPEG, OGG, Phone, labels

MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_SHOW = "📄 Show what you keep about me"
_ERASE = "🧹 Erase it"
_YES = "🧹 Yes, erase it"
_WAITS = "🧹 <b>Noted.</b> These matters of yours are still open, and we need your words to finish them:"
_DONE = "🧹 It is done: we no longer keep anything that tells who you are or what you wrote."


async def test_shown_asked_for_while_it_is_open_and_erased_by_itself_at_its_end(floor: Floor) -> None:
    resident, clerk, group = floor.resident, floor.clerk, floor.sandbox.group
    await resident.sends("燈壞了", photo=JPEG)
    kind, category, place = KIND[Kind.REPAIR].message, CATEGORY["light"].message, PLACE["lobby"].message
    await floor.taps(resident, kind, category, place, "Skip ▶", "Skip ▶", "✅ Submit")
    await clerk.sees("Smith", "燈壞了", chat=group)

    await resident.sends("/privacy")
    await floor.taps(resident, _SHOW)
    shown = await floor.sees(resident, "📄 <b>What we keep about you</b>", "Smith", "HT-2026-0001", "燈壞了")
    assert str(resident.id) in shown["text"]
    await floor.taps(resident, _ERASE)
    await floor.sees(resident, "🧹 <b>Shall we erase what we keep about you?</b>")
    await floor.taps(resident, _YES)
    await floor.sees(resident, _WAITS, "HT-2026-0001")

    await clerk.taps(floor.button(Act.CLAIM), chat=group)
    await floor.finishes(clerk, "換了燈泡")
    await floor.taps(floor.supervisor, Act.VERIFY)
    await floor.sandbox.advance(days=1)
    await floor.taps(resident, Act.SOLVED, "🌟 All was well, that is all", "✍️ Confirm")
    await resident.sees("HT-2026-0001", "🏁")
    await floor.sandbox.advance(hours=2)

    farewell = await floor.sees(resident, _DONE)
    assert (await resident.last())["message_id"] == farewell["message_id"]
    card = await floor.sees(clerk, "somebody whose data was erased", "HT-2026-0001")
    assert "🏁" in card["text"]
    for fragment in ("Smith", "燈壞了"):
        assert fragment not in (await clerk.sees("HT-2026-0001", "🏁", chat=group))["text"]
    await floor.sandbox.advance(days=9)
    assert (await resident.last())["message_id"] == farewell["message_id"], "nobody writes to them any more"
    assert not labels(await resident.sees("HT-2026-0001", "●")), "nor do buttons stand where they lead nowhere"


async def test_a_change_of_mind(floor: Floor) -> None:
    resident = floor.resident
    await resident.sends("/privacy")
    await floor.taps(resident, _ERASE, "Keep it")
    await floor.sandbox.advance(hours=3)
    await resident.sends("/privacy")
    await floor.taps(resident, _SHOW)
    await floor.sees(resident, "📄 <b>What we keep about you</b>", "Smith")


@pytest.mark.parametrize("floor", [Language.ENGLISH], indirect=True)
async def test_who_writes_again_is_somebody_new(floor: Floor) -> None:
    await files(floor.resident, "The light is broken")
    await _takes_back(floor.resident)
    await floor.resident.sends("/privacy")
    await floor.taps(floor.resident, _ERASE, _YES)
    await floor.sees(floor.resident, _DONE)
    await floor.resident.sends("/my")
    await floor.resident.sees("You have nothing open with us.")
    await files(floor.resident, "It is broken again")
    await floor.resident.sees("HT-2026-0002")


@pytest.mark.parametrize("floor", [Language.ENGLISH], indirect=True)
async def test_a_colleague_is_shown_what_is_theirs_and_not_erased(floor: Floor) -> None:
    await floor.clerk.sends("/privacy")
    await floor.clerk.sees_nothing_of(_ERASE)
    await floor.taps(floor.clerk, _SHOW)
    await floor.clerk.sees("What we keep about you", "Clerk", "🪪 Clerk")


async def test_nothing_is_left_on_the_disk(tmp_path: Path) -> None:
    directory, clock = lay_migrated(tmp_path), MovableClock(MORNING)
    async with working_on(directory, clock) as sandbox:
        smith, chan = await sandbox.phone("smith"), await sandbox.phone("chan")
        clerk = await sandbox.phone("clerk")
        await files(smith, "Quirkzap1 drips through my ceiling", photo=JPEG)
        await claims(clerk, sandbox)
        await answers(clerk, "Dear Mr Quirkzap2, we are on our way")
        await clerk.sends("/find Quirkzap1")
        await clerk.sees("HT-2026-0001")
        await smith.sends("Quirkzap3 is what I forgot to say", voice=OGG)
        await smith.taps("For that one")
        await smith.sends("Quirkzap4 is what I did not send in the end")
        await files(chan, "Parrots in the lobby", photo=JPEG + b"another", language="zh_Hant")
        assert _found(directory, b"uirkzap1", b"uirkzap2", b"uirkzap4", b"Smith", str(smith.id).encode())
        kept = len(_media(directory))
        assert kept >= 2

        await _takes_back(smith)
        await smith.sends("/privacy")
        await smith.taps(_ERASE)
        await smith.taps(_YES)
        await smith.sees("It is done")
        assert len(_media(directory)) < kept, "the photo is gone as soon as it is erased"
        await sandbox.advance(days=2)
        assert [name for name in _NAMES if _found(directory, name)] == [], "while the bot runs"
        await sandbox.advance(days=14)
    assert not (directory / "sandbox.db-wal").exists()
    assert [name for name in _NAMES if _found(directory, name)] == []
    assert not _found(directory, str(smith.id).encode())
    assert _found(directory, b"Parrots"), "what others said stays"
    assert len(_media(directory)) == 1


_NAMES = (b"uirkzap1", b"uirkzap2", b"uirkzap3", b"uirkzap4", b"mith")


async def _takes_back(resident: Phone) -> None:
    """Take back everything that is open."""
    await resident.sends("/my")
    await resident.taps("HT-2026-0001")
    await resident.taps("Take it back")
    await resident.taps("Yes, take it back")


def _found(directory: Path, *names: bytes) -> bool:
    """Whether each of the names stands in the bot's database or in the log beside it."""
    content = b"".join(path.read_bytes() for path in directory.glob("sandbox.db*"))
    return all(name in content for name in names)


def _media(directory: Path) -> list[Path]:
    return [path for path in (directory / "media").rglob("*") if path.is_file()]
