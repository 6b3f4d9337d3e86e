"""One running bot for one data directory.

The lock is the kernel's (flock) on an open file, so it goes with the process, kill -9 included, and is never stale.
What the file says is only there to name the holder; the file stays behind and means nothing by itself.
"""

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

FILE: Final = "shouwen.lock"
_LONGEST_NOTE: Final = 200


class AlreadyRunning(Exception):
    """Another process holds the data directory. The text is one plain sentence that names it."""


class InstanceLock:
    """The exclusive right to a data directory, held from `acquire` until `release` or the end of the process."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._descriptor: int | None = None

    def acquire(self, now: datetime) -> Self:
        """Take the lock at once or raise `AlreadyRunning`; `now` is noted as the time of the start."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(os.read(descriptor, _LONGEST_NOTE))
            os.close(descriptor)
            raise AlreadyRunning(
                f"Shouwen is already running on {self._path.parent} ({holder}); "
                "stop it first or choose another SHOUWEN_DATA_DIR."
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "started": now.isoformat(timespec="seconds")}).encode())
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Give the lock back; without one, do nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _holder(note: bytes) -> str:
    try:
        written = json.loads(note)
        return f"process {int(written['pid'])}, started {datetime.fromisoformat(written['started']).isoformat()}"
    except (ValueError, KeyError, TypeError):  # it has the lock but has not signed yet
        return "a process that has just begun"
