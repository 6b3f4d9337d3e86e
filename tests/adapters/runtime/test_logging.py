"""The log: canaries that must never be seen, and bounds that hold whatever is thrown at it."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import quote

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.logging import LINE_BYTES, REDACTED, VALUE_CHARS, configure

SECRET = "CANARYabcdefghijklmnopqrstuvwxyz012"
TOKEN = f"7000000001:{SECRET}"
SHORT = "1:CANARY"
HOOK = "CANARY-hook"


@pytest.fixture(autouse=True)
def _process_logging_is_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    structlog.reset_defaults()


class Log:
    """The configured log, and what came out of it."""

    def __init__(self, form: Literal["console", "json"] = "json", level: str = "info") -> None:
        self.stream = io.StringIO()
        configure(form=form, level=level, secrets=(TOKEN, SHORT, HOOK), stream=self.stream)
        self.bound = structlog.get_logger("shouwen.test")

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def line(self) -> dict[str, Any]:
        (line,) = self.text.splitlines()
        parsed = json.loads(line)
        assert isinstance(parsed, dict)
        return parsed


def test_an_event_is_one_json_line() -> None:
    log = Log()
    log.bound.warning("update_quarantined", update_id=7, reason="no message")
    line = log.line()
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "event": "update_quarantined",
        "level": "warning",
        "logger": "shouwen.test",
        "update_id": 7,
        "reason": "no message",
    }


def test_the_standard_library_comes_out_the_same_way() -> None:
    log = Log()
    logging.getLogger("aiohttp.server").error("failed on %s", "/health")
    line = log.line()
    assert (line["event"], line["level"], line["logger"]) == ("failed on /health", "error", "aiohttp.server")


def test_what_is_below_the_level_is_not_written() -> None:
    log = Log(level="warning")
    log.bound.info("quiet")
    logging.getLogger("anything").info("quiet")
    assert log.text == ""


@pytest.mark.parametrize(
    "name",
    [
        "httpx",
        "httpcore.connection",
        "telegram.ext",
        "aiosqlite",
        "sqlalchemy.engine",
        "apscheduler.x",
        "aiohttp.access",
    ],
)
def test_chatty_libraries_are_heard_only_when_they_warn(name: str) -> None:
    log = Log(level="debug")
    logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert log.text == ""
    logging.getLogger(name).warning("trouble")
    assert "trouble" in log.text


def raise_deep(text: str) -> None:
    try:
        raise ConnectionError(text)
    except ConnectionError as error:
        raise RuntimeError(f"gave up on {text}") from error


CARRIERS = [
    TOKEN,
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    f"https://api.telegram.org/file/bot{quote(TOKEN)}/photos/1.jpg",
    f"/bot{quote(TOKEN, safe='')}/sendMessage?x=1",
    f"http://127.0.0.1:1/bot{SHORT}/getMe",
    "/bot12:CANARY/getMe",  # the short token of somebody else, known by its place
    "123456789:CANARYCANARYCANARYCANARY-other",  # and a long one by its shape
    f"the secret alone: {SECRET}",
    f"X-Telegram-Bot-Api-Secret-Token: {HOOK}",
    "x" * (VALUE_CHARS - 20) + TOKEN,  # across the place where the value is cut
]


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_token_leaves_by_any_door(carrier: str, form: Literal["console", "json"]) -> None:
    log = Log(form)
    log.bound.info("as_value", url=carrier, nested={"deep": [carrier]}, raw=carrier.encode())
    log.bound.info(carrier)
    logging.getLogger("library").warning("calling %s with %r", carrier, {"url": carrier})
    try:
        raise_deep(carrier)
    except RuntimeError:
        log.bound.exception("as_traceback")
        logging.getLogger("library").exception("as traceback")
    logging.getLogger("library").warning("%d", carrier)  # a broken record: the default handler prints its arguments
    assert "CANARY" not in log.text
    assert REDACTED in log.text
    assert "ConnectionError" in log.text
    assert "log_line_lost" in log.text


def test_tracebacks_show_no_local_variables() -> None:
    def fail(phone: str) -> None:
        raise LookupError(len(phone))

    log = Log("console")
    try:
        fail("5550" * 3)
    except LookupError:
        log.bound.exception("failed")
    assert "LookupError" in log.text
    assert "5550" * 3 not in log.text


def test_an_uncaught_exception_goes_through_the_log_too() -> None:
    program = (
        "from bot.adapters.logging import configure\n"
        f"configure(secrets=[{TOKEN!r}])\n"
        "raise RuntimeError('7000000001' + ':' + 'CANARYabcdefghijk' + 'lmnopqrstuvwxyz012')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "uncaught_exception" in ended.stderr
    assert f"RuntimeError: {REDACTED}" in ended.stderr


def test_text_cannot_forge_a_line_or_drive_a_terminal() -> None:
    log = Log("console")
    log.bound.info("seen", name="x\n2026-01-01 forged \x1b[2J \u202e\ud800")
    assert len(log.text.splitlines()) == 1
    assert log.text.strip().isprintable()


def test_a_long_value_is_clipped() -> None:
    log = Log()
    log.bound.info("seen", value="报" * 100_000)
    value = log.line()["value"]
    assert len(value) == VALUE_CHARS
    assert value.endswith("…")


def test_a_long_traceback_keeps_its_end() -> None:
    log = Log()
    try:
        raise_deep("x" * 50_000 + "END")
    except RuntimeError:
        log.bound.exception("failed")
    trace = log.line()["exception"]
    assert trace.startswith("Traceback")
    assert trace.endswith("END")


VALUES = st.one_of(st.text(), st.integers(), st.none(), st.binary(), st.lists(st.text(max_size=20), max_size=3))


@pytest.mark.parametrize("form", ["console", "json"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(st.from_regex(r"[a-z]{3,12}_x", fullmatch=True), VALUES),
    times=st.integers(1, 2_000),
    words=st.text(),
)
def test_every_line_is_bounded(
    form: Literal["console", "json"], fields: dict[str, object], times: int, words: str
) -> None:
    log = Log(form)
    long = {f"{key}{number}": repr(value) * times for number in range(20) for key, value in fields.items()}
    log.bound.info(words * times, **long, **fields, exception=words * times * 10)
    assert len(log.text.encode()) <= LINE_BYTES
    if form == "json":
        log.line()


def test_what_did_not_fit_is_marked() -> None:
    log = Log()
    log.bound.info("crowded", **{f"field{number}": "x" * VALUE_CHARS for number in range(100)})
    assert log.line()["clipped"] is True
