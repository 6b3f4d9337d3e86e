"""Runs the statements of the repositories: rendered once by SQLAlchemy Core, then handed to the driver as they are.

What SQLAlchemy does anew at each execution (cache key, execution context, result) takes five times as long as SQLite
needs for the statement itself (measured), and an update runs some twenty. Here the SQL, the order of its parameters and
the converters of their types are worked out once for each statement and database, and kept. Hence statements are
constants of their modules: one built for a single use would stay here for good.

The dialect must number its parameters (psycopg: `paramstyle="format"`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Statement: TypeAlias = Select[Any] | UpdateBase
Row: TypeAlias = tuple[Any, ...]
_Convert: TypeAlias = Callable[[Any], Any]

_NOTHING: Final[Mapping[str, object]] = {}


class Rows:
    """What a statement brought back."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[Row], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        """How many rows an INSERT, UPDATE or DELETE has touched."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def one_or_none(self) -> Row | None:
        """Return the only row, None where there is none; several raise `LookupError`."""
        if len(self._rows) > 1:
            raise LookupError(f"{len(self._rows)} rows where at most one was expected")
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """Return the only row; none or several raise `LookupError`."""
        row = self.one_or_none()
        if row is None:
            raise LookupError("no row where one was expected")
        return row

    def scalars(self) -> Iterator[Any]:
        """Return the first value of each row."""
        return (row[0] for row in self._rows)

    def scalar_one(self) -> Any:
        """Return the first value of the only row; none or several raise `LookupError`."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """Return the first value of the only row, None where there is none; several raise `LookupError`."""
        row = self.one_or_none()
        return None if row is None else row[0]


class Executor:
    """Runs statements on a connection that is inside a transaction. Of no use once the connection was closed."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: Statement, parameters: Mapping[str, object] = _NOTHING) -> Rows:
        """Run `statement` once. The driver's errors are raised as SQLAlchemy's, without the parameters."""
        prepared = _prepared(statement, self._connection.dialect, tuple(parameters))
        if prepared is None:
            result = self._connection.execute(statement, parameters)
            return Rows([tuple(row) for row in result], result.rowcount)
        return self._run(prepared, prepared.values(parameters), many=False)

    def execute_many(self, statement: UpdateBase, rows: Sequence[Mapping[str, object]]) -> Rows:
        """Run `statement` once for each of `rows`, which all have the same names."""
        if not rows:
            return Rows((), 0)
        prepared = _prepared(statement, self._connection.dialect, tuple(rows[0]))
        if prepared is None:
            raise ValueError("a list of values cannot be part of what is run many times")
        return self._run(prepared, [prepared.values(row) for row in rows], many=True)

    def _run(self, prepared: "_Prepared", values: list[Any], *, many: bool) -> Rows:
        dialect = self._connection.dialect
        cursor = self._connection.connection.cursor()
        failures = dialect.loaded_dbapi.Error
        try:
            if many:
                dialect.do_executemany(cursor, prepared.sql, values)
            else:
                dialect.do_execute(cursor, prepared.sql, values)
            rows = cursor.fetchall() if prepared.returns else ()
            return Rows(prepared.read(rows), cursor.rowcount)
        except failures as error:
            raise DBAPIError.instance(
                prepared.sql, None, error, failures, hide_parameters=True, dialect=dialect
            ) from error
        finally:
            cursor.close()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver wants it.

    `template` has the constants of the statement at their places; `gaps` says where which parameter goes and how it is
    converted; `readers` convert columns of the result.
    """

    sql: str
    template: list[Any]
    gaps: tuple[tuple[int, str, _Convert | None], ...]
    returns: bool
    readers: tuple[tuple[int, _Convert], ...]

    def values(self, parameters: Mapping[str, object]) -> list[Any]:
        """Return the values in the order of the statement; a missing one raises `KeyError`."""
        values = self.template.copy()
        for place, name, convert in self.gaps:
            value = parameters[name]
            values[place] = value if convert is None else convert(value)
        return values

    def read(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return `rows` with each column converted to its type."""
        if not self.readers:
            return rows
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Row:
        columns = list(row)
        for place, convert in self.readers:
            columns[place] = convert(columns[place])
        return tuple(columns)


#: PostgreSQL's code of a double, for which psycopg's kind of number asks; no other kind of ours asks for a code.
_DOUBLE: Final = 701
_kept: dict[tuple[Statement, str, tuple[str, ...]], _Prepared | None] = {}


def _prepared(statement: Statement, dialect: Dialect, names: tuple[str, ...]) -> _Prepared | None:
    """Return `statement` made ready for parameters of these names; None where its SQL depends on their values."""
    key = (statement, dialect.name, names)
    try:
        return _kept[key]
    except KeyError:
        return _kept.setdefault(key, _prepare(statement, dialect, names))


def _prepare(statement: Statement, dialect: Dialect, names: tuple[str, ...]) -> _Prepared | None:
    columns = list(names) if isinstance(statement, UpdateBase) else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    if compiled.positiontup is None:
        raise TypeError("statements need a dialect that numbers its parameters")
    if compiled.post_compile_params:
        return None
    constants = compiled.construct_params(_check=False)
    template: list[Any] = []
    gaps: list[tuple[int, str, _Convert | None]] = []
    for place, name in enumerate(compiled.positiontup):
        convert = _typed(compiled.binds[name].type, dialect).bind_processor(dialect)
        if name in names:
            template.append(None)
            gaps.append((place, name, convert))
        elif compiled.binds[name].required:
            raise KeyError(name)
        else:
            template.append(constants[name] if convert is None else convert(constants[name]))
    result = statement.exported_columns
    readers = tuple(
        (place, convert)
        for place, column in enumerate(result)
        if (convert := _typed(column.type, dialect).result_processor(dialect, _DOUBLE)) is not None
    )
    return _Prepared(str(compiled), template, tuple(gaps), len(result) > 0, readers)


def _typed(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
