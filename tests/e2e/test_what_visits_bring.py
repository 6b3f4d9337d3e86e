"""What return visits and their fellows bring on the sandbox's phones, in each language: orders, reports, analyses.

HQ hears twice of what it passed on (CP-9); what a visit finds wrong becomes an order with the time that was agreed
(RV-6, RV-10); what comes again is analysed, decided on and tracked (RV-9).
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.patterns import Decision
from bot.domain.people import Department
from bot.domain.policy import Act
from bot.domain.tickets import Channel, Kind
from bot.flows.labels import CATEGORY, CHANNEL, DECISION, KIND, PLACE
from bot.main import Running
from bot.ports.store import Transaction
from bot.services.rulebook import WORDS
from tests.e2e.acts import change_person, english_in, person_of, told
from tests.e2e.floor import Floor
from tests.phones import Phone, labels

_FINE = "🌟 All was well, that is all"
_CONFIRM = "✍️ Confirm"
_TO_HQ = "🏢 No. {number} came through HQ. Please tell HQ how it stands:"
_RECURS = "📈 <b>This comes again and again in this quarter</b>"


@pytest.fixture
async def director(floor: Floor, bot: Running) -> AsyncIterator[Phone]:
    """The director, who reads the language of the floor and is shown no other."""
    phone = await floor.sandbox.phone("director")
    await change_person(bot, phone.id, lambda one: replace(one, language=floor.language, language_chosen=True))
    yield phone
    if floor.language != "en":
        for message in await told(phone):
            assert set(english_in(message)) <= {"Smith", "Head", "Zhao", "Department"}, message.get("text")


async def _verified(floor: Floor, words: str) -> None:
    await floor.finishes(floor.clerk, words)
    await floor.taps(floor.supervisor, Act.VERIFY)


async def test_what_headquarters_passed_on_goes_back_to_headquarters_twice(floor: Floor) -> None:
    clerk, resident = floor.clerk, floor.resident
    await clerk.sends("/for")
    await floor.taps(clerk, CHANNEL[Channel.HQ].message)
    await clerk.sends("1-20B")
    await clerk.taps("Mr Smith · 1-20B")
    await floor.taps(clerk, KIND[Kind.COMPLAINT].message, CATEGORY["cleaning"].message)
    await clerk.sends("大堂三天沒有掃")
    await floor.taps(clerk, PLACE["lobby"].message, "Skip ▶", "Skip ▶", "✅ File it")

    await _verified(floor, "已經打掃，改為每天兩次")
    first = await clerk.sees(floor.says("Checked by {name}. The resident is asked whether it is solved."), "已經打掃")
    assert "CP-9" in first["text"], "which rule"
    assert "HT-2026-0001" in first["text"]
    await clerk.taps(floor.button(Act.TELL_HQ), message=first)
    await clerk.sends("已致電總公司何小姐")
    await floor.sees(clerk, "🏢 Noted that HQ knows.")

    await floor.sandbox.advance(days=1)
    await floor.taps(resident, Act.SOLVED, _FINE, _CONFIRM)
    second = await clerk.sees(floor.says("Closed: the resident finds it solved."), "CP-9")
    assert second["message_id"] > first["message_id"]
    await floor.sandbox.advance(hours=20)
    late = await clerk.sees(floor.says("⏰ No. {number} is closed; please tell HQ by {time}."), "CP-9")
    await clerk.taps(floor.button(Act.TELL_HQ), message=late)
    await floor.taps(clerk, "Skip ▶")
    before = len(await told(clerk))
    await floor.sandbox.advance(hours=10)
    assert len(await told(clerk)) == before, "HQ knows: nobody is reminded any more"
    await resident.sees_nothing_of("CP-9", "何小姐")


async def test_what_a_visit_finds_is_ordered_in_writing_and_what_stays_open_has_a_time(floor: Floor) -> None:
    resident, visitor = floor.resident, floor.head
    await resident.sends("大堂燈壞了")
    kind, category, place = KIND[Kind.REPAIR].message, CATEGORY["light"].message, PLACE["lobby"].message
    await floor.taps(resident, kind, category, place, "Skip ▶", "Skip ▶", "✅ Submit")
    await floor.clerk.taps(floor.button(Act.CLAIM), chat=floor.sandbox.group)
    await _verified(floor, "換了燈泡")
    await floor.sandbox.advance(days=6)
    asked = await visitor.sees("HT-2026-0001", "Mr Smith", floor.button(Act.VISIT))
    assert floor.button(Act.VISIT_GO) in " ".join(labels(asked))

    await floor.taps(visitor, Act.VISIT_GO, Act.VISIT, "✅ Yes, solved", _FINE)
    await visitor.sends("樓梯扶手鬆了，住戶想知道何時修好")
    days = [label for label in labels(await visitor.last()) if "3月" in label or "Mar" in label]
    assert days, "times that can be agreed on with one tap"
    await visitor.taps(days[-1])
    summary = await visitor.last()
    assert "樓梯扶手鬆了" in summary["text"]
    assert floor.says("🤝 Agreed: by {time}") in summary["text"]
    await floor.taps(visitor, "✍️ The resident confirms it")

    await resident.sees("HT-2026-0001", "🏁")
    came_up = await floor.sees(resident, "🔎 What came up at the return visit is no. {number} now; we will see to it.")
    assert "HT-2026-0002" in came_up["text"]
    await resident.sees("HT-2026-0002", "樓梯扶手鬆了", days[-1].rpartition(" ")[2])
    await resident.sends("/my")
    await resident.sees("HT-2026-0002")
    order = await floor.clerk.sees("HT-2026-0002", "樓梯扶手鬆了", chat=floor.sandbox.group)
    assert floor.says(CHANNEL[Channel.RETURN_VISIT].message) in order["text"]
    await floor.sandbox.advance(hours=7)
    await floor.sees(floor.clerk, WORDS["RV-6"].waits.message, "HT-2026-0002", "RV-6")
    await floor.sandbox.advance(hours=6)
    await floor.sees(floor.clerk, WORDS["RV-6"].late.message, "HT-2026-0002", "RV-6")


async def test_three_repairs_of_one_kind_are_analysed_decided_on_and_tracked(
    floor: Floor, director: Phone, bot: Running
) -> None:
    resident, head = floor.resident, floor.head

    def engineering(tx: Transaction) -> Department:
        estate = tx.estates.first()
        found = tx.departments.by_code(estate.id, "engineering") if estate else None
        assert found
        return found

    department = await bot.store.look(engineering)
    await change_person(bot, head.id, lambda one: replace(one, department_id=department.id))
    for words in ("大堂燈不亮", "門口的燈閃", "信箱旁那盞又黑了"):
        await resident.sends(words)
        if floor.says("🆕 Something new") in labels(await resident.last()):
            await floor.taps(resident, "🆕 Something new")
        kind, category, place = KIND[Kind.REPAIR].message, CATEGORY["light"].message, PLACE["lobby"].message
        await floor.taps(resident, kind, category, place, "Skip ▶", "Skip ▶", "✅ Submit")
    await floor.sandbox.advance(hours=9)

    analysis = await floor.sees(director, _RECURS, floor.says(PLACE["lobby"].message), "HT-2026-0003", "RV-9")
    assert labels(analysis) == [floor.says(DECISION[decision].message) for decision in Decision]
    await floor.taps(director, DECISION[Decision.PREVENTIVE].message)
    await director.sends("整個大堂換上感應燈")
    await floor.taps(director, "Engineering")
    await director.taps(labels(await director.last())[0])

    order = await head.sees(floor.says("✅ Done"), "整個大堂換上感應燈")
    assert "RV-9" in order["text"]
    person = await person_of(bot, director.id)
    assert person
    assert person.name in order["text"], "who asks"
    await floor.sandbox.advance(days=6)
    assert floor.says("⏰ This is due by {time}:") in "".join(m["text"] for m in await told(head))
    await floor.sandbox.advance(days=2)
    for phone in (head, director):
        await floor.sees(phone, "🔴 This was due by {time} and is not reported done:", "整個大堂換上感應燈")
    await floor.taps(head, "✅ Done")
    await director.sees("✅ Department Head Zhao", "整個大堂換上感應燈")
    before = len(await told(director))
    await floor.sandbox.advance(days=3)
    assert not [m for m in (await told(director))[before:] if "RV-9" in m["text"]], "it is done"
