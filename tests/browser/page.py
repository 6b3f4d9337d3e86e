"""The sandbox's page as somebody at a browser handles it: phones by their key, buttons by what they say."""

import json

from tests.browser.chromium import Tab


class ShownPhone:
    """One phone on the page."""

    def __init__(self, tab: Tab, key: str) -> None:
        self._tab = tab
        self._root = f"document.querySelector('.phone[data-key={key}]')"

    def part(self, selector: str) -> str:
        """Return the JavaScript that finds a part of the phone."""
        return f"{self._root}.querySelector({json.dumps(selector)})"

    async def writes(self, words: str, *, send: bool = True) -> None:
        """Type into the field, and press Enter where `send`."""
        await self._tab.click(self.part("[name=text]"))
        await self._tab.type(words)
        if send:
            await self._tab.press("Enter")

    async def sends_the_sample_photo(self) -> None:
        """Open the menu beside the field and choose the sample."""
        await self._tab.click(self.part(".attach summary"))
        await self._tab.click(self.part("[data-sample=stairs]"))

    async def taps(self, label: str) -> None:
        """Click the newest button that says this, as soon as there is one; rather one that says no more than this."""
        buttons = f"[...{self._root}.querySelectorAll('.buttons button')]"
        said = json.dumps(label)
        exact = f"{buttons}.findLast(one => one.textContent.endsWith({said}))"
        button = f"({exact} ?? {buttons}.findLast(one => one.textContent.includes({said})))"
        await self._tab.until(button)
        await self._tab.click(button)

    async def shows(self, *fragments: str) -> None:
        """Wait until the messages contain all of this."""
        words = f"{self._root}.querySelector('.messages').innerText"
        await self._tab.until(f"{json.dumps(fragments)}.every(one => {words}.includes(one))")
