"""The whole way of a matter on the sandbox's phones, in each language: from Submit to the resident's "solved".

Everybody reads the same language, and at the end nobody has been shown a word of another.
"""

from bot.domain.policy import Act
from bot.domain.tickets import Outcome
from bot.flows.labels import DECLINE_REASON, DEPARTMENT
from tests.e2e.acts import files, told
from tests.e2e.floor import Floor

_TECHNICIAN = "Technician He"
_CLERK = "Clerk Lam"


async def test_from_submit_to_solved(floor: Floor) -> None:
    resident, clerk, technician = floor.resident, floor.clerk, floor.technician
    await files(resident, "電梯停了", language=floor.language)
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await floor.sees(resident, "Clerk Lam 林文員")
    await floor.taps(clerk, Act.JUDGE, "🏠 Ours, another department", DEPARTMENT["engineering"].message)
    await floor.offers(clerk, _TECHNICIAN)
    await technician.sees("HT-2026-0001", floor.button(Act.ACCEPT), floor.button(Act.DECLINE))
    await floor.taps(technician, Act.ACCEPT)
    await floor.sees(clerk, "👍 No. {number} is with {name} now.")
    await resident.sees("HT-2026-0001", _CLERK), "the first contact stays"
    await floor.taps(technician, Act.START)
    await resident.sees("●●●○○○○")
    await floor.finishes(technician, "換了皮帶")
    await clerk.sees("換了皮帶", floor.button(Act.VERIFY), floor.button(Act.REJECT))
    await floor.taps(clerk, Act.VERIFY)
    asked = await resident.sees("換了皮帶", floor.button(Act.SOLVED), floor.button(Act.REOPEN))
    assert "HT-2026-0001" in asked["text"]
    assert any("photo" in message for message in await told(resident)), "what was done, to be seen"
    await floor.taps(resident, Act.SOLVED)
    for phone in (resident, clerk, technician):
        await phone.sees("HT-2026-0001", "🏁")
    await clerk.sees("HT-2026-0001", "🏁", chat=floor.sandbox.group)


async def test_with_every_turn_that_it_can_take(floor: Floor) -> None:
    resident, clerk, technician = floor.resident, floor.clerk, floor.technician
    await files(resident, "電梯停了", language=floor.language)
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await floor.taps(clerk, Act.UNDO)
    await clerk.sees("HT-2026-0001", floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await resident.sees_nothing_of(_CLERK)
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)

    await floor.writes(clerk, Act.ASK, "是哪一部電梯?")
    await floor.taps(resident, Act.REPLY)
    await resident.sends("左邊那部")
    await floor.taps(resident, "📨 Send")
    await clerk.sees("HT-2026-0001", "左邊那部")

    await floor.offers(clerk, _TECHNICIAN)
    await floor.taps(technician, Act.DECLINE, DECLINE_REASON["busy"].message)
    await floor.sees(clerk, "👎 No. {number}: {name} cannot take it.", floor.says(DECLINE_REASON["busy"].message))
    await floor.offers(clerk, _TECHNICIAN)
    await floor.taps(technician, Act.ACCEPT)

    await floor.writes(technician, Act.PROPOSE, "明天上午換皮帶")
    await floor.taps(resident, Act.DISAGREE)
    await resident.sends("上午沒有人")
    await technician.sees("HT-2026-0001", "上午沒有人", floor.button(Act.PROPOSE))
    await floor.writes(technician, Act.PROPOSE, "明天下午換皮帶")
    await floor.taps(resident, Act.AGREE)
    await floor.sees(technician, "👍 No. {number}: the resident agrees to what was proposed.")

    await floor.finishes(technician, "換了皮帶")
    await floor.taps(clerk, Act.REJECT)
    await clerk.sends("門還是關不上")
    await technician.sees("HT-2026-0001", "門還是關不上", floor.button(Act.HANDLE))
    await floor.finishes(technician, "門也修好了")
    await floor.taps(clerk, Act.VERIFY)

    await floor.taps(resident, Act.REOPEN)
    await resident.sends("又停了")
    await clerk.sees("HT-2026-0001", "又停了", floor.button(Act.HANDLE))
    await floor.sees(floor.head, "🔁 No. {number} is not solved for the resident; it is open again.")
    await floor.taps(clerk, "⋯ More", Act.GIVE_BACK)
    await technician.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await floor.finishes(technician, "換了控制板", Outcome.EXPLAINED)
    await floor.taps(floor.head, Act.VERIFY)
    await floor.sees(resident, "<b>No. {number}</b>: we have looked into it, and this is how it stands.")
    await floor.taps(resident, Act.SOLVED, "🌟 All was well, that is all", "✍️ Confirm")
    await resident.sees("HT-2026-0001", "🏁")


async def test_a_quiet_week_closes_it_and_it_can_come_back(floor: Floor) -> None:
    resident, clerk, supervisor = floor.resident, floor.clerk, floor.supervisor
    await files(resident, "電梯停了", language=floor.language)
    await clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await floor.finishes(clerk, "換了皮帶")
    await floor.taps(supervisor, Act.VERIFY)
    await floor.sandbox.advance(days=9)
    await floor.sees(resident, "🏁 No. {number}: a week has passed without it coming again, so we have closed it.")
    await floor.taps(resident, Act.REOPEN)
    await resident.sends("又停了")
    await clerk.sees("HT-2026-0001", "又停了")
    await resident.sees("HT-2026-0001", "●●●○○○○")
