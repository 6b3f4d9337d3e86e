"""A headless Chromium that a test can look through, by the DevTools protocol over aiohttp: nothing to install but it.

with open_browser() as browser:
    async with open_tab(browser) as tab:
        await tab.open(url)
        await tab.click("document.querySelector('input')")
        await tab.type("Hello")
        await tab.until("document.body.textContent.includes('Hello')")
"""

import asyncio
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_START_S: Final = 30.0
_LOOK_S: Final = 0.02
_KEYS: Final = {"Enter": 13, "Tab": 9, "Escape": 27}
_FLAGS: Final = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync", "--mute-audio",
    "--lang=en", "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip

#: Finds an element until it stays where it is: while messages come in, what is below them moves.
_STANDING: Final = """async (find) => {
    for (let was = "";;) {
        const it = find();
        it.scrollIntoView({ block: "nearest", inline: "nearest" });
        const box = it.getBoundingClientRect();
        const place = [box.x + box.width / 2, box.y + box.height / 2];
        if (was === String(place)) return place;
        was = String(place);
        await new Promise((later) => setTimeout(later, 80));
    }
}"""


def find() -> str | None:
    """Return the path of an installed Chromium, if there is one."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class PageError(AssertionError):
    """The page did not do what was asked for, or not in time."""


class Tab:
    """One open page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.complaints: list[str] = []
        """Errors and warnings of the console, exceptions nobody caught, violations of the page's policy."""
        self.requests: list[str] = []
        """The addresses that were asked for."""

    async def command(self, method: str, **params: Any) -> Any:
        """Carry out a command of the DevTools protocol and return its result."""
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(_START_S):
            return await self._answers[number]

    async def listen(self) -> None:
        """Take in answers and events, until the browser is gone."""
        async for frame in self._socket:
            told = json.loads(frame.data)
            if "id" not in told:
                self._note(told["method"], told["params"])
            elif "error" in told:
                self._answers[told["id"]].set_exception(PageError(told["error"]["message"]))
            else:
                self._answers[told["id"]].set_result(told["result"])

    def _note(self, event: str, params: Any) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"].get("exception", params)))
        elif event == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.complaints.append(str([argument.get("value") for argument in params["args"]]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(params["entry"]["text"])

    async def open(self, url: str, *, width: int = 1440, height: int = 900) -> None:
        """Load `url` in a window of that size, in CSS pixels."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.command(f"{domain}.enable")
        await self.resize(width, height)
        await self.command("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Give the window another size in CSS pixels, and the light or the dark look."""
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        look = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.command("Emulation.setEmulatedMedia", features=[look])

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is waited for."""
        done = await self.command("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise PageError(f"{expression}: {done['exceptionDetails']['exception']['description']}")
        return done["result"].get("value")

    async def until(self, expression: str, timeout_s: float = 20.0) -> None:
        """Return as soon as the expression holds; raise `PageError` when it does not come to hold in time."""
        try:
            async with asyncio.timeout(timeout_s):
                wait = "await new Promise((later) => setTimeout(later, 30))"
                await self.evaluate(f"(async () => {{ while (!({expression})) {wait}; }})()")
        except TimeoutError:
            raise PageError(f"never came true: {expression}") from None

    async def click(self, element: str) -> None:
        """Click in the middle of the element that a JavaScript expression names, as a mouse does, once it stands."""
        place = await self.evaluate(f"({_STANDING})(() => {element})")
        where = {"x": place[0], "y": place[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            await self.command("Input.dispatchMouseEvent", type=kind, **where)

    async def type(self, text: str) -> None:
        """Write into the field that has the focus."""
        await self.command("Input.insertText", text=text)

    async def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key that prints nothing: Enter, Tab or Escape."""
        stroke = {"modifiers": 8 if shift else 0, "key": key, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        printed = {"text": "\r"} if key == "Enter" else {}
        await self.command("Input.dispatchKeyEvent", type="keyDown", **stroke, **printed)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **stroke)

    async def picture(self) -> bytes:
        """Return what the window shows, as PNG."""
        shot = await self.command("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


@contextmanager
def open_browser() -> Iterator[str]:
    """Run a browser for the length of the block; gives the address at which it takes commands."""
    program = find()
    if program is None:
        raise FileNotFoundError("no Chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # Chromium has no sandbox of its own to offer to root, as whom containers run.
        flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(
            [program, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield _announced(Path(profile) / "DevToolsActivePort")
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()


def _announced(announcement: Path) -> str:
    """Return the address that the browser chose, once it has written it down."""
    for _ in range(int(_START_S / _LOOK_S)):
        lines = announcement.read_text().split() if announcement.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(_LOOK_S)
    raise PageError("the browser has not started")


@asynccontextmanager
async def open_tab(browser: str) -> AsyncIterator[Tab]:
    """Open a tab with an empty profile of its own in a running browser, and close both at the end."""
    async with aiohttp.ClientSession() as session, _commanded(session, browser) as whole:
        profile = (await whole.command("Target.createBrowserContext"))["browserContextId"]
        page = await whole.command("Target.createTarget", url="about:blank", browserContextId=profile)
        try:
            async with _commanded(
                session, f"{browser.partition('/devtools/')[0]}/devtools/page/{page['targetId']}"
            ) as tab:
                yield tab
        finally:
            await whole.command("Target.disposeBrowserContext", browserContextId=profile)


@asynccontextmanager
async def _commanded(session: aiohttp.ClientSession, address: str) -> AsyncIterator[Tab]:
    """Speak with what takes commands at that address."""
    async with session.ws_connect(address, max_msg_size=64 * 1024 * 1024) as socket:
        tab = Tab(socket)
        listening = asyncio.create_task(tab.listen())
        try:
            yield tab
        finally:
            await socket.close()
            await listening
