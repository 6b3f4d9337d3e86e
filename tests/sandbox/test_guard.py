"""The sandbox serves this machine only, whatever a web page elsewhere may try, and never a real token."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request

from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.emulator import Emulator
from bot.sandbox.guard import is_local
from bot.sandbox.server import add_routes, create
from tests.phones import JPEG, Sandbox
from tests.sandbox.conftest import Api, HeldClock


class Wire:
    """As much of a transport as tells who is at the other end."""

    def __init__(self, peer: object) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._peer if name == "peername" else default


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        (("127.0.0.1", 4), {"Host": "127.0.0.1:8080"}, True),
        (("127.0.0.9", 4), {"Host": "localhost"}, True),
        (("::1", 4, 0, 0), {"Host": "[::1]:8080"}, True),
        (("::ffff:127.0.0.1", 4, 0, 0), {"Host": "localhost:1"}, True),
        (("192.0.2.1", 4), {"Host": "localhost"}, False),
        (("127.0.0.1", 4), {"Host": "evil.example"}, False),
        (("127.0.0.1", 4), {"Host": "localhost.evil.example"}, False),
        (("127.0.0.1", 4), {"Host": "localhost", "Origin": "http://localhost:8080"}, True),
        (("127.0.0.1", 4), {"Host": "localhost", "Origin": "https://evil.example"}, False),
        (("127.0.0.1", 4), {"Host": "localhost", "Origin": "null"}, False),
        ("a socket", {"Host": "localhost"}, False),
        (None, {"Host": "localhost"}, False),
    ],
)
def test_who_is_local(peer: object, headers: dict[str, str], local: bool) -> None:
    request = make_mocked_request("GET", "/", headers=headers, transport=Wire(peer))
    assert is_local(request) == local


@pytest.mark.parametrize(
    "path", ["/", "/page/app.js", "/sandbox/state", "/sandbox/events", f"/bot{SANDBOX_TOKEN}/getMe"]
)
async def test_every_path_is_guarded(api: Api, path: str) -> None:
    async with api.session.get(api.base_url + path, headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with api.session.get(api.base_url + path, headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403


async def test_no_form_can_be_posted_to_the_control_interface(api: Api) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": content_type}
        async with api.session.post(
            f"{api.base_url}/sandbox/users", data='{"first_name": "x"}', headers=headers
        ) as response:
            assert response.status == 415


@pytest.mark.parametrize("token", ["", "123456789:AAExample-of-a-token_with_35_letters", "0:sandbox"])
def test_another_token_than_its_own_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="own token only") as refused:
        create(token, HeldClock(), cast=None)
    assert not token or token not in str(refused.value)


async def test_mistakes_are_told_and_change_nothing(api: Api, sandbox: Sandbox) -> None:
    for path, body, problem in (
        ("users", {}, "first_name"),
        ("users", {"first_name": "x", "age": 7}, "age"),
        ("chats/1/messages", {"text": "x"}, "no chat 1"),
        ("chats/4000900000101/messages", {}, "exactly one"),
        ("chats/4000900000101/messages", {"text": "x", "photo": ""}, "exactly one"),
        ("chats/4000900000101/messages", {"text": ""}, "empty"),
        ("chats/4000900000101/messages", {"photo": "*"}, "not base64"),
        ("chats/4000900000101/messages", {"text": "x", "from": 1}, "no user 1"),
        ("chats/4000900000101/messages", {"text": "x", "from": 4_000_900_000_102}, "not in chat"),
        ("chats/4000900000101/messages/1/tap", {"label": "x"}, "no message 1"),
        ("chats/4000900000101/messages/1/tap", {}, "data or label"),
        ("chats/4000900000101/members", {"user": 4_000_900_000_101, "status": "king"}, "status must be"),
        ("chats/4000900000101/members", {"user": 4_000_900_000_102, "status": "kicked"}, "its own user"),
        ("clock", {"advance_s": -1}, "greater than or equal"),
    ):
        with pytest.raises(AssertionError, match=f"400.*{problem}"):
            await sandbox.post(path, body)
    async with api.session.post(
        f"{api.base_url}/sandbox/users", data="{", headers={"Content-Type": "application/json"}
    ) as response:
        assert (response.status, await response.json()) == (400, {"error": "the body is not JSON"})
    assert await api.updates() == []


async def test_routes_can_be_added_to_an_application_with_a_small_limit(session: aiohttp.ClientSession) -> None:
    app = web.Application(client_max_size=1024)
    add_routes(app, Emulator(SANDBOX_TOKEN, HeldClock(), cast=ESTATE))
    async with TestServer(app) as server:
        sandbox = Sandbox(str(server.make_url("")), session)
        chan = await sandbox.phone("chan")
        message = await chan.sends(photo=JPEG + bytes(2_000_000), settle=False)
        assert message["photo"][-1]["file_size"] > 2_000_000


async def test_the_page_brings_all_it_needs_and_runs_no_foreign_script(api: Api) -> None:
    for path, start in (("/", "<!doctype html>"), ("/page/app.js", "//"), ("/page/style.css", ":root")):
        async with api.session.get(api.base_url + path) as response:
            text = await response.text()
            assert text.startswith(start)
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
            assert "//cdn" not in text
            assert "innerHTML" not in text


async def test_news_reaches_the_page_and_files_are_shown(api: Api, sandbox: Sandbox) -> None:
    chan = await sandbox.phone("chan")
    async with api.session.get(f"{api.base_url}/sandbox/events") as events:
        assert await events.content.readuntil(b"\n\n") == b": open\n\n"
        message = await chan.sends("hello", photo=JPEG, settle=False)
        news = await events.content.readuntil(b"\n\n")
        assert b'"type": "message"' in news
        await api("sendMessage", chat_id=chan.id, text="quiet", disable_notification=True)
        assert b'"rings": false' in await events.content.readuntil(b"\n\n")
        await api("sendMessage", chat_id=chan.id, text="loud")
        assert b'"rings": true' in await events.content.readuntil(b"\n\n")
    assert [message["text"] for message in (await chan.screen()) if message.get("silent")] == ["quiet"]
    url = f"{api.base_url}/sandbox/files/{message['photo'][-1]['file_id']}"
    async with api.session.get(url) as response:
        assert (await response.read(), response.content_type) == (JPEG, "image/jpeg")
