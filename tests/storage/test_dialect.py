"""What repositories are offered compiles for both databases, and means the same."""

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from storage.dialect import insert
from tests.storage.tables import notes


def rendered(statement: Insert) -> list[str]:
    return [str(statement.compile(dialect=dialect())) for dialect in (sqlite.dialect, postgresql.dialect)]


def test_an_insert_may_do_nothing_on_conflict() -> None:
    statement = insert(notes).values(id=1, text="x").on_conflict_do_nothing(index_elements=["text"])
    assert all(sql.endswith("ON CONFLICT (text) DO NOTHING") for sql in rendered(statement))


def test_an_insert_may_update_on_conflict() -> None:
    start = insert(notes).values(id=1, text="x")
    statement = start.on_conflict_do_update(
        index_elements=[notes.c.id], set_={"text": start.excluded.text}, where=notes.c.text != start.excluded.text
    )
    wanted = "ON CONFLICT (id) DO UPDATE SET text = excluded.text WHERE notes.text != excluded.text"
    assert all(sql.endswith(wanted) for sql in rendered(statement))
