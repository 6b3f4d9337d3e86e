"""After the end, on the phones and in each language: what comes again is opened again, and what was learned is kept."""

from bot.domain.policy import Act
from bot.domain.tickets import Kind
from bot.flows.labels import CATEGORY, CHANGE, KIND, PLACE
from tests.e2e.floor import Floor

_FINE = "🌟 All was well, that is all"


async def _is_done(floor: Floor, words: str) -> None:
    """Have it dealt with and checked, and the resident a day later content with it."""
    await floor.finishes(floor.clerk, words)
    await floor.taps(floor.supervisor, Act.VERIFY)
    await floor.sandbox.advance(days=1)
    await floor.taps(floor.resident, Act.SOLVED, _FINE, "✍️ Confirm")
    await floor.resident.sees("HT-2026-0001", "🏁")


async def test_what_comes_again_is_opened_again_and_in_the_end_summed_up(floor: Floor) -> None:
    resident, clerk, leader = floor.resident, floor.clerk, floor.supervisor
    await resident.sends("燈壞了")
    kind, category, place = KIND[Kind.REPAIR].message, CATEGORY["light"].message, PLACE["lobby"].message
    await floor.taps(resident, kind, category, place, "Skip ▶", "Skip ▶", "✅ Submit")
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await _is_done(floor, "換了燈泡")

    await resident.sends("又不亮了")
    await floor.taps(resident, "🔁 It has come again")
    await clerk.sees("HT-2026-0001", "又不亮了", floor.button(Act.HANDLE))
    await _is_done(floor, "換了整個燈座")

    await floor.sandbox.advance(days=1)
    await leader.sees("🧭", "HT-2026-0001", "FC-14", floor.button(Act.SUM_UP))
    await floor.taps(leader, Act.SUM_UP)
    await leader.sends("每月檢查燈座")
    await floor.taps(leader, CHANGE["plan"].message)
    await clerk.sees("HT-2026-0001", "每月檢查燈座", floor.says(CHANGE["plan"].message))
    await floor.sandbox.advance(days=9)
    late = [message for message in await leader.screen() if "🔴" in message.get("text", "")]
    assert not [message for message in late if "FC-14" in message["text"]], "it was in time"
