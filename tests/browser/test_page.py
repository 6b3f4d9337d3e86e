"""The page of the sandbox in a real browser: a stranger finds the way, by mouse and by keyboard."""

from bot.sandbox.cast import SANDBOX_TOKEN
from tests.browser.chromium import Tab
from tests.browser.page import ShownPhone
from tests.phones import Sandbox


async def test_a_report_travels_from_the_residents_phone_to_the_answer(tab: Tab, url: str) -> None:
    smith, group, clerk = (ShownPhone(tab, key) for key in ("smith", "group", "clerk"))
    await smith.writes("The staircase light on floor 3 is out", send=False)
    await smith.sends_the_sample_photo()
    for label, asked in (
        ("Repair", "What needs repair?"),
        ("Lights", "Where is it?"),
        ("Stairs, corridor", "Since when?"),
        ("Skip", "What would help you most?"),
    ):
        await smith.taps(label)
        await smith.shows(asked)
    await smith.taps("Skip")
    await smith.shows("This is how we understood it", "Photos: 1")
    await smith.taps("Submit")
    await group.shows("HT-2026-0001", "From Mr Smith")
    await group.taps("Claim")
    await clerk.taps("Answer")
    await clerk.shows("What shall we tell the resident?")
    await clerk.writes("We are changing the lamp today.")
    await clerk.taps("Send")
    await smith.shows("We are changing the lamp today.", "Answered")
    assert await tab.evaluate("[...document.images].every(one => one.naturalWidth > 100)"), "a photo is not shown"
    assert tab.complaints == []
    assert [asked for asked in tab.requests if not asked.startswith((f"{url}/", "data:"))] == []


async def test_it_can_be_used_with_the_keyboard_alone(tab: Tab) -> None:
    smith = ShownPhone(tab, "smith")
    await tab.evaluate(f"{smith.part('[name=text]')}.focus()")
    await tab.type("The lift is stuck")
    await tab.press("Enter")
    await smith.shows("What is it about?")
    for _ in range(12):  # backwards from the field: photo, the newest message's buttons, …
        await tab.press("Tab", shift=True)
        if await tab.evaluate("document.activeElement.innerText.endsWith('Repair')"):
            break
    await tab.press("Enter")
    await smith.shows("What needs repair?")
    focused = await tab.evaluate("document.activeElement.closest('.messages, .buttons') !== null")
    assert focused, "the focus is lost when the message changes in place"


async def test_escape_closes_a_menu_and_leaves_the_focus_on_it(tab: Tab) -> None:
    menus = ("'.phone .attach:not(.menu)'", "'.phone .attach.menu'", "'.tools .menu'", "'#faults'")
    for menu in (f"document.querySelector({selector})" for selector in menus):
        await tab.evaluate(f"{menu}.querySelector('summary').focus()")
        await tab.press("Enter")
        await tab.until(f"{menu}.open && {menu}.querySelector('div button, div input')")
        await tab.press("Tab")
        assert await tab.evaluate(f"{menu}.querySelector('div').contains(document.activeElement)"), menu
        await tab.press("Escape")
        await tab.until(f"!{menu}.open && document.activeElement === {menu}.querySelector('summary')")


async def test_the_keyboard_goes_through_the_whole_page_and_sees_where_it_is(tab: Tab) -> None:
    await tab.evaluate("document.activeElement.blur()")
    focused = "document.activeElement"
    drawn = f"getComputedStyle({focused}).outlineStyle !== 'none'"
    passed: list[str] = []
    for _ in range(150):
        await tab.press("Tab")
        if await tab.evaluate(f"{focused} === document.body"):
            break
        assert await tab.evaluate(drawn), await tab.evaluate(f"{focused}.outerHTML")
        passed.append(
            await tab.evaluate(f"({focused}.closest('header, #tour, .phone, aside')?.className ?? '') || 'page'")
        )
    else:
        raise AssertionError("the focus is trapped")
    assert passed[0] == "page"
    assert passed.count("phone") > 8
    assert passed.index("phone") > passed.index("page")


