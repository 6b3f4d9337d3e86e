"""The guided tour as a newcomer takes it: tap where the page points, and nothing else."""

from typing import Final

from tests.browser.chromium import Tab

#: More taps than this no tour of ten steps needs.
_MOST_TAPS: Final = 60
_MISSING: Final = {"en": "It went out again last night", "zh_Hans": "昨晚又不亮了", "zh_Hant": "昨晚又不亮了"}
_POINTED: Final = "document.querySelector('.here')"
_TOUCHED: Final = "touched"
#: What is pointed at later once more may be tapped once more.
_FORGET: Final = (
    f"document.querySelectorAll('[data-{_TOUCHED}]:not(.here)').forEach((it) => delete it.dataset.{_TOUCHED})"
)
FINISHED: Final = (
    "!document.getElementById('tour').hidden && document.getElementById('tour-start').hidden"
    " && document.getElementById('tour-bar').hidden"
)


async def begin(tab: Tab, language: str = "en") -> None:
    """Choose the page's language and begin the tour."""
    choose = "const it = document.getElementById('language'); it.value = '%s'; it.dispatchEvent(new Event('change'))"
    await tab.evaluate(f"(() => {{ {choose % language} }})()")
    await tab.click("document.getElementById('tour-start')")


async def step(tab: Tab) -> int:
    """Return the number of the step that the tour is at."""
    return int(await tab.evaluate("document.getElementById('tour-bar').value")) + 1


async def follow(tab: Tab, *, until: str = FINISHED) -> list[str]:
    """Tap where the page points until `until` holds; return what it said on the way, each sentence once."""
    told: list[str] = []
    for _ in range(_MOST_TAPS):
        fresh = f"({_FORGET}, {_POINTED} && {_POINTED}.dataset.{_TOUCHED} === undefined)"
        await tab.until(f"({until}) || ({fresh})")
        if await tab.evaluate(f"Boolean({until})"):
            return told
        words = str(await tab.evaluate("document.getElementById('tour-where').textContent"))
        told += [words] if words not in told else []
        mark = f"(it) => {{ it.dataset.{_TOUCHED} = ''; return it.tagName === 'INPUT'; }}"
        writes = await tab.evaluate(f"({mark})({_POINTED})")
        await tab.click(f"document.querySelector('[data-{_TOUCHED}].here') ?? document.body")
        if writes:
            await tab.type(_MISSING[str(await tab.evaluate("document.getElementById('language').value"))])
            await tab.press("Enter")
    raise AssertionError(f"the tour does not end: {told[-3:]}")
