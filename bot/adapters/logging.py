"""The log: one line an event, to standard error, without secrets and of bounded length.

structlog and the standard library's logging end in the same handler. Whatever reaches it is cleaned there, whoever
wrote it: tokens are cut out wherever they occur (URLs and tracebacks included), control characters are escaped so that
no text can forge a line or drive a terminal, a value is at most `VALUE_CHARS` long and a line at most `LINE_BYTES`.
Tracebacks never show local variables.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

VALUE_CHARS: Final = 500
TRACE_BYTES: Final = 3_500
LINE_BYTES: Final = 10_000
REDACTED: Final = "[redacted]"

_QUIET: Final = ("httpx", "httpcore", "telegram", "aiosqlite", "sqlalchemy", "apscheduler", "aiohttp.access", "alembic")
_FIRST: Final = ("timestamp", "level", "event", "logger")
_TRACES: Final = ("exception", "stack")
_FRAME_BYTES: Final = 500  # braces, colours, padding and the mark that something was left out
_SHORTEST_SECRET: Final = 6  # a shorter one protects nothing, and cut out it would riddle every line
_LONG_SECRET: Final = 20

# Any bot token, not only ours: by its place in a Bot API address, or by its shape.
_IN_ADDRESS = re.compile(r"(?<=/bot)[0-9]+(?::|%3A)[^/\s'\"?#]+", re.IGNORECASE)
_BY_SHAPE = re.compile(r"[0-9]{1,20}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)


def configure(
    *,
    level: str = "info",
    form: Literal["console", "json"] = "console",
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Set up logging for the whole process, uncaught exceptions included; `secrets` are cut out of every line."""
    out = stream if stream is not None else sys.stderr
    renderer: Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    shared: list[Processor] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name]
    handler = _Handler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _stamp,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.StackInfoRenderer(),
                _Cleaner(secrets),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — the standard library's name
        """Say that a line was lost; the default would print the record's arguments, uncleaned."""
        self.stream.write(f"log_line_lost logger={record.name!r}\n")


class _Cleaner:
    """The processor that no line goes round: secrets out, control characters escaped, length bounded."""

    def __init__(self, secrets: Iterable[str]) -> None:
        usable = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
        literal = {form for secret in usable for form in (secret, quote(secret, safe=""))}
        # The part after the colon is the secret of a token; when it is long enough not to be a word, it goes alone too.
        literal |= {tail for form in list(literal) if len(tail := form.partition(":")[2]) >= _LONG_SECRET}
        self._literal = sorted(literal, key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        left = LINE_BYTES - _FRAME_BYTES
        cleaned: EventDict = {}
        keys = [key for key in _FIRST if key in event_dict] + [key for key in event_dict if key not in _FIRST]
        for key in keys:
            value = self._trace(event_dict[key]) if key in _TRACES else self._value(event_dict[key])
            cost = len(json.dumps({key: value}, ensure_ascii=False).encode())
            if cost > left:
                cleaned["clipped"] = True
                continue
            left -= cost
            cleaned[key] = value
        return cleaned

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = self._redact(value if isinstance(value, str) else repr(value))
        return _escape(text if len(text) <= VALUE_CHARS else text[: VALUE_CHARS - 1] + "…", keep="")[:VALUE_CHARS]

    def _trace(self, value: object) -> str:
        """Keep the beginning and, since that is where the cause stands, most of the end."""
        text = _escape(self._redact(str(value)), keep="\n").encode()
        if len(text) > TRACE_BYTES:
            text = text[: TRACE_BYTES // 4] + b"\n  [...]\n" + text[-(TRACE_BYTES * 3 // 4) :]
        return text.decode(errors="ignore")

    def _redact(self, text: str) -> str:
        for secret in self._literal:
            text = text.replace(secret, REDACTED)
        return _BY_SHAPE.sub(REDACTED, _IN_ADDRESS.sub(REDACTED, text))


def _escape(text: str, keep: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in keep else sign.encode("unicode_escape").decode() for sign in text
    )


def _stamp(logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
    """Write the time at which the record was made: the log keeps the machine's time, also where the bot's is moved."""
    moment = datetime.fromtimestamp(event_dict["_record"].created, UTC)
    event_dict["timestamp"] = moment.isoformat(timespec="milliseconds")
    return event_dict


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger("shouwen").critical("uncaught_exception", exc_info=(kind, error, trace))
