"""python-telegram-bot's requests, carried by aiohttp.

It knows what python-telegram-bot's own errors do not tell apart, and delivery lives by: whether a request certainly
never left (`NotSentError`), was turned away with a time to wait (`FloodError`), or may have taken effect although no
answer arrived (`NetworkError`, `TimedOut`, and every 5xx: a gateway in between cannot know what the server behind it
did). aiohttp repeats a request on a stale kept-alive connection by itself only for idempotent methods; ours are POST
and never repeated here, so each call of `do_request` reaches Telegram at most once.

The token stands in every URL. Exceptions of aiohttp carry the URL and bodies of gateways may echo it; therefore none
of them leaves this module, not even as the `__context__` of what is raised instead, and no body is ever quoted.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode

import aiohttp
import telegram
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

CONNECTIONS: Final = 64
"""How many connections one session holds at most; further requests wait for one, within the connect timeout."""

KEEP_ALIVE_S: Final = 30.0
"""How long an idle connection is kept: a new TLS handshake costs more than the call, a stale connection an answer."""

DEFAULT_RETRY_AFTER_S: Final = 5
"""The wait after a 429 that does not name one."""

_FORM: Final = {
    "User-Agent": BaseRequest.USER_AGENT,
    "Content-Type": "application/x-www-form-urlencoded",
}
_MULTIPART: Final = {"User-Agent": BaseRequest.USER_AGENT}
_JSON: Final = {"User-Agent": BaseRequest.USER_AGENT, "Content-Type": "application/json"}


class NotSentError(NetworkError):
    """No connection came about: the request certainly had no effect."""

    __slots__ = ()


class FloodError(TelegramError):
    """Telegram answered 429: the request had no effect and may be repeated after `retry_after_s` seconds.

    It stands in for `telegram.error.RetryAfter`, whose value has two types and warns depending on the environment.
    """

    __slots__ = ("retry_after_s",)

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many requests, wait {retry_after_s} s")
        self.retry_after_s = retry_after_s


def open_session() -> aiohttp.ClientSession:
    """Open the one session that all traffic to Telegram shares. Whoever opens it closes it.

    Without cookies (the Bot API has none), without proxies and passwords from the environment (a lookup in a thread
    for each request), without tracing.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def open_bot(session: aiohttp.ClientSession, token: str, api_url: str = "https://api.telegram.org") -> telegram.Bot:
    """Return python-telegram-bot's client for `token`, speaking through `session` to the Bot API server at `api_url`.

    It is usable at once, without `initialize()`, and owns nothing that would have to be shut down. Its library logs
    the token and every message text at DEBUG: this is turned off here, before it says its first word.
    """
    logging.getLogger("telegram").setLevel(logging.INFO)
    request = AiohttpRequest(session)
    base = api_url.rstrip("/")
    return _DiscreetBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=request,
    )


class _DiscreetBot(telegram.Bot):
    """A bot whose `repr` does not show its token."""

    def __repr__(self) -> str:
        return "Bot[…]"


