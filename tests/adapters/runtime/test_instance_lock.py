"""One bot for one data directory, and a clear word to the second."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.instance_lock import FILE, AlreadyRunning, InstanceLock

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bot.adapters.instance_lock import InstanceLock
InstanceLock(Path(sys.argv[1])).acquire(datetime(2026, 3, 1, 12, tzinfo=UTC))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with InstanceLock(tmp_path).acquire(NOW), pytest.raises(AlreadyRunning) as caught:
        InstanceLock(tmp_path).acquire(NOW)
    assert f"process {os.getpid()}, started 2026-03-01T12:00:00+00:00" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_released_it_can_be_taken_again(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "new").acquire(NOW)
    lock.release()
    lock.release()
    with InstanceLock(tmp_path / "new").acquire(NOW):
        pass


def test_a_holder_that_has_not_signed_yet_is_still_a_holder(tmp_path: Path) -> None:
    with InstanceLock(tmp_path).acquire(NOW):
        (tmp_path / FILE).write_text("")
        with pytest.raises(AlreadyRunning, match="a process that has just begun"):
            InstanceLock(tmp_path).acquire(NOW)


def test_kill_minus_nine_leaves_no_lock_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid},"):
            InstanceLock(tmp_path).acquire(NOW)
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=10)
    with InstanceLock(tmp_path).acquire(NOW):
        pass
