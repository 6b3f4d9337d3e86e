"""Return visits on the sandbox's phones, in each language: a day later the resident is asked, and says how it is."""

import re

from bot.adapters.i18n import catalogue
from bot.domain.policy import Act
from bot.domain.tickets import Kind
from bot.flows.labels import CATEGORY, KIND, PLACE
from bot.main import Running
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services import leaving
from tests.e2e.floor import Floor
from tests.phones import Json

_ASKED = "🔎 <b>No. {number}</b>: how is it now?"
_REMINDER = "🔎 No. {number}: may we ask once more how it is? One tap will do; otherwise a colleague gets in touch."
_SET_RIGHT = (
    "↩️ No. {number}: that it was not solved was a mistake; it is well for the resident. Nothing more is needed."
)
_FINE = "🌟 All was well, that is all"
_CONFIRM = "✍️ Confirm"


def _after_number(floor: Floor, sentence: str) -> str:
    """Return what a sentence reads like after the ticket's number."""
    return re.sub(r"<[^>]+>", "", catalogue(floor.language).gettext(sentence)).partition("{number}")[2]


async def _is_repaired(floor: Floor) -> None:
    """Let the resident report a dark lobby, the clerk take it on and repair it, and the supervisor look at it."""
    resident, clerk = floor.resident, floor.clerk
    await resident.sends("燈壞了")
    kind, category, place = KIND[Kind.REPAIR].message, CATEGORY["light"].message, PLACE["lobby"].message
    await floor.taps(resident, kind, category, place, "Skip ▶", "Skip ▶", "✅ Submit")
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await _is_done(floor, "換了燈泡")


async def _is_done(floor: Floor, words: str) -> None:
    await floor.finishes(floor.clerk, words)
    await floor.taps(floor.supervisor, Act.VERIFY)
    await floor.sees(floor.resident, "<b>No. {number}</b>: we have dealt with it and checked it.", words)


async def _is_asked(floor: Floor, words: str) -> Json:
    """Let a day pass; return the message that asks how it is."""
    await floor.sandbox.advance(days=1)
    every = (floor.button(act) for act in (Act.SOLVED, Act.PARTLY, Act.REOPEN))
    return await floor.sees(floor.resident, _ASKED, words, *every)


async def test_handled_not_solved_handled_again_satisfied_closed(floor: Floor) -> None:
    resident, clerk = floor.resident, floor.clerk
    await _is_repaired(floor)
    asked = await _is_asked(floor, "換了燈泡")
    assert "HT-2026-0001" in asked["text"]
    assert floor.says(PLACE["lobby"].message) in asked["text"], "which matter, and where"

    await floor.taps(resident, Act.REOPEN)
    await resident.sends("又不亮了")
    await clerk.sees("HT-2026-0001", "又不亮了", floor.button(Act.HANDLE))
    await floor.sees(floor.head, "🔁 No. {number} is not solved for the resident; it is open again.")

    await _is_done(floor, "換了整個燈座")
    await _is_asked(floor, "換了整個燈座")
    await floor.taps(resident, Act.SOLVED, "👍 Good", "😐 Fair", "😊 Satisfied", "🐢 It took too long")
    await resident.sends("下次先打電話")
    await floor.taps(resident, _CONFIRM)
    await floor.sees(resident, "💚 Thank you for your answer. You can change it for a day, under /my.")
    await resident.sees("HT-2026-0001", "🏁")
    heard = await floor.sees(clerk, "💚 No. {number}: the resident finds it solved. Well done.", "下次先打電話")
    assert floor.says("😐 Fair") not in heard["text"], "marks stay where they are"
    await floor.sandbox.advance(days=9)
    assert len([m for m in await resident.screen() if floor.says(_ASKED) in m.get("text", "")]) == 2


