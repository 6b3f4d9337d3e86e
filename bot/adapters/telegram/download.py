"""Fetching a file from Telegram into a directory, under the name of its content.

A file stands at `ab/cdef…`, its SHA-256 in hexadecimal, and is whole: it is written beside, brought to the disk and
then renamed. So the same content is kept once, a name is never chosen by anybody outside, and after a power loss there
is either the file or a partial one, which `discard_partial_files` clears away at the next start.
"""

import asyncio
import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import telegram
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from yarl import URL

from bot.adapters.telegram.request import FloodError

LARGEST_FILE: Final = 20 * 1024 * 1024
"""What a bot may download, in bytes (Bot API getFile)."""

_CHUNK: Final = 256 * 1024
_TIMEOUT: Final = aiohttp.ClientTimeout(total=300, connect=10, sock_read=30)
_PARTIAL: Final = ".partial-"
_RETRY_S: Final = 30


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is on the disk."""

    sha256: str
    """In hexadecimal; `stored_path` tells where that is."""
    size: int
    """In bytes."""


class TemporaryDownloadError(Exception):
    """It may succeed when tried again, at the earliest after `retry_after_s` seconds."""

    def __init__(self, reason: str, retry_after_s: int = _RETRY_S) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class PermanentDownloadError(Exception):
    """It will never succeed: too large for bots, or gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def stored_path(directory: Path, sha256: str) -> Path:
    """Return where the content with this hash is kept within `directory`."""
    return directory / sha256[:2] / sha256[2:]


def discard_file(directory: Path, sha256: str) -> None:
    """Remove the content with this hash for good; nothing if it is not there. Raises OSError where that fails."""
    path = stored_path(directory, sha256)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _put_on_disk(path.parent)


def discard_partial_files(directory: Path) -> int:
    """Remove what an ended process left unfinished and return how many. Only while no download is running."""
    partial = list(directory.glob(f"{_PARTIAL}*"))
    for path in partial:
        path.unlink(missing_ok=True)
    return len(partial)


async def download(
    bot: telegram.Bot, session: aiohttp.ClientSession, file_id: str, into: Path, *, limit: int = LARGEST_FILE
) -> Fetched:
    """Fetch the file that Telegram knows as `file_id` into the directory `into`, which must exist.

    Reads at most `limit` bytes and writes them from threads of their own, so that a slow disk holds up nobody.

    Raises:
        TemporaryDownloadError: Telegram or the network failed, the link ran out, the disk is full.
        PermanentDownloadError: larger than `limit`, or Telegram does not have it.
    """
    url, size = await _locate(bot, file_id)
    if size is not None and size > limit:
        raise PermanentDownloadError("too large")
    try:
        spool = await asyncio.to_thread(_Spool, into)
        try:
            await _stream(session, url, spool, limit)
            if size is not None and spool.size != size:
                raise TemporaryDownloadError("ended early")
            return await asyncio.to_thread(spool.keep)
        finally:
            spool.discard()
    except OSError as error:
        raise TemporaryDownloadError(f"disk: {errno.errorcode.get(error.errno or 0, 'unknown')}") from None


async def _locate(bot: telegram.Bot, file_id: str) -> tuple[URL, int | None]:
    """Ask for the file's address, which holds the token and must not be shown, and its size if that is known."""
    failure: TemporaryDownloadError | PermanentDownloadError
    try:
        file = await bot.get_file(file_id)
    except FloodError as error:
        failure = TemporaryDownloadError("too many requests", error.retry_after_s)
    except BadRequest as error:
        failure = _of_refusal(error.message.lower())
    except Forbidden:
        failure = PermanentDownloadError("forbidden")
    except InvalidToken:
        failure = TemporaryDownloadError("the token is not accepted")
    except TelegramError as error:
        failure = TemporaryDownloadError(type(error).__name__)
    else:
        if file.file_path:
            return URL(file.file_path), file.file_size
        failure = TemporaryDownloadError("no address given")
    raise failure


def _of_refusal(description: str) -> TemporaryDownloadError | PermanentDownloadError:
    if "too big" in description:
        return PermanentDownloadError("too large")
    if "temporarily unavailable" in description:
        return TemporaryDownloadError("temporarily unavailable")
    return PermanentDownloadError("gone")


async def _stream(session: aiohttp.ClientSession, url: URL, spool: "_Spool", limit: int) -> None:
    failure: TemporaryDownloadError | PermanentDownloadError
    try:
        async with session.get(url, timeout=_TIMEOUT, allow_redirects=False) as response:
            if response.status != 200:
                # The link ran out (404) or the server is in trouble: asking anew gives a fresh one.
                failure = TemporaryDownloadError(f"HTTP status {response.status}")
            elif (response.content_length or 0) > limit:
                failure = PermanentDownloadError("too large")
            else:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    if spool.size + len(chunk) > limit:
                        failure = PermanentDownloadError("too large")
                        break
                    await asyncio.to_thread(spool.write, chunk)
                else:
                    return
    except (aiohttp.ClientError, TimeoutError) as error:
        # Raised below, outside, so that the original, which knows the URL, is not kept as its context.
        failure = TemporaryDownloadError(type(error).__name__)
    raise failure


def _put_on_disk(directory: Path) -> None:
    """Have the names in a directory reach the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Spool:
    """A partial file, hashed as it is written. Created, written and kept from worker threads, one at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        descriptor, name = tempfile.mkstemp(prefix=_PARTIAL, dir=directory)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def keep(self) -> Fetched:
        self._file.flush()
        os.fsync(self._file.fileno())
        digest = self._hash.hexdigest()
        target = stored_path(self._directory, digest)
        target.parent.mkdir(exist_ok=True)
        self._path.replace(target)
        for directory in (target.parent, self._directory):
            _put_on_disk(directory)
        return Fetched(digest, self.size)

    def discard(self) -> None:
        """Close the file and, unless it was kept, remove it."""
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)
