"""Beside the tour: ready scenes, a bad network by switch, a voice message, and lists that stay light."""

import pytest

from tests.browser.chromium import Tab
from tests.phones import Sandbox

#: A list of ten thousand messages of its own, read from its end to its beginning and back.
_LONG = """(async () => {
    const { Scroller } = await import("/page/scroller.js");
    const list = document.querySelector(".messages").cloneNode(false);
    document.querySelector(".phone form").before(list);
    const row = ({ message_id: id }) => Object.assign(document.createElement("li"), { textContent: `message ${id}` });
    const scroller = new Scroller(list, row);
    const frame = () => new Promise(requestAnimationFrame);
    let most = 0;
    const go = async (there, ended) => {
        while (!ended()) {
            there();
            scroller.follow();
            most = Math.max(most, list.children.length);
            await frame();
        }
    };
    for (let id = 1; id <= 10000; id += 50) {
        scroller.put(Array.from({ length: 50 }, (_, at) => ({ message_id: id + at })));
        scroller.toEnd();
        scroller.trim();
        most = Math.max(most, list.children.length);
    }
    const newest = list.lastChild.textContent;
    await go(() => { list.scrollTop = 0; }, () => list.firstChild.textContent === "message 1");
    const inOrder = [...list.children].every((one, at) => one.textContent === `message ${at + 1}`);
    await go(() => { list.scrollTop = list.scrollHeight; }, () => list.lastChild.textContent === "message 10000");
    scroller.remove(9999);
    const last = [...list.children].slice(-2).map((one) => one.textContent);
    list.remove();
    return { newest, inOrder, most, last };
})()"""


async def _play(tab: Tab, scene: str, ending: str) -> None:
    await tab.click("document.querySelector('.tools summary')")
    await tab.click(f"document.querySelector('[data-scene={scene}]')")
    await tab.until(f"document.getElementById('scene').textContent.startsWith('{ending}')", timeout_s=40)


async def test_an_emergency_at_night_rings_at_once(tab: Tab, sandbox: Sandbox) -> None:
    await _play(tab, "night", "It rang at once")
    clerk = await sandbox.phone("clerk")
    await clerk.sees("Emergency", "Trapped, or lift")
    await clerk.sees("HT-2026-0001", "Two people are stuck", chat=sandbox.group)
    assert tab.complaints == []


async def test_a_leak_comes_back_and_is_the_same_ticket(tab: Tab, sandbox: Sandbox) -> None:
    await _play(tab, "leak", "It was solved a day ago")
    agenda = await sandbox.get("agenda")
    assert [ticket["number"] for ticket in agenda["tickets"]] == ["HT-2026-0001"]
    happened = [row["event"] for row in (await sandbox.get("tickets/HT-2026-0001"))["history"]]
    assert [event for event in happened if event in {"verified", "visited", "closed", "visit_opened", "reopened"}] == [
        "verified", "visited", "closed", "visit_opened", "visited", "reopened",
    ]  # fmt: skip
    assert tab.complaints == []


async def test_a_bad_network_is_switched_on_and_nothing_is_missing(tab: Tab, sandbox: Sandbox) -> None:
    await tab.click("document.querySelector('#faults summary')")
    await tab.click("document.querySelector('[data-fault=down]')")
    await tab.until("document.getElementById('faults').classList.contains('on')")
    assert [fault["kind"] for fault in (await sandbox.state())["faults"]] == ["500"]
    await (await sandbox.phone("li")).sends("灯坏了", settle=False)
    await tab.click("document.querySelector('[data-fault=down]')")
    await tab.until("!document.getElementById('faults').classList.contains('on')")
    traffic = "document.getElementById('traffic').textContent"
    await sandbox.advance(minutes=5)
    await tab.until(f"{traffic}.includes('Arrived at the bot: 1') && {traffic}.includes('Nothing is missing')")
    assert (await sandbox.state())["faults"] == []


async def test_the_bot_is_killed_and_started_anew_and_nothing_is_missing(tab: Tab, sandbox: Sandbox) -> None:
    await tab.click("document.querySelector('#faults summary')")
    await tab.click("document.querySelector('[data-fault=killed]')")
    await tab.until("document.getElementById('faults').classList.contains('on')")
    li = await sandbox.phone("li")
    await li.sends("灯坏了")
    await tab.until("document.querySelector('#switches').textContent.includes('Waiting for it: 1')")
    await tab.click("document.querySelector('[data-fault=killed]')")
    await tab.until("!document.getElementById('faults').classList.contains('on')")
    traffic = "document.getElementById('traffic').textContent"
    await tab.until(f"{traffic}.includes('Arrived at the bot: 1') && {traffic}.includes('Nothing is missing')")
    await li.sees("这是关于哪方面的事")
    assert tab.complaints == []


async def test_a_sample_voice_message_can_be_played(tab: Tab) -> None:
    if not await tab.evaluate("'AudioEncoder' in globalThis"):
        pytest.skip("this Chromium encodes no sound")
    await tab.click("document.querySelector('.phone .attach summary')")
    await tab.click("document.querySelector('.phone .samples button:last-child')")
    await tab.until("document.querySelector('.phone audio')?.readyState >= 1")
    assert await tab.evaluate("document.querySelector('.phone audio').error") is None
    await tab.until("Number.isFinite(document.querySelector('.phone audio').duration)")
    assert 0.5 < await tab.evaluate("document.querySelector('.phone audio').duration") < 60


async def test_ten_thousand_messages_are_drawn_a_few_at_a_time(tab: Tab) -> None:
    seen = await tab.evaluate(_LONG)
    assert seen["newest"] == "message 10000"
    assert seen["inOrder"]
    assert seen["most"] <= 320
    assert seen["last"] == ["message 9998", "message 10000"]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
async def test_what_can_be_read_stands_out_from_its_ground(tab: Tab, width: int, dark: bool) -> None:
    """Contrast of at least 4.5 to 1 (WCAG AA) for the page's own palette, and a name for all that can be used."""
    await tab.resize(width, 844, dark=dark)
    assert await tab.evaluate(_CONTRAST) == []
    assert await tab.evaluate(_NAMELESS) == []


_CONTRAST = """(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = style.getPropertyValue(name);
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => {
            const part = one / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const pairs = [
        ["--ink", "--card"], ["--ink", "--ground"], ["--ink", "--mine"], ["--ink", "--theirs"], ["--soft", "--card"],
        ["--soft", "--ground"], ["--soft", "--chat"], ["--accent", "--card"], ["--accent", "--theirs"],
        ["--on", "--accent"], ["--on", "--danger"], ["--on", "--success"], ["--success", "--card"],
        ["--danger", "--card"],
    ];
    return pairs.filter(([one, other]) => {
        const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05) < 4.5;
    });
})()"""
_NAMELESS = """[...document.querySelectorAll("button, summary, select, input:not([type=file]), progress")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.getAttribute("aria-label") || one.closest("label") || one.textContent.trim()))
    .map((one) => one.outerHTML)"""