async def test_silence_one_reminder_a_visit_at_the_door_and_its_review(floor: Floor) -> None:
    resident, visitor = floor.resident, floor.head
    await _is_repaired(floor)
    await _is_asked(floor, "換了燈泡")
    await floor.sandbox.advance(days=5)
    reminded = _after_number(floor, _REMINDER)
    await resident.sees("HT-2026-0001", reminded)
    assert len([m for m in await resident.screen() if reminded in m.get("text", "")]) == 1, "once"

    await visitor.sees("HT-2026-0001", "Mr Smith", "換了燈泡", floor.button(Act.VISIT))
    await floor.taps(visitor, Act.VISIT_GO, Act.VISIT, "✅ Yes, solved", _FINE, "Skip ▶")
    await floor.taps(visitor, "✍️ The resident confirms it")
    await resident.sees("HT-2026-0001", "🏁")
    await floor.sees(floor.clerk, "💚 No. {number}: the resident finds it solved. Well done.", "HT-2026-0001")

    await floor.supervisor.sends("/visits")
    await floor.taps(floor.supervisor, "🧐 {number}")
    await floor.supervisor.sends("處理得很好")
    await floor.sees(floor.supervisor, "🧐 Reviewed, thank you.")
    await floor.clerk.sees("HT-2026-0001", "處理得很好")


async def test_an_answer_is_changed_within_the_day(floor: Floor) -> None:
    resident = floor.resident
    await _is_repaired(floor)
    await _is_asked(floor, "換了燈泡")
    await floor.taps(resident, Act.SOLVED, _FINE, _CONFIRM)
    await floor.taps(resident, Act.REVISE, "🔁 Not solved")
    await resident.sends("晚上又不亮")
    await floor.taps(resident, _CONFIRM)
    await floor.sees(floor.clerk, "🔁 No. {number} is not solved for the resident; it is open again.", "晚上又不亮")
    await resident.sees("HT-2026-0001", "●●●○○○○")


async def test_who_blocks_the_bot_is_called(floor: Floor) -> None:
    await _is_repaired(floor)
    await floor.resident.blocks()
    before = await floor.resident.screen()
    await floor.sandbox.advance(days=1)
    assert await floor.resident.screen() == before
    await floor.head.sees("HT-2026-0001", "Mr Smith", floor.button(Act.VISIT_CALL), floor.button(Act.VISIT))


async def test_who_has_moved_out_is_asked_no_more_and_a_quiet_week_closes_it(floor: Floor) -> None:
    await _is_repaired(floor)
    await floor.resident.sends("/settings")
    await floor.taps(floor.resident, "📦 I moved out", "📦 Yes, I moved out")
    await floor.sandbox.advance(days=9)
    await floor.resident.sees_nothing_of(_after_number(floor, _ASKED))
    await floor.resident.sees("HT-2026-0001", "🏁")


async def test_where_the_visitor_has_left_the_company_somebody_else_is_asked_to_go(floor: Floor, bot: Running) -> None:
    await _is_repaired(floor)
    await _is_asked(floor, "換了燈泡")
    await floor.sandbox.advance(days=5)
    shown = await floor.head.sees("HT-2026-0001", "Mr Smith", floor.button(Act.VISIT))

    def leaves(tx: Transaction) -> None:
        gone = tx.people.by_account(floor.head.id)
        assert gone
        leaving.leave(tx, loader.default(), gone)

    await bot.store.transact(leaves)
    await floor.sandbox.settle()
    answer = await floor.head.taps(floor.button(Act.VISIT), message=shown)
    assert answer["show_alert"], "who has left records nothing"
    other = floor.supervisor
    await other.sees("HT-2026-0001", "Mr Smith", floor.button(Act.VISIT))
    await floor.taps(other, Act.VISIT, "☎️ By phone", "✅ Yes, solved", _FINE, "Skip ▶")
    await floor.taps(other, "✍️ The resident confirms it")
    await floor.resident.sees("HT-2026-0001", "🏁")


async def test_what_the_visitor_noted_by_mistake_is_set_right_and_everybody_hears_of_it(floor: Floor) -> None:
    resident, visitor = floor.resident, floor.head
    await _is_repaired(floor)
    await _is_asked(floor, "換了燈泡")
    await floor.sandbox.advance(days=5)
    await floor.taps(visitor, Act.VISIT, "☎️ By phone", "🔁 Not solved", "Skip ▶", "✍️ The resident confirms it")
    opened = _after_number(floor, "🔁 No. {number} is not solved for the resident; it is open again.")
    await floor.clerk.sees("HT-2026-0001", opened)
    await visitor.sends("/find HT-2026-0001")
    await visitor.taps("HT-2026-0001")
    await floor.taps(visitor, Act.REVISE, "✅ Yes, solved", _FINE, "✍️ The resident confirms it")
    await floor.clerk.sees("HT-2026-0001", _after_number(floor, _SET_RIGHT))
    await resident.sees("HT-2026-0001", "🏁")
