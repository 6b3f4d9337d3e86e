"""Files are whole, named by their content, and nothing else is left behind."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.telegram.download import (
    Fetched,
    PermanentDownloadError,
    TemporaryDownloadError,
    discard_file,
    discard_partial_files,
    download,
    stored_path,
)
from bot.adapters.telegram.request import open_bot, open_session
from tests.adapters.telegram.scripted import (
    TOKEN,
    Answer,
    breaks_off,
    closed_port,
    ok,
    refuses,
    resets,
    says,
    scripted_telegram,
)

CONTENT = bytes(range(256)) * 3000


def located(size: int | None = len(CONTENT)) -> Answer:
    file: dict[str, object] = {"file_id": "F", "file_unique_id": "U", "file_path": "photos/file 1.jpg"}
    return ok(file if size is None else file | {"file_size": size})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b"x" * 65_536)
    except ConnectionError:
        return response


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.mark.parametrize("size", [len(CONTENT), None])
async def test_a_file_is_kept_under_its_hash(session: aiohttp.ClientSession, tmp_path: Path, size: int | None) -> None:
    async with scripted_telegram(located(size), says(CONTENT), located(size), says(CONTENT)) as server:
        bot = open_bot(session, TOKEN, server.url)
        fetched = await download(bot, session, "F", tmp_path)
        again = await download(bot, session, "F", tmp_path)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert fetched == again == Fetched(digest, len(CONTENT))
    assert server.asked[1].path == f"/file/bot{TOKEN}/photos/file 1.jpg"
    assert _files(tmp_path) == [stored_path(tmp_path, digest)]
    assert stored_path(tmp_path, digest).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([refuses(400, "Bad Request: file is too big")], "too large"),
        ([refuses(400, "Bad Request: wrong file_id or the file is temporarily unavailable")], None),
        ([refuses(400, "Bad Request: invalid file_id")], "gone"),
        ([refuses(403, "Forbidden: no")], "forbidden"),
        ([located(30_000_000)], "too large"),
        ([located(), says(CONTENT + b"more")], None),
        ([located(None), endless], "too large"),
        ([refuses(500, "Internal Server Error")], None),
        ([refuses(401, "Unauthorized")], None),
        ([resets], None),
        ([ok({"file_id": "F", "file_unique_id": "U"})], None),
        ([located(), says("gone", 404, "text/plain")], None),
        ([located(), resets, resets], None),  # a GET is repeated once by aiohttp itself
        ([located(None), breaks_off], None),
        ([located(), says(b"short")], None),
    ],
)
async def test_a_failure_says_whether_to_try_again(
    session: aiohttp.ClientSession, tmp_path: Path, script: list[Answer], reason: str | None
) -> None:
    async with scripted_telegram(*script) as server:
        with pytest.raises(TemporaryDownloadError if reason is None else PermanentDownloadError) as caught:
            await download(open_bot(session, TOKEN, server.url), session, "F", tmp_path, limit=1_000_000)
    assert reason is None or str(caught.value) == reason
    assert not _files(tmp_path)


async def test_the_wait_that_telegram_names_is_passed_on(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with scripted_telegram(refuses(429, "Too Many Requests: retry after 77", retry_after=77)) as server:
        with pytest.raises(TemporaryDownloadError) as caught:
            await download(open_bot(session, TOKEN, server.url), session, "F", tmp_path)
    assert caught.value.retry_after_s == 77


async def test_without_a_connection_it_is_tried_again(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    with pytest.raises(TemporaryDownloadError):
        await download(open_bot(session, TOKEN, await closed_port()), session, "F", tmp_path)


async def test_a_directory_that_cannot_be_written_is_tried_again(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with scripted_telegram(located(), says(CONTENT)) as server:
        with pytest.raises(TemporaryDownloadError, match="ENOENT"):
            await download(open_bot(session, TOKEN, server.url), session, "F", tmp_path / "missing")


def test_what_an_ended_process_left_is_cleared_away(tmp_path: Path) -> None:
    kept = stored_path(tmp_path, "ab" * 32)
    kept.parent.mkdir()
    kept.write_bytes(b"whole")
    (tmp_path / ".partial-x").write_bytes(b"half")
    assert discard_partial_files(tmp_path) == 1
    assert _files(tmp_path) == [kept]


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_a_content_is_removed_for_good_and_twice_is_once(tmp_path: Path) -> None:
    gone, stays = stored_path(tmp_path, "ab" + "0" * 62), stored_path(tmp_path, "ab" + "1" * 62)
    for path in (gone, stays):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(CONTENT)
    for _ in range(2):
        discard_file(tmp_path, "ab" + "0" * 62)
    discard_file(tmp_path, "cd" + "0" * 62)
    assert not gone.exists()
    assert stays.read_bytes() == CONTENT
