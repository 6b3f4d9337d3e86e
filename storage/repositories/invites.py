"""Invitations to a role, each good for one person."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from bot.domain.people import Role
from storage.schema import invites

_ADD = insert(invites)
# One statement, so that of two who spend the same invitation at once only one can win.
_SPEND = (
    update(invites)
    .where(
        invites.c.digest == bindparam("handed_in"),
        invites.c.spent_by.is_(None),
        invites.c.expires_at > bindparam("at", type_=invites.c.expires_at.type),
    )
    .values(spent_by=bindparam("person"), spent_at=bindparam("at", type_=invites.c.expires_at.type))
    .returning(invites.c.role)
)


class SqlInvites:
    """`bot.ports.store.Invites` in a table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, estate_id: int, role: Role, expires_at: datetime) -> None:
        self._connection.execute(
            _ADD, {"digest": digest, "estate_id": estate_id, "role": role.value, "expires_at": expires_at}
        )

    def spend(self, digest: str, person_id: int, now: datetime) -> Role | None:
        role = self._connection.execute(
            _SPEND, {"handed_in": digest, "person": person_id, "at": now}
        ).scalar_one_or_none()
        return None if role is None else Role(role)