async def test_what_came_without_a_sound_is_marked_for_good(tab: Tab, sandbox: Sandbox) -> None:
    smith, shown = await sandbox.phone("smith"), ShownPhone(tab, "smith")
    for words, silent in (("quiet", "true"), ("loud", "false")):
        sent = f"{{chat_id: {smith.id}, text: '{words}', disable_notification: {silent}}}"
        how = f"{{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: JSON.stringify({sent})}}"
        await tab.evaluate(f"fetch('/bot{SANDBOX_TOKEN}/sendMessage', {how}).then((answer) => answer.ok)")
    await shown.shows("quiet", "loud")
    marked = "[...document.querySelectorAll('.mute')].map((it) => it.closest('.bubble').innerText.split('\\n')[0])"
    await tab.evaluate("document.getElementById('language').dispatchEvent(new Event('change'))")  # all is drawn anew
    assert await tab.evaluate(f"{marked}.join()") == "quiet"
    assert await tab.evaluate("document.querySelector('.mute').getAttribute('aria-label')") == "Without a sound"


async def test_what_people_write_is_never_markup(tab: Tab, sandbox: Sandbox) -> None:
    li = await sandbox.phone("li")
    await li.sends("<img src=x onerror=alert(1)><b>bold</b> & <script>alert(1)</script>")
    await tab.click("[...document.querySelectorAll('#people button')].find(one => one.textContent.includes('Mr Li'))")
    await ShownPhone(tab, "li").shows("<img src=x onerror=alert(1)><b>bold</b> & <script>alert(1)</script>")
    assert await tab.evaluate("document.querySelectorAll('.messages script, .messages img').length") == 0
    assert tab.complaints == []


async def test_what_arrives_out_of_sight_is_counted_until_it_is_looked_at(tab: Tab, sandbox: Sandbox) -> None:
    chip = "[...document.querySelectorAll('#people button')].find(one => one.textContent.includes('Mr Li'))"
    await (await sandbox.phone("li")).sends("灯坏了")
    await tab.until(f"{chip}.dataset.unread === '1'")
    await tab.click(chip)
    await tab.until(f"{chip}.dataset.unread === undefined && document.querySelector('.phone[data-key=li]')")


async def test_on_a_small_screen_one_phone_fills_the_width(tab: Tab) -> None:
    await tab.resize(390, 844)
    await tab.until("document.querySelector('.phone').getBoundingClientRect().width > 360")
    assert await tab.evaluate("document.documentElement.scrollWidth") == 390, "the page itself scrolls sideways"
    sending = await tab.evaluate("document.querySelector('.phone [type=submit]').getBoundingClientRect().bottom")
    assert sending <= 844


async def test_the_clock_shows_the_estates_time_and_can_be_moved_on(tab: Tab) -> None:
    await tab.until("document.getElementById('now').textContent.startsWith('Mon 2 Mar, 09:3')")
    await tab.click("document.querySelector('[data-advance=\"3600\"]')")
    await tab.until("document.getElementById('now').textContent.startsWith('Mon 2 Mar, 10:3')")
    assert tab.complaints == []


async def test_topics_that_come_and_go_are_shown_as_they_are(tab: Tab, sandbox: Sandbox) -> None:
    group = ShownPhone(tab, "group")
    names = f"[...{group.part('.topics')}.children].map(one => one.textContent).join('|')"
    await tab.until(f"{names} === 'All|客服 Customer service|工程 Engineering|安保 Security|保潔 Cleaning'")
    director = await sandbox.phone("director")
    await sandbox.delete_topic(sandbox.group, 4, director)
    await tab.until(f"{names} === 'All|客服 Customer service|工程 Engineering|保潔 Cleaning'")
    assert tab.complaints == []
