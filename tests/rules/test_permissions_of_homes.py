"""Deny by default, of homes: who confirms them, looks into them, doubts somebody of a household, changes their own."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Permission, Role
from bot.flows.screen import Action
from bot.services import households, looking_up, preferring, registering
from tests.office import GROUP, Office
from tests.rules.test_permissions import _HOMES as HOMES
from tests.rules.test_permissions import _ROLES as ROLES
from tests.rules.test_permissions import MAY, becomes, other_estate, refused


@pytest.fixture
def homes() -> Iterator[Office]:
    """Chan lives at 3-12A; lee joined the household later; wong asks the office for a home."""
    office = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK, "actor": Role.RESIDENT})
    code = office.letter("3-12A")
    for name in ("chan", "lee"):
        office.writes(name, code)
    office.asks_for_home("wong", "Block 3, 12B")
    office.delivers()
    yield office
    office.close()


@pytest.mark.parametrize("relation", ["colleague", "foreign estate", "oneself"])
@pytest.mark.parametrize("role", ROLES)
def test_what_the_office_decides_of_homes(homes: Office, role: Role | None, relation: str) -> None:
    who = homes.asks_for_home("actor", "9-9Z") if relation == "oneself" else "lee"
    if relation == "oneself":
        unit, actor = homes.unit("3-12A"), homes.person("actor")
        homes.work(lambda tx: tx.households.move_in(unit.id, actor.id, homes.now))
    request, lives = homes.request_of("wong" if who == "lee" else who), homes.home_of(who)
    becomes(homes, role, estate_id=other_estate(homes) if relation == "foreign estate" else None)
    may = role in MAY[Permission.ADMIT] and relation == "colleague"
    buttons = [
        (Action(registering.ADMIT, request.ref, 0, registering.YES), "home_requests"),
        (Action(households.MOVED, str(lives.id), 0, households.YES), "residencies"),
    ]
    if relation != "oneself":
        buttons.append((Action(looking_up.LETTER, str(homes.unit("3-12A").id), 0, households.YES), "unit_codes"))
    before = homes.rows(*HOMES)
    for action, table in buttons:
        of_table = homes.rows(table)
        assert refused(homes.taps("actor", action.encode(), chat=GROUP)) == (not may)
        assert (homes.rows(table) == of_table) == (not may)
    assert may or homes.rows(*HOMES) == before


@pytest.mark.parametrize("role", ROLES)
def test_who_lives_where_is_shown_to_the_office_alone(homes: Office, role: Role | None) -> None:
    becomes(homes, role)
    for argument in ("3-12A", ""):
        homes.writes("actor", f"/resident {argument}", command="resident", argument=argument)
    told = homes.told("actor")
    for line in ("👤 chan, since", "👤 lee, since", "wong asks us"):
        assert (line in told) == (role in MAY[Permission.ADMIT])


@pytest.mark.parametrize("role", ROLES)
def test_only_who_lived_there_before_doubts_a_member_of_the_household(homes: Office, role: Role | None) -> None:
    becomes(homes, role)
    lee = Action(households.ALIEN, str(homes.home_of("lee").id), 0).encode()
    chan = Action(households.ALIEN, str(homes.home_of("chan").id), 0).encode()
    before = homes.rows(*HOMES)
    for name, data in (("actor", lee), ("lee", lee), ("lee", chan), ("chan", chan)):
        assert refused(homes.taps(name, data))
        assert homes.rows(*HOMES) == before
    assert not refused(homes.taps("chan", lee))
    assert homes.home_of("lee").contested_at is not None


@pytest.mark.parametrize("choice", ["share", "hide", "out", "out-yes"])
def test_settings_change_ones_own_home_alone(homes: Office, choice: str) -> None:
    chan = homes.home_of("chan")
    homes.taps("lee", Action(preferring.SET, str(chan.id), 0, choice).encode())
    assert homes.home_of("chan") == chan
    assert refused(homes.taps("actor", Action(preferring.SET, str(chan.id), 0, choice).encode()))
    assert homes.home_of("chan") == chan