class AiohttpRequest(BaseRequest):
    """Sends the requests of a `telegram.Bot` through a shared aiohttp session, which it neither opens nor closes.

    All times are seconds. `write_s` and `read_s` are added to the connect time as one bound for the whole call,
    because aiohttp does not time writing on its own.
    """

    __slots__ = ("_connect_s", "_media_write_s", "_read_s", "_session", "_write_s")

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        connect_s: float = 10.0,
        write_s: float = 10.0,
        media_write_s: float = 60.0,
        read_s: float = 20.0,
    ) -> None:
        self._session = session
        self._connect_s = connect_s
        self._write_s = write_s
        self._media_write_s = media_write_s
        self._read_s = read_s

    @property
    def read_timeout(self) -> float:
        """The default time to wait for an answer, in seconds."""
        return self._read_s

    async def initialize(self) -> None:
        """Do nothing: the session is open already."""

    async def shutdown(self) -> None:
        """Do nothing: the session belongs to whoever opened it."""

    async def post_json(self, url: str, parameters: Mapping[str, object]) -> Any:
        """Call a Bot API method, its parameters as one JSON object, and return its result; raise as `do_request` does.

        `RequestData` would write each parameter as JSON and then the whole as a form, which takes twice as long as all
        else that a call costs here. What UTF-8 cannot carry (lone surrogates) becomes a question mark.
        """
        body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self.post(url, cast(RequestData, _JsonBody(body)))

    async def post_file(
        self, url: str, parameters: Mapping[str, object], name: str, file: tuple[str, bytes, str]
    ) -> Any:
        """Call a Bot API method with a file in the parameter `name`: its own name, its bytes, its media type."""
        written = {key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()}
        return await self.post(url, cast(RequestData, _FileBody(written, {name: file})))

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer; unlike the inherited method, neither log nor quote one that is not a JSON object."""
        answer = _json_object(payload)
        if answer is None:
            raise NetworkError("the answer is not a JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: "RequestData | _FileBody | _JsonBody | None" = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return the status and the body of its answer.

        Statuses that python-telegram-bot translates faithfully (2xx; 4xx with a JSON body) are returned.

        Raises:
            NotSentError: no connection within the time, name not resolved, TLS refused, session closed.
            FloodError: 429.
            TimedOut: the answer did not come in time.
            NetworkError: the connection broke, or the answer is a 5xx or not of the Bot API.
        """
        if self._session.closed:
            raise NotSentError("the session is closed")
        has_files = request_data is not None and request_data.contains_files
        connect_s = _seconds(connect_timeout, self._connect_s)
        write_s = _seconds(write_timeout, self._media_write_s if has_files else self._write_s)
        read_s = _seconds(read_timeout, self._read_s)
        pool_s = _seconds(pool_timeout, 0.0)
        timeout = aiohttp.ClientTimeout(
            total=_total(pool_s, connect_s, write_s, read_s),
            connect=_total(pool_s, connect_s),
            sock_connect=connect_s,
            sock_read=read_s,
        )
        failure: TelegramError
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=_body(request_data),
                headers=_MULTIPART if has_files else _JSON if isinstance(request_data, _JsonBody) else _FORM,
                timeout=timeout,
                allow_redirects=False,  # a redirect would carry the token to another host
            ) as response:
                status, payload = response.status, await response.read()
        except Exception as error:
            failure = _failure(error)
        else:
            refusal = _refusal(status, payload)
            if refusal is None:
                return status, payload
            failure = refusal
        # Raised out here so that the original, which knows the URL, is not kept as its context.
        raise failure


def _seconds(given: object, default: float) -> float | None:
    """Return the timeout that python-telegram-bot passed on: None is unlimited, its own marker means the default."""
    if given is None:
        return None
    return float(given) if isinstance(given, int | float) else default


def _total(*parts: float | None) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


@dataclass(frozen=True, slots=True)
class _JsonBody:
    """Parameters that are encoded already, in the place of python-telegram-bot's `RequestData`."""

    content: bytes
    contains_files: Literal[False] = False


@dataclass(frozen=True, slots=True)
class _FileBody:
    """Parameters and files, in the place of python-telegram-bot's `RequestData`."""

    json_parameters: Mapping[str, str]
    multipart_data: Mapping[str, tuple[str, bytes, str]]
    contains_files: Literal[True] = True


def _body(request_data: RequestData | _FileBody | _JsonBody | None) -> bytes | aiohttp.FormData | None:
    """Encode the parameters as a form. What UTF-8 cannot carry (lone surrogates) becomes a question mark."""
    if request_data is None:
        return None
    if isinstance(request_data, _JsonBody):
        return request_data.content
    parameters = request_data.json_parameters
    if not request_data.contains_files:
        return urlencode(parameters, errors="replace").encode("ascii")
    form = aiohttp.FormData(default_to_multipart=True, quote_fields=False)  # Telegram shows file names as they come
    for name, value in parameters.items():
        form.add_field(name, value.encode("utf-8", "replace").decode("utf-8"))
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form


def _failure(error: Exception) -> TelegramError:
    """Translate what aiohttp raised; only the name of its class is kept."""
    name = type(error).__name__
    match error:
        case (
            aiohttp.ConnectionTimeoutError()  # waiting for a free connection included
            | aiohttp.ClientConnectorError()  # DNS, refused, unreachable, reset within the TLS handshake
            | aiohttp.ServerFingerprintMismatch()
            | aiohttp.ClientHttpProxyError()
            | aiohttp.InvalidURL()
        ):
            return NotSentError(name)
        case TimeoutError():
            return TimedOut(name)
        case _:
            return NetworkError(name)


def _refusal(status: int, payload: bytes) -> TelegramError | None:
    """Return the error for an answer that python-telegram-bot would misread or quote in full."""
    if 200 <= status < 300:
        return None
    answer = _json_object(payload)
    if status == 429:
        parameters = answer.get("parameters") if answer else None
        retry_after = parameters.get("retry_after") if isinstance(parameters, dict) else None
        return FloodError(retry_after if isinstance(retry_after, int) and retry_after > 0 else DEFAULT_RETRY_AFTER_S)
    if status >= 500 or status < 400 or answer is None:
        return NetworkError(f"HTTP status {status}")
    return None


def _json_object(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
