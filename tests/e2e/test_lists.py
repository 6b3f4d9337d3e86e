"""Colleagues' lists on the phones: one's work, the overview, and finding a ticket again, in three languages."""

from bot.domain.people import Language
from tests.e2e.acts import claims, data_of, english_in, files, in_words
from tests.phones import Phone, Sandbox, labels


async def test_work_pages_in_place_and_opens_what_is_tapped(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    for place in range(7):
        await files(smith, f"The lamp on floor {place} is out")
        await clerk.taps("Claim", chat=sandbox.group)
    await clerk.sends("/work")
    first = await clerk.last()
    assert "Your work" in first["text"]
    assert "7 in all" in first["text"]
    assert "1. HT-2026-0001" in first["text"]
    assert "floor 0" in first["text"]
    assert labels(first)[-2:] == ["1/2", "▶"]
    await clerk.taps("▶", message=first)
    second = await clerk.last()
    assert second["message_id"] == first["message_id"], "the page is turned in place"
    assert labels(second) == ["1. HT-2026-0007", "◀", "2/2"]
    await clerk.taps("◀", message=second)
    assert (await clerk.last())["text"] == first["text"]
    await clerk.taps("3. HT-2026-0003", message=first)
    card = await clerk.last()
    assert card["message_id"] > first["message_id"]
    assert "The lamp on floor 2 is out" in card["text"]


async def test_everybody_reads_their_work_in_their_language(
    sandbox: Sandbox, chan: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    colleagues = {Language.ENGLISH: clerk, Language.SIMPLIFIED: technician, Language.TRADITIONAL: supervisor}
    for floor, (language, colleague) in zip("一二三", colleagues.items(), strict=True):
        await colleague.sends("/work")
        assert in_words("Nothing here just now.", language) in (await colleague.last())["text"]
        await files(chan, f"{floor}樓電梯漏水", language="zh_Hant")
        await colleague.taps("Claim", chat=sandbox.group)
        for command in ("/work", "/find 漏水", "/find", "/find 没有这样的"):
            await colleague.sends(command)
            shown = await colleague.last()
            assert colleague is clerk or not english_in(shown)
    await technician.sends("待办")
    assert in_words("{count} in all", Language.SIMPLIFIED).format(count=1) in (await technician.last())["text"]
    await supervisor.sends("總覽")
    shown = await supervisor.last()
    assert in_words("Tap a number to see what is behind it.", Language.TRADITIONAL) in shown["text"]
    assert not english_in(shown)


async def test_a_word_of_two_characters_is_found_in_either_script(
    sandbox: Sandbox, chan: Phone, li: Phone, technician: Phone
) -> None:
    await files(chan, "三樓電梯壞了", language="zh_Hant")
    await files(li, "五楼电梯有异响", language="zh_Hans")
    await files(li, "楼道灯不亮", language="zh_Hans")
    for query in ("电梯", "電梯"):
        await technician.sends(f"/find {query}")
        found = await technician.last()
        assert [label for label in labels(found) if "HT-" in label] == ["1. HT-2026-0002", "2. HT-2026-0001"]
    await technician.taps("2. HT-2026-0001", message=found)
    assert "三樓電梯壞了" in (await technician.last())["text"]
    await technician.sends("/find 3")
    assert "楼道灯不亮" in (await technician.last())["text"], "a number opens its ticket at once"


async def test_the_directors_overview_leads_to_what_is_behind_each_number(
    sandbox: Sandbox, smith: Phone, li: Phone, clerk: Phone, director: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await files(li, "灯坏了", language="zh_Hans")
    await director.sends("/overview")
    shown = await director.last()
    assert labels(shown) == [
        "📂 Open: 2",
        "⚠️ Overdue: 0",
        "✋ Unassigned: 1",
        "📥 Received today: 2",
        "💬 Answered today: 0",
        "🏁 Closed today: 0",
        "🗣 Brush-offs in 30 days: 0",
    ]
    await director.taps("Unassigned", message=shown)
    assert "灯坏了" in (await director.last())["text"]
    await sandbox.advance(hours=2)
    await director.sends("/overview")
    assert "⚠️ Overdue: 2" in labels(await director.last())


async def test_what_a_resident_forges_or_writes_leads_to_no_list(smith: Phone, chan: Phone, clerk: Phone) -> None:
    await files(chan, "電梯漏水", language="zh_Hant")
    await clerk.sends("/find 漏水")
    found = await clerk.last()
    opens, own = data_of(found, "HT-2026-0001"), await smith.sends("/help")
    for data in (opens, "ls:unassigned:1:", "ls:open:1:", "ls:held.1:1:", "ls:found.x:1:"):
        assert (await smith.forges(data, own))["show_alert"]
    for command in ("/work", "/board", "/overview", "/find", "/find 漏水"):
        await smith.sends(command)
    await smith.sees_nothing_of("HT-2026-0001")
