"""The departments of estates."""

from dataclasses import replace

from sqlalchemy import bindparam, insert, select, update

from bot.domain.people import Department
from storage.repositories.rows import insert_row
from storage.schema import departments
from storage.statements import Executor

_COLUMNS = (
    departments.c.id,
    departments.c.estate_id,
    departments.c.code,
    departments.c.name,
    departments.c.thread_id,
    departments.c.duty_person_id,
)
_GET = select(*_COLUMNS).where(departments.c.id == bindparam("department"))
_OF_ESTATE = select(*_COLUMNS).where(departments.c.estate_id == bindparam("estate")).order_by(departments.c.id)
_BY_CODE = select(*_COLUMNS).where(
    departments.c.estate_id == bindparam("estate"), departments.c.code == bindparam("wanted")
)
_ADD = insert(departments).returning(departments.c.id)
_UPDATE = update(departments).where(departments.c.id == bindparam("department"))


class SqlDepartments:
    """`bot.ports.store.Departments` in a table. What is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, department_id: int) -> Department:
        row = self._sql.execute(_GET, {"department": department_id}).one_or_none()
        if row is None:
            raise LookupError(f"no department {department_id}")
        return Department(*row)

    def of_estate(self, estate_id: int) -> tuple[Department, ...]:
        return tuple(Department(*row) for row in self._sql.execute(_OF_ESTATE, {"estate": estate_id}))

    def by_code(self, estate_id: int, code: str) -> Department | None:
        row = self._sql.execute(_BY_CODE, {"estate": estate_id, "wanted": code}).one_or_none()
        return None if row is None else Department(*row)

    def add(self, department: Department) -> Department:
        return replace(department, id=insert_row(self._sql, _ADD, _fields(department)))

    def update(self, department: Department) -> None:
        if self._sql.execute(_UPDATE, {"department": department.id, **_fields(department)}).rowcount != 1:
            raise LookupError(f"no department {department.id}")


def _fields(department: Department) -> dict[str, object]:
    return {
        "estate_id": department.estate_id,
        "code": department.code,
        "name": department.name,
        "thread_id": department.thread_id,
        "duty_person_id": department.duty_person_id,
    }
