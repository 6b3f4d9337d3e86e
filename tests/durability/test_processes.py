"""Children are heard, their failures told with what they wrote, and none outlives its block."""

import os

import pytest

from tests.durability.processes import ChildFailedError, running

SERVES = "import time; print('starting'); print('listening on http://127.0.0.1:7'); time.sleep(60)"
STOPS_BADLY = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit('torn'));"
    "print('listening on http://127.0.0.1:7'); time.sleep(60)"
)


async def test_a_child_tells_its_address_and_is_gone_after_the_block() -> None:
    async with running("server", "-c", SERVES) as child:
        assert await child.ready() == "http://127.0.0.1:7"
        assert child.running
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


async def test_a_child_that_ends_first_is_a_failure_with_its_last_words() -> None:
    async with running("server", "-c", "raise SystemExit('no database')") as child:
        with pytest.raises(ChildFailedError, match=r"ended before it was ready \(exit code 1\)\nno database"):
            await child.ready()


async def test_an_orderly_end_is_exit_code_0_alone() -> None:
    async with running("server", "-c", STOPS_BADLY) as child:
        await child.ready()
        with pytest.raises(ChildFailedError, match="did not end in order"):
            await child.stop()


async def test_own_settings_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_BOT_TOKEN", "1:real")
    show = "import os; print('listening on', sorted(name for name in os.environ if name.startswith('SHOUWEN')))"
    async with running("server", "-c", f"{show}; import time; time.sleep(60)", env={"SHOUWEN_HTTP_PORT": "0"}) as child:
        assert await child.ready() == "['SHOUWEN_HTTP_PORT']"
