"""What the sandbox remembers over a restart."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.main import emulating
from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.server import create
from bot.settings import load
from tests.phones import JPEG, Sandbox
from tests.sandbox.conftest import Api, HeldClock
from tests.sandbox.test_sending import STAFF, button


def app(state_file: Path) -> TestServer:
    return TestServer(create(SANDBOX_TOKEN, HeldClock(), cast=ESTATE, state_file=state_file))


def client(server: BaseTestServer, session: aiohttp.ClientSession) -> tuple[Api, Sandbox]:
    url = str(server.make_url("")).rstrip("/")
    return Api(url, session), Sandbox(url, session)


async def test_chats_files_and_waiting_updates_are_there_again(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    state_file = tmp_path / "new" / "sandbox.json"
    async with app(state_file) as server:
        api, sandbox = client(server, session)
        chan = await sandbox.phone("chan")
        photo = await chan.sends("dark", photo=JPEG, settle=False)
        card = await api(
            "sendMessage", chat_id=STAFF, text="card", reply_markup=button(callback_data="c"), message_thread_id=3
        )
        newcomer = await sandbox.newcomer("New")
        before = (await chan.screen(), await chan.screen(STAFF))
    async with app(state_file) as server:
        api, sandbox = client(server, session)
        chan = await sandbox.phone("chan")
        assert (await chan.screen(), await chan.screen(STAFF)) == before
        assert (await api.update())["message"] == photo
        assert (await api("getFile", file_id=photo["photo"][-1]["file_id"]))["file_size"] == len(JPEG)
        assert (await api("sendMessage", chat_id=STAFF, text="next"))["message_id"] > card["message_id"]
        assert newcomer.id in {user["id"] for user in (await sandbox.state())["users"]}
        assert (await sandbox.newcomer("Newer")).id != newcomer.id
        assert (await chan.sends("next", settle=False))["message_id"] > photo["message_id"]
    assert [path.name for path in state_file.parent.iterdir()] == ["sandbox.json"]


async def test_no_number_is_used_again_after_a_kill(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    state_file = tmp_path / "sandbox.json"
    async with app(state_file) as server:
        api, sandbox = client(server, session)
        await (await sandbox.phone("chan")).sends("kept", settle=False)
    async with app(state_file) as server:
        written = state_file.read_bytes()
        api, sandbox = client(server, session)
        chan = await sandbox.phone("chan")
        await api.updates()
        lost = [await chan.sends(f"lost {number}", settle=False) for number in range(9)]
        answer = await api("sendMessage", chat_id=STAFF, text="lost")
        seen = (await api.updates())[-1]
    state_file.write_bytes(written)  # as if the run had been killed before it wrote again
    async with app(state_file) as server:
        api, sandbox = client(server, session)
        assert (await (await sandbox.phone("chan")).sends("new", settle=False))["message_id"] > lost[-1]["message_id"]
        assert (await api("sendMessage", chat_id=STAFF, text="new"))["message_id"] > answer["message_id"]
        assert (await api.updates())[-1]["update_id"] > seen["update_id"]


async def test_an_emulator_alone_remembers_as_the_sandbox_does(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    settings = load({"SHOUWEN_DATA_DIR": str(tmp_path), "SHOUWEN_HTTP_PORT": "0"}, tmp_path)
    async with emulating(settings, limits=False) as url:
        chan = await Sandbox(url, session).phone("chan")
        await chan.sends("dark", settle=False)
        before = await chan.screen()
    async with emulating(settings, limits=False) as url:
        chan = await Sandbox(url, session).phone("chan")
        assert await chan.screen() == before != []


@pytest.mark.parametrize("content", ['{"format": 0}', "{", "[]", ""])
async def test_a_file_of_another_format_is_left_aside(
    content: str, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    state_file = tmp_path / "sandbox.json"
    state_file.write_text(content)
    async with app(state_file) as server:
        _, sandbox = client(server, session)
        assert await (await sandbox.phone("chan")).screen() == []
