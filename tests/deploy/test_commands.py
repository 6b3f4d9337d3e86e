"""What an operator asks of the command line is done, or refused in one plain sentence."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.domain.homes import read_code
from bot.domain.people import Role
from bot.main import running
from bot.operations import intake, papers, upkeep
from bot.settings import Settings, load
from storage.errors import SchemaTooNew, StorageCorrupt, StorageError
from tests.databases import lay_migrated

DATABASE = "shouwen.db"


def settings(data: Path, **variables: str) -> Settings:
    return load({"SHOUWEN_DATA_DIR": str(data), "SHOUWEN_HTTP_PORT": "0", **variables}, data.parent)


@pytest.fixture
def real(tmp_path: Path) -> Settings:
    """The settings of a bot whose database is there and up to date."""
    return settings(lay_migrated(tmp_path / "data", DATABASE))


def tell(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """Carry out a command line and return its exit code."""
    monkeypatch.setattr("sys.argv", ["shouwen", *arguments])
    monkeypatch.setattr("os.umask", lambda _mask: 0)
    monkeypatch.setattr("bot.adapters.logging.configure", lambda **_: None)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return ended.value.code


def test_what_is_said_in_tickets_can_be_indexed_anew(real: Settings) -> None:
    assert upkeep.reindex(real) == "The words of 0 tickets can be found."


def test_a_new_database_is_in_order(real: Settings) -> None:
    assert list(upkeep.examine(real)) == []


def test_an_invitation_is_handed_over_with_its_role_and_time(real: Settings) -> None:
    told = papers.invite(real, Role.DIRECTOR, timedelta(hours=3))
    assert "becomes director" in told
    assert "for 3 h" in told
    assert len(told.partition("/start ")[2]) <= 64, "Telegram allows no more"
    assert list(upkeep.examine(real)) == []


def test_an_invitation_into_a_department_names_it_and_one_into_none_is_refused(real: Settings) -> None:
    told = papers.invite(real, Role.TECHNICIAN, timedelta(hours=1), "engineering")
    assert "becomes technician in engineering." in told
    with pytest.raises(ValueError, match="There is no department garage; expected one of service, engineering"):
        papers.invite(real, Role.TECHNICIAN, timedelta(hours=1), "garage")


def test_the_places_of_an_estate_are_taken_over(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "places.csv"
    listed.write_text("code,kind,in,name\nb1,building,,Block 1\nb1-1,floor,b1,1/F\n", encoding="utf-8")
    assert intake.take_over_places(real, listed) == ("The estate has 2 places: 2 new, 0 changed; 0 were taken out.")
    monkeypatch.setattr(command_line, "_settings", lambda: real)
    assert tell(monkeypatch, "places", str(listed)) == 0
    assert "0 new, 0 changed" in capsys.readouterr().out
    assert tell(monkeypatch, "places", str(tmp_path / "none.csv")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_stickers_are_printed_for_places_and_a_lost_one_is_renewed(real: Settings, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `documents` is not installed")
    listed, target = tmp_path / "places.csv", tmp_path / "stickers.pdf"
    with pytest.raises(ValueError, match="no places yet"):
        papers.print_stickers(real, target, "shouwen_bot")
    rows = "b1,building,,Block 1,1座\nb1-1,floor,b1,1/F,1樓\n"
    listed.write_text("code,kind,in,name,zh_Hant\n" + rows, encoding="utf-8")
    intake.take_over_places(real, listed)
    assert papers.print_stickers(real, target, "shouwen_bot") == f"2 stickers in {target}."
    assert target.read_bytes().startswith(b"%PDF-")
    with pytest.raises(ValueError, match="is there already"):
        papers.print_stickers(real, target, "shouwen_bot")
    with pytest.raises(ValueError, match=r"There is no place b9\."):
        papers.print_stickers(real, tmp_path / "one.pdf", "shouwen_bot", ["b9"])
    assert papers.print_stickers(real, tmp_path / "one.pdf", "shouwen_bot", ["b1-1"]).startswith("1 stickers")
    assert "is dead from now on" in papers.renew_sticker(real, "b1-1")
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection:
        tokens = connection.execute("SELECT revoked_at IS NULL FROM place_tokens ORDER BY made_at").fetchall()
    assert [living for (living,) in tokens] == [1, 0, 1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name the file with the places"),
        (("--stickers", "s.pdf"), "Name the bot that the stickers lead to"),
        (("--stickers", "s.pdf", "--bot", "shou wen"), "Name the bot that the stickers lead to"),
        (("--renew", "nowhere"), "There is no place nowhere."),
    ],
)
def test_what_is_missing_for_stickers_is_asked_for(
    real: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setattr(command_line, "_settings", lambda: real)
    assert tell(monkeypatch, "places", *arguments) == 1
    assert said in capsys.readouterr().err


def test_units_are_given_codes_and_keep_them(real: Settings, tmp_path: Path) -> None:
    units, codes, more = (tmp_path / name for name in ("units.csv", "codes.csv", "more.csv"))
    units.write_text("\ufeff房號\n3-12A\n\n三座 12B,empty\n", encoding="utf-8")
    assert papers.write_letters(real, units, codes).startswith("2 codes in ")
    heading, *rows = codes.read_text("utf-8-sig").splitlines()
    assert heading == "unit,code"
    assert [row.partition(",")[0] for row in rows] == ["3-12A", "三座 12B"]
    assert all(read_code(row.partition(",")[2]) for row in rows)
    units.write_text("3座12樓A室\n3-12C\n", encoding="utf-8")
    assert papers.write_letters(real, units, more).endswith("1 units keep the code they have.")
    assert more.read_text("utf-8-sig").count("-12") == 1
    told = papers.renew_letter(real, "3-12A")
    assert told.startswith("The code of 3-12A is ")
    assert rows[0].partition(",")[2] not in told
    with sqlite3.connect(real.data_dir / DATABASE) as raw:
        stored = str(raw.execute("SELECT * FROM unit_codes").fetchall())
    assert rows[0].partition(",")[2].replace("-", "") not in stored.upper()
    assert list(upkeep.examine(real)) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"3-12A\n=1+1\n", "Line 2 is not a unit"),
        (b"3-12A\n\nBlock 3 Flat 12A\n", "Line 3, Block 3 Flat 12A, is the same unit as line 1, 3-12A."),
        (b"unit\n", "There is no unit in it"),
        (b"\xff\xfe3\x00", "is not a CSV file in UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_whole(
    real: Settings, tmp_path: Path, content: bytes, sentence: str
) -> None:
    units, codes = tmp_path / "units.csv", tmp_path / "codes.csv"
    units.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        papers.write_letters(real, units, codes)
    assert not codes.exists()


def test_what_is_there_is_not_overwritten_and_what_is_not_is_said_so(real: Settings, tmp_path: Path) -> None:
    units, codes = tmp_path / "units.csv", tmp_path / "codes.csv"
    with pytest.raises(ValueError, match="No such file"):
        papers.write_letters(real, units, codes)
    units.write_text("3-12A\n")
    codes.write_text("dear")
    with pytest.raises(ValueError, match="not overwritten"):
        papers.write_letters(real, units, codes)
    assert codes.read_text() == "dear"
    with pytest.raises(ValueError, match="There is no unit 9-9Z"):
        papers.renew_letter(real, "9-9Z")


def test_no_code_stays_where_its_file_could_not_be_kept(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units, codes = tmp_path / "units.csv", tmp_path / "codes.csv"
    units.write_text("3-12A\n")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("bot.operations.papers.csv.writer", fails)
        with pytest.raises(OSError, match="No space"):
            papers.write_letters(real, units, codes)
    assert not codes.exists()
    assert papers.write_letters(real, units, codes).startswith("1 codes")


def test_units_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(monkeypatch, "units") == 1
    assert "--renew 3-12A" in capsys.readouterr().err


def test_a_backup_is_brought_back(real: Settings, tmp_path: Path) -> None:
    assert "verified" in upkeep.back_up(real, tmp_path / "backup")
    with pytest.raises(StorageError, match="--overwrite"):
        upkeep.restore(real, tmp_path / "backup", overwrite=False)
    assert upkeep.restore(real, tmp_path / "backup", overwrite=True).startswith("Restored from")
    assert list(upkeep.examine(real)) == []


def newer(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()


def foreign(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE notes (note TEXT)")


def no_database(database: Path) -> None:
    database.write_bytes(b"something else altogether" * 1000)


@pytest.mark.parametrize(
    ("spoil", "kind", "sentence"),
    [
        (newer, SchemaTooNew, "newer version"),
        (foreign, StorageError, "another program"),
        (no_database, StorageCorrupt, "not a database"),
        (Path.unlink, StorageError, "There is no database at"),
    ],
)
def test_doctor_says_what_the_file_is(
    real: Settings, spoil: Callable[[Path], None], kind: type[Exception], sentence: str
) -> None:
    spoil(real.data_dir / DATABASE)
    with pytest.raises(kind, match=sentence):
        list(upkeep.examine(real))


def test_doctor_finds_damage_and_says_what_to_do(real: Settings) -> None:
    with (real.data_dir / DATABASE).open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xff" * 6 * 4096)
    found = list(upkeep.examine(real))
    assert "is damaged" in found[0]
    assert found[-1] == "Restore a backup."


@pytest.mark.parametrize("command", ["run", "migrate", "doctor", "backup", "restore", "invite", "reindex"])
def test_a_data_directory_that_is_none_ends_in_one_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUWEN_DATA_DIR", "data")
    arguments = {"backup": ["copy"], "restore": ["copy"], "invite": ["clerk"]}.get(command, [])
    assert tell(monkeypatch, command, *arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert str(tmp_path / "data") in told.err


async def test_nothing_that_writes_runs_beside_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOUWEN_DATA_DIR", str(tmp_path / "data"))
    async with running(settings(tmp_path / "data"), emulated=True):
        for arguments in (["migrate"], ["invite", "clerk"], ["restore", "copy", "--overwrite"]):
            assert tell(monkeypatch, *arguments) == 1
            assert "already running" in capsys.readouterr().err


def test_answers_kept_ready_are_taken_over_whole_or_not_at_all(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = Path(__file__).parents[2] / "deploy" / "canned.example.toml"
    assert intake.take_over_canned(real, example) == "2 answers are kept ready."
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(example.read_text("utf-8").replace('"look"', '"mechanic"'), "utf-8")
    monkeypatch.setenv("SHOUWEN_DATA_DIR", str(real.data_dir))
    assert tell(monkeypatch, "canned", str(wrong)) == 1
    assert "the code mechanic is there twice." in capsys.readouterr().err
    assert intake.take_over_canned(real, example) == "2 answers are kept ready."


def test_a_directory_is_taken_over_whole_or_not_at_all(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = Path(__file__).parents[2] / "deploy" / "directory.example.toml"
    told = intake.take_over_directory(real, example)
    assert told == "The directory has 2 entries: 2 new, 0 changed; 0 were taken out."
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(example.read_text("utf-8").replace('"repairs"', '"water"'), "utf-8")
    monkeypatch.setenv("SHOUWEN_DATA_DIR", str(real.data_dir))
    assert tell(monkeypatch, "directory", str(wrong)) == 1
    assert "the code water is there twice." in capsys.readouterr().err
    assert intake.take_over_directory(real, example).endswith("0 new, 0 changed; 0 were taken out.")


def test_rules_that_cannot_be_in_force_are_refused_in_a_sentence(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOUWEN_DATA_DIR", str(real.data_dir))
    wrong = tmp_path / "own.toml"
    for content, reason in ((b"", "line 1"), (b"x = [", "not TOML"), ("中".encode("gbk"), "not a text in UTF-8")):
        wrong.write_bytes(content)
        assert tell(monkeypatch, "rules", str(wrong), "--by", "Director Ho") == 1
        said = capsys.readouterr().err
        assert (reason in said, said.count("\n")) == (True, 1), said
    assert tell(monkeypatch, "rules", str(tmp_path / "none.toml"), "--by", "Director Ho") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_list_with_the_mark_that_windows_puts_before_utf_8_is_read(real: Settings, tmp_path: Path) -> None:
    marked = tmp_path / "marked.toml"
    for name, take_over in (
        ("canned", intake.take_over_canned),
        ("directory", intake.take_over_directory),
        ("contractors", intake.take_over_contractors),
    ):
        example = Path(__file__).parents[2] / "deploy" / f"{name}.example.toml"
        marked.write_text(example.read_text("utf-8"), "utf-8-sig")
        assert "2 " in take_over(real, marked)
