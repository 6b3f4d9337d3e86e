"""Single-use invitations."""

from datetime import timedelta

from bot.domain.people import Department, Role
from bot.ports.store import Invitation
from tests.contract.stores import NOON, Desk

DAY = timedelta(days=1)


def test_an_invitation_gives_its_role_to_the_first_who_spends_it(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.invites.add("digest-1", desk.estate.id, Invitation(Role.CLERK), NOON + DAY)
        assert tx.invites.spend("digest-1", desk.estate.id, desk.resident.id, NOON) == Invitation(Role.CLERK)
        assert tx.invites.spend("digest-1", desk.estate.id, desk.technician.id, NOON) is None
        assert tx.invites.spend("digest-1", desk.estate.id, desk.resident.id, NOON) is None


def test_an_invitation_expires(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.invites.add("digest-1", desk.estate.id, Invitation(Role.CLERK), NOON + DAY)
        assert tx.invites.spend("digest-1", desk.estate.id, desk.resident.id, NOON + DAY) is None


def test_an_invitation_that_nobody_gave_is_worth_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.invites.spend("digest-1", desk.estate.id, desk.resident.id, NOON) is None


def test_an_invitation_is_into_a_department_where_it_says_so(desk: Desk) -> None:
    with desk.transaction() as tx:
        security = tx.departments.add(Department(0, desk.estate.id, "security"))
        invitation = Invitation(Role.FRONTLINE, security.id)
        tx.invites.add("digest-1", desk.estate.id, invitation, NOON + DAY)
        assert tx.invites.spend("digest-1", desk.estate.id, desk.resident.id, NOON) == invitation
