"""The tour leads a newcomer from the first step to the last, by nothing but what the page says."""

import os

import pytest

from tests.browser.chromium import Tab
from tests.browser.page import ShownPhone
from tests.browser.touring import FINISHED, begin, follow, step
from tests.e2e.acts import english_in
from tests.phones import Sandbox

#: The long way round, for `make tour`; the suite goes it in English.
LANGUAGES = os.environ.get("TOUR_LANGUAGES", "en").split()
RESIDENTS = {"en": "smith", "zh_Hans": "li", "zh_Hant": "chan"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_tour_leads_from_the_first_step_to_the_last(tab: Tab, sandbox: Sandbox, language: str) -> None:
    await begin(tab, language)
    for number in range(1, 10):
        assert await step(tab) == number
        assert await follow(tab, until=f"document.getElementById('tour-bar').value >= {number}"), number
    await follow(tab)
    happened = [row["event"] for row in (await sandbox.get("tickets/HT-2026-0001"))["history"]]
    milestones = {"filed", "judged", "transfer_accepted", "handled", "verified", "visited", "reopened", "closed"}
    assert [event for event in happened if event in milestones] == [
        "filed", "judged", "transfer_accepted", "handled", "verified", "visited", "reopened",
        "transfer_accepted", "handled", "verified", "visited", "closed",
    ]  # fmt: skip
    resident = await sandbox.phone(RESIDENTS[language])
    own = [message for message in await resident.screen() if not message["from"]["is_bot"]]
    assert sum("photo" in message for message in own) == 1, "the tour asked again for what was on its way"
    assert tab.complaints == []
    if language != "en":
        clerk = await sandbox.phone("clerk")
        read = [message for message in await clerk.screen(chat=sandbox.group) if message["from"]["is_bot"]]
        assert read
        assert not any(english_in(message) for message in read)


async def test_the_tour_goes_on_when_it_has_happened_whoever_did_it(tab: Tab, sandbox: Sandbox) -> None:
    await begin(tab)
    await follow(tab, until="document.getElementById('tour-bar').value >= 2")
    head = await sandbox.phone("head")
    await head.taps("Claim", chat=sandbox.group)
    await tab.until("document.getElementById('tour-bar').value >= 3")


@pytest.mark.parametrize(("language", "told"), [("zh_Hans", "本群用简体中文"), ("zh_Hant", "本群組使用繁體中文")])
async def test_the_staff_group_speaks_the_language_of_the_tour(tab: Tab, language: str, told: str) -> None:
    await begin(tab, language)
    await ShownPhone(tab, "group").shows(told)


async def test_the_staff_group_is_not_asked_for_what_it_speaks(tab: Tab, sandbox: Sandbox) -> None:
    await begin(tab)
    clerk = await sandbox.phone("clerk")
    assert not any(message.get("text") for message in await clerk.screen(chat=sandbox.group))


async def test_the_tour_leads_the_keyboard_to_where_it_points(tab: Tab) -> None:
    await begin(tab)
    await tab.until("document.querySelector('.here')")
    await tab.evaluate("document.getElementById('tour-where').focus()")
    await tab.press("Enter")
    await tab.until("document.activeElement.matches('summary.here')")
    await tab.press("Enter")
    await tab.until("document.querySelector('button.here')")
    await tab.press("Tab")
    assert await tab.evaluate("document.activeElement.matches('.here')"), "the menu's first choice is the one meant"
    await tab.press("Enter")
    await ShownPhone(tab, "smith").shows("What is it about?")


async def test_the_tour_can_be_declined_and_begun_later(tab: Tab) -> None:
    await tab.click("document.getElementById('tour-end')")
    await tab.until("document.getElementById('tour').hidden")
    await tab.click("document.getElementById('tour-again')")
    await tab.until(f"document.querySelector('.here') && !({FINISHED})")
    await tab.click("document.getElementById('tour-end')")
    await tab.until("document.getElementById('tour').hidden && !document.querySelector('.here')")


async def test_the_file_beside_the_phones_follows_the_ticket(tab: Tab) -> None:
    smith = ShownPhone(tab, "smith")
    await smith.sends_the_sample_photo()
    await smith.taps("Question")
    await smith.taps("Submit")
    file = "document.querySelector('aside').innerText"
    for words in ("HT-2026-0001", "Nobody has taken it on yet", "FC-9", "submitted", "Rule FC-9: within 60 minutes"):
        await tab.until(f"{file}.includes('{words}')")
    await tab.click("document.getElementById('next')")
    await tab.until(f"{file}.includes('reminded')")
    assert tab.complaints == []
