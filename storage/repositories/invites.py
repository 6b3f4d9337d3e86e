"""Invitations to a role, each good for one person."""

from datetime import datetime

from sqlalchemy import bindparam, insert, update

from bot.domain.people import Role
from bot.ports.store import Invitation
from storage.schema import invites
from storage.statements import Executor

_ADD = insert(invites)
# One statement, so that of two who spend the same invitation at once only one can win.
_SPEND = (
    update(invites)
    .where(
        invites.c.digest == bindparam("handed_in"),
        invites.c.estate_id == bindparam("estate"),
        invites.c.spent_by.is_(None),
        invites.c.expires_at > bindparam("at", type_=invites.c.expires_at.type),
    )
    .values(spent_by=bindparam("person"), spent_at=bindparam("at", type_=invites.c.expires_at.type))
    .returning(invites.c.role, invites.c.department_id, invites.c.contractor_id)
)


class SqlInvites:
    """`bot.ports.store.Invites` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def add(self, digest: str, estate_id: int, invitation: Invitation, expires_at: datetime) -> None:
        fields = {
            "digest": digest,
            "estate_id": estate_id,
            "role": invitation.role.value,
            "department_id": invitation.department_id,
            "contractor_id": invitation.contractor_id,
            "expires_at": expires_at,
        }
        self._sql.execute(_ADD, fields)

    def spend(self, digest: str, estate_id: int, person_id: int, now: datetime) -> Invitation | None:
        handed_in = {"handed_in": digest, "estate": estate_id, "person": person_id, "at": now}
        row = self._sql.execute(_SPEND, handed_in).one_or_none()
        return None if row is None else Invitation(Role(row[0]), row[1], row[2])
