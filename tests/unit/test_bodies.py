"""The directory in chat: staff read it, those above add to it and take out."""

from collections.abc import Iterator

import pytest

from bot.domain.directory import Body, Entry
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.flows.screen import Action, Screen
from bot.ports.outbox import Notice, TapAnswer
from bot.services import bodies
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of

CAST = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "guard": Role.FRONTLINE,
    "supervisor": Role.GENERAL_SUPERVISOR,
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    yield opened
    opened.close()


def asks(office: Office, name: str) -> Screen:
    office.writes(name, "/directory", command="directory")
    content = office.letters()[-1].letter.content
    assert isinstance(content, Notice)
    return content.screen


def presses(office: Office, name: str, choice: str, ref: str = "-") -> TapAnswer:
    answer = office.taps(name, Action(bodies.BODIES, ref, 0, choice).encode())
    assert answer
    return answer


def entries(office: Office) -> tuple[Entry, ...]:
    return office.work(lambda tx: tx.directory.of_estate(office.estate_id))


def adds(office: Office) -> None:
    """Let the supervisor add the heating station."""
    presses(office, "supervisor", "add")
    office.presses("supervisor", "c.sister")
    for words in ("Heating station", "2345 6002, ask for Mr Gao"):
        office.writes("supervisor", words)
    office.presses("supervisor", "skip")
    office.presses("supervisor", "submit")


def test_one_is_added_and_everybody_of_the_staff_reads_it(office: Office) -> None:
    assert asks(office, "guard").buttons == ()
    assert "Nobody is listed yet." in office.told("guard")
    adds(office)
    (entry,) = entries(office)
    assert (entry.kind, entry.name, entry.phone, entry.address) == (
        Body.SISTER,
        "Heating station",
        "2345 6002, ask for Mr Gao",
        None,
    )
    asks(office, "guard")
    assert "Heating station" in office.told("guard")
    assert "2345 6002" in office.told("guard")


def test_one_is_taken_out_and_known_still(office: Office) -> None:
    adds(office)
    (entry,) = entries(office)
    presses(office, "supervisor", "out")
    assert not presses(office, "supervisor", "", str(entry.id)).alert
    assert entries(office) == ()
    assert office.work(lambda tx: tx.directory.get(entry.id)).name == "Heating station"
    assert presses(office, "supervisor", "", str(entry.id)).words == SENTENCES[Refusal.STALE_BUTTON]


@pytest.mark.parametrize("name", ["chan", "clerk", "guard"])
def test_nobody_else_changes_it(office: Office, name: str) -> None:
    adds(office)
    (entry,) = entries(office)
    for choice, ref in (("add", "-"), ("out", "-"), ("", str(entry.id))):
        assert presses(office, name, choice, ref).words == SENTENCES[Refusal.NOT_PERMITTED]
    assert entries(office) == (entry,)
    assert asks(office, name).buttons == ()


def test_a_resident_is_not_shown_it_whole(office: Office) -> None:
    adds(office)
    asks(office, "chan")
    told = [posted.letter for posted in office.letters() if posted.letter.chat_id == account_of("chan")]
    assert told
    assert "Heating station" not in office.told("chan")
