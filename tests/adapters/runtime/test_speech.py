"""The operator's speech-to-text command, as a real process: what it prints, and whatever else it may do."""

import os
import select
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bot.adapters.speech import Engine, SpeechError, hear


def engine(folder: Path, program: str, longest_s: float = 30) -> Engine:
    """Return a command that runs these lines of Python, with the file's path as its last argument."""
    script = folder / "engine.py"
    script.write_text(f"import os, sys, time\n{program}\n", encoding="utf-8")
    return Engine((sys.executable, str(script), "--language", "zh"), {"PATH": os.environ.get("PATH", "")}, longest_s)


async def test_it_is_given_the_file_and_what_it_prints_is_what_was_said(tmp_path: Path) -> None:
    voice = tmp_path / "voice"
    voice.write_bytes(b"OggS")
    program = "sys.stdout.buffer.write((' 电梯 坏了\\n\\n' + str(len(open(sys.argv[-1], 'rb').read()))).encode())"
    assert await hear(engine(tmp_path, program), voice) == "电梯 坏了 4"


async def test_it_sees_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_BOT_TOKEN", "secret")
    assert await hear(engine(tmp_path, "print(os.environ.get('SHOUWEN_BOT_TOKEN', 'nothing'))"), tmp_path) == "nothing"


@pytest.mark.parametrize(
    ("program", "longest_s", "reason"),
    [
        ("sys.exit(3)", 30, "failed"),
        ("print('half'); os.kill(os.getpid(), 9)", 30, "failed"),
        ("time.sleep(600)", 0.2, "too slow"),
        ("while True: print('x' * 9000)", 30, "printed too much"),
    ],
)
async def test_whatever_it_does_it_ends(tmp_path: Path, program: str, longest_s: float, reason: str) -> None:
    with pytest.raises(SpeechError, match=reason):
        await hear(engine(tmp_path, program, longest_s), tmp_path)


async def test_what_it_has_begun_is_ended_with_it(tmp_path: Path) -> None:
    program = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], stdout=subprocess.DEVNULL)\n"
        "print(child.pid)"
    )
    child = int(await hear(engine(tmp_path, program), tmp_path))
    with suppress(ProcessLookupError):  # it may be gone by now
        ends = os.pidfd_open(child)
        assert select.select([ends], [], [], 30)[0], "it ends"
        os.close(ends)


async def test_a_command_that_is_not_there_is_no_disaster(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be run"):
        await hear(Engine((str(tmp_path / "none"),), {}), tmp_path)


async def test_bytes_that_are_no_words_harm_nobody(tmp_path: Path) -> None:
    said = await hear(engine(tmp_path, "sys.stdout.buffer.write(b'\\xff\\xfe' + b'a' * 9000)"), tmp_path)
    assert said == "��" + "a" * 1998
