"""Migrations, run on scripts of the tests' own: from nothing, from before, half-way, and from the future."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

import storage.migrations
from storage.engine import Database
from storage.errors import SchemaTooNew, StorageCorrupt, StorageError
from storage.migrate import SCRIPTS, Migrated, current, head, revisions, upgrade
from storage.sqlite import open_writer
from tests.storage.tables import names_in

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

FIRST = """
op.create_table("flats", sa.Column("id", sa.Integer, primary_key=True), sa.Column("door", sa.String))
op.create_table(
    "leaks",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("flat", sa.Integer, sa.ForeignKey("flats.id", ondelete="CASCADE"), nullable=False),
)
"""
# Rebuilding a table drops the old one: with references enforced, the leaks would go with their flats.
SECOND = """
with op.batch_alter_table("flats", recreate="always") as batch:
    batch.add_column(sa.Column("floor", sa.Integer))
op.execute("UPDATE flats SET floor = 3")
"""


class Scripts:
    """A folder of migrations, each made of the statements given."""

    def __init__(self, folder: Path) -> None:
        self.location = str(folder)
        self._versions = folder / "versions"
        self._versions.mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            shutil.copy(Path(storage.migrations.__path__[0], name), folder / name)

    def add(self, number: int, statements: str) -> None:
        before = f"{number - 1:04}" if number > 1 else None
        body = "\n    ".join(statements.strip().splitlines())
        self._versions.joinpath(f"{number:04}_step.py").write_text(
            f"import os\nimport signal\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = '{number:04}'\ndown_revision = {before!r}\n\n\ndef upgrade():\n    {body}\n"
        )


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    made = Scripts(tmp_path / "scripts")
    made.add(1, FIRST)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.joinpath("data").mkdir()
    return tmp_path / "data" / "shouwen.db"


def ask(path: Path, sql: str) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(sql)]


def fill(path: Path) -> None:
    with closing(open_writer(path)) as connection:
        connection.execute("INSERT INTO flats (id, door) VALUES (1, '3A')")
        connection.execute("INSERT INTO leaks (flat) VALUES (1)")


def test_from_nothing(path: Path, scripts: Scripts) -> None:
    assert upgrade(path, NOW, scripts.location) == Migrated(None, "0001", None)
    assert ask(path, "SELECT version_num FROM alembic_version") == ["0001"]
    assert names_in(path.parent) == ["shouwen.db"]


def test_up_to_date_is_left_alone(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    assert upgrade(path, NOW, scripts.location) == Migrated("0001", "0001", None)
    assert names_in(path.parent) == ["shouwen.db"]


def test_from_before_with_a_copy(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    fill(path)
    scripts.add(2, SECOND)
    done = upgrade(path, NOW, scripts.location)
    kept = path.with_name("shouwen.db.before-0002-20260301T123000Z")
    assert done == Migrated("0001", "0002", kept)
    assert ask(path, "SELECT floor FROM flats") == [3]
    assert ask(path, "SELECT count(*) FROM leaks") == [1]
    assert ask(kept, "SELECT door FROM flats") == ["3A"]
    assert ask(kept, "SELECT version_num FROM alembic_version") == ["0001"]
    assert names_in(path.parent) == [path.name, kept.name]


def test_the_names_of_the_files_tell_what_alembic_reads_in_them() -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    line = [(script.revision, script.down_revision) for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert line[::-1] == list(zip(revisions(), (None, *revisions()), strict=False))


def test_alembic_is_loaded_only_where_a_migration_is_due(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    start = f"import sys\nimport bot.__main__\n{UPGRADE}\nsys.exit('alembic' in sys.modules)"
    command = [sys.executable, "-c", start, str(path), scripts.location]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
    scripts.add(2, SECOND)
    assert subprocess.run(command, timeout=60, check=False).returncode == 1


async def test_the_revision_is_told(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    async with await Database.open(path) as database:
        assert await database.read(current) == head(scripts.location) == "0001"
    async with await Database.open(":memory:") as database:
        assert await database.read(current) is None


def test_one_that_fails_half_way_leaves_no_trace(path: Path, scripts: Scripts) -> None:
    scripts.add(2, SECOND)
    scripts.add(3, "op.add_column('flats', sa.Column('lift', sa.String))\nop.execute('UPDATE nowhere SET x = 1')")
    with pytest.raises(OperationalError, match="no such table: nowhere"):
        upgrade(path, NOW, scripts.location)
    assert ask(path, "SELECT version_num FROM alembic_version") == ["0002"]
    assert ask(path, "SELECT name FROM pragma_table_info('flats')") == ["id", "door", "floor"]
    scripts.add(3, "op.add_column('flats', sa.Column('lift', sa.String))")
    assert upgrade(path, NOW, scripts.location).after == "0003"


def test_one_that_breaks_references_is_undone(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    fill(path)
    scripts.add(2, "op.execute('DELETE FROM flats')")
    with pytest.raises(StorageError, match=r"0002 would leave 1 rows \(leaks\) without what they refer to"):
        upgrade(path, NOW, scripts.location)
    assert ask(path, "SELECT count(*) FROM flats") == [1]
    assert ask(path, "SELECT version_num FROM alembic_version") == ["0001"]


def test_a_newer_database_is_refused_and_not_touched(path: Path, scripts: Scripts) -> None:
    upgrade(path, NOW, scripts.location)
    with closing(open_writer(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match=r"newer version of this program \(schema 0099, known up to 0001\)"):
        upgrade(path, NOW, scripts.location)
    assert path.read_bytes() == before
    assert names_in(path.parent) == ["shouwen.db"]


def test_the_database_of_another_program_is_refused(path: Path, scripts: Scripts) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(StorageError, match="holds the data of another program"):
        upgrade(path, NOW, scripts.location)
    assert ask(path, "SELECT name FROM sqlite_schema") == ["songs"]


def test_what_is_no_database_is_refused(path: Path, scripts: Scripts) -> None:
    path.write_bytes(b"Dear resident. " * 400)
    with pytest.raises(StorageCorrupt):
        upgrade(path, NOW, scripts.location)


DYING = """
with op.batch_alter_table("flats", recreate="always") as batch:
    batch.add_column(sa.Column("floor", sa.Integer))
{0}os.kill(os.getpid(), signal.SIGKILL)
op.execute("UPDATE flats SET floor = 3")
{1}os.kill(os.getpid(), signal.SIGKILL)
"""
UPGRADE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.migrate import upgrade
upgrade(Path(sys.argv[1]), datetime(2026, 3, 1, tzinfo=UTC), sys.argv[2])
"""


@pytest.mark.parametrize("step", [0, 1])
def test_killed_half_way_the_database_is_as_before(path: Path, scripts: Scripts, step: int) -> None:
    upgrade(path, NOW, scripts.location)
    fill(path)
    scripts.add(2, DYING.format(*("" if step == place else "# " for place in range(2))))
    killed = subprocess.run([sys.executable, "-c", UPGRADE, str(path), scripts.location], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    scripts.add(2, SECOND)
    # The next start goes on from the old state, whatever the killed one left beside the file.
    assert upgrade(path, NOW, scripts.location).before == "0001"
    assert ask(path, "SELECT door || floor FROM flats") == ["3A3"]
    assert ask(path, "SELECT count(*) FROM leaks") == [1]


def test_the_migrations_of_this_program_import_nothing_of_it() -> None:
    versions = sorted(Path(storage.migrations.__path__[0], "versions").glob("0*.py"))
    found = [
        f"{file.name}: {line}"
        for file in versions
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from ")) and line.split()[1].split(".")[0] not in {"alembic", "sqlalchemy"}
    ]
    assert found == []
