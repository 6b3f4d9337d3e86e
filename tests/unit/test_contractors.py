"""Companies under contract: whose people reported what, who follows up for them, and what ends with a contract."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.contractor_file import parse
from bot.domain.categories import CATEGORIES
from bot.domain.contractors import Contractor
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Channel, Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Audience, Enclosure, TapAnswer
from bot.services import boards, contracting, filing
from bot.services.drawing import draw
from bot.services.filing import Matter
from tests.office import GROUP, Office, account_of

CAST = {
    "clerk": Role.CLERK,
    "director": Role.DIRECTOR,
    "fang": Role.FRONTLINE,
    "mei": Role.FRONTLINE,
    "leung": Role.SITE_SUPERVISOR,
    "wang": Role.FRONTLINE,
    "captain": Role.SQUAD_LEADER,
    "rival": Role.SITE_SUPERVISOR,
    "chan": Role.RESIDENT,
}
BRIGHT, STEADY = "Brightway", "Steadfast"


@pytest.fixture
def office() -> Iterator[Office]:
    """Fang, Mei and their chief Leung are of Brightway, the rival is of Steadfast; Wang and his captain are ours."""
    opened = Office(CAST)
    with opened.transaction() as tx:
        bright = tx.contractors.add(Contractor(0, opened.estate_id, "brightway", BRIGHT, "cleaning"))
        steady = tx.contractors.add(Contractor(0, opened.estate_id, "steadfast", STEADY, "security"))
        cleaning = tx.departments.by_code(opened.estate_id, "cleaning")
        security = tx.departments.by_code(opened.estate_id, "security")
    assert cleaning
    assert security
    for name in ("fang", "mei", "leung"):
        changes(opened, name, contractor_id=bright.id, department_id=cleaning.id)
    changes(opened, "rival", contractor_id=steady.id, department_id=security.id)
    for name in ("wang", "captain"):
        changes(opened, name, department_id=security.id)
    yield opened
    opened.close()


def changes(office: Office, name: str, **fields: int) -> None:
    """Change what is known of somebody."""
    person = replace(office.person(name), **fields)  # type: ignore[arg-type]
    office.work(lambda tx: tx.people.update(person))


def taps(office: Office, name: str, act: str, ticket: Ticket) -> TapAnswer:
    """Let `name` press a button of a ticket."""
    answer = office.taps(name, Action(act, ticket.ref, ticket.version).encode())
    assert answer is not None
    return answer


def told_by_customer(office: Office, name: str) -> Ticket:
    """File what a resident told somebody on site."""
    chan, recorder = office.person("chan"), office.person(name)
    with office.transaction() as tx:
        words = tx.texts.reserve(recorder.id, filing.REPORTED, "Her neighbour Mr Ho beats the drums.")
        matter = Matter(CATEGORIES["neighbours"], Channel.VISIT, (words,), recorded_by=recorder.id)
        ticket = filing.bring_in(tx, office.rules, chan, matter)
    office.delivers()
    return ticket


def test_the_register_names_the_company_of_the_first_reporter(office: Office) -> None:
    found = office.files("fang", "A lamp is out.")
    assert found.contractor_id == office.person("fang").contractor_id
    assert found.squad_id == office.person("fang").department_id
    assert office.files("wang", "The gate squeaks.").contractor_id is None
    assert not office.files("chan", "My tap drips.").from_site


def test_a_chief_hears_in_silence_and_nobody_else_does(office: Office) -> None:
    found = office.files("fang", "A lamp is out.")
    assert f"fang has reported no. {found.number}." in office.told("leung")
    assert "A lamp is out." in office.told("leung")
    told = [p.letter for p in office.letters() if p.letter.chat_id == account_of("leung")]
    assert all(letter.silent for letter in told)
    for other in ("rival", "captain", "mei"):
        assert found.number not in office.told(other)
    office.files("wang", "The gate squeaks.")
    assert "The gate squeaks." in office.told("captain")
    assert "The gate squeaks." not in office.told("leung") + office.told("rival")


def test_the_list_of_a_chief_is_their_peoples_alone(office: Office) -> None:
    lamp, gate = office.files("fang", "A lamp is out."), office.files("wang", "The gate squeaks.")
    office.writes("leung", "/reports", command="reports")
    assert lamp.number in office.told("leung")
    assert gate.number not in office.told("leung")
    for code in (f"squad.{gate.squad_id}", f"company.{office.person('rival').contractor_id}", "open", "received"):
        answer = office.taps("leung", Action(boards.LIST, code, 1).encode())
        assert answer
        assert answer.alert, code
    office.writes("rival", "/reports", command="reports")
    assert lamp.number not in office.told("rival")


def test_of_a_residents_matter_a_chief_reads_nothing(office: Office) -> None:
    told = told_by_customer(office, "fang")
    taps(office, "leung", Act.READ, told)
    office.writes("leung", "/reports", command="reports")
    office.delivers()
    read = office.told("leung")
    assert told.number in read
    with office.transaction() as tx:
        card = next(card for card in tx.cards.of_ticket(told.id) if card.audience is Audience.ON_SITE)
        drawn = str(draw(tx, card))
    for secret in ("chan", "drums", "Mr Ho"):
        assert secret not in read + drawn
    assert not any(
        isinstance(p.letter.content, Enclosure) and p.letter.chat_id == account_of("leung") for p in office.letters()
    )


def test_a_chief_asks_for_their_people_and_not_too_often(office: Office) -> None:
    lamp = office.files("fang", "A lamp is out.")
    office.claims("clerk", lamp)
    lamp = office.tickets()[-1]
    assert not taps(office, "leung", Act.CHASE, lamp).alert
    assert "leung asks how it stands." in office.told("clerk")
    assert taps(office, "fang", Act.CHASE, lamp).alert, "the clerk was asked a moment ago"
    office.passes(hours=4)
    assert taps(office, "rival", Act.CHASE, lamp).alert
    assert taps(office, "mei", Act.CHASE, lamp).alert
    assert not taps(office, "fang", Act.CHASE, lamp).alert


def test_a_chief_loses_sight_of_it_with_their_post(office: Office) -> None:
    lamp = office.files("fang", "A lamp is out.")
    taps(office, "leung", Act.READ, lamp)
    office.delivers()
    changes(office, "leung", contractor_id=office.person("rival").contractor_id or 0)
    with office.transaction() as tx:
        card = next(card for card in tx.cards.of_ticket(lamp.id) if card.audience is Audience.ON_SITE)
        assert "lamp" not in str(draw(tx, card))


def test_the_end_of_a_contract_takes_the_work_back(office: Office) -> None:
    changes(office, "mei", department_id=office.person("fang").department_id or 0)
    lamp = office.files("fang", "A lamp is out.")
    number = office.person("fang").contractor_id or 0
    with office.transaction() as tx:
        company = tx.contractors.get(number)
        tx.contractors.update(replace(company, ends_at=office.now + timedelta(hours=1)))
    office.passes(minutes=59)
    assert office.work(lambda tx: contracting.fire(tx, office.rules, 10)) == 0
    office.passes(minutes=1)
    assert office.work(lambda tx: contracting.fire(tx, office.rules, 10)) == 1
    assert office.work(lambda tx: contracting.fire(tx, office.rules, 10)) == 0
    assert office.person("fang").left_at is not None
    assert f"The contract of {BRIGHT} has ended." in office.told(GROUP)
    assert office.person("wang").left_at is None
    filed = len(office.tickets())
    office.writes("fang", "The bin store smells", photo=True)
    assert len(office.tickets()) == filed
    assert f"fang of {BRIGHT}, whose contract has ended, writes:\nThe bin store smells" in office.told(GROUP)
    assert any(isinstance(p.letter.content, Enclosure) and p.letter.chat_id == GROUP for p in office.letters())
    assert "Your message is with the service centre all the same." in office.told("fang")
    assert taps(office, "leung", Act.CHASE, lamp).alert
    assert office.tickets()[0].open


def test_a_list_is_taken_over_whole(office: Office) -> None:
    zone = ZoneInfo("Asia/Hong_Kong")
    listed = [one.as_of(zone) for one in parse(_LIST, "list")]
    taken = office.work(lambda tx: contracting.take_over(tx, office.estate_id, listed))
    assert taken == contracting.TakenOver(added=1, changed=1, ended=1)
    assert office.work(lambda tx: contracting.take_over(tx, office.estate_id, listed)) == contracting.TakenOver(0, 0, 0)
    bright = office.work(lambda tx: tx.contractors.by_code(office.estate_id, "brightway"))
    assert bright
    assert bright.ends_at
    assert bright.ends_at.astimezone(zone).date() == date(2027, 4, 1)
    assert office.work(lambda tx: contracting.fire(tx, office.rules, 10)) == 1, "Steadfast is not on the list"
    assert office.person("rival").left_at is not None


_LIST = """
[[company]]
code = "brightway"
name = "Brightway"
does = "cleaning"
until = 2027-03-31

[[company]]
code = "lifts"
name = "Up and Down"
does = "engineering"
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[[company]]\ncode = 'A b'\nname = 'x'\ndoes = 'cleaning'", "company.1.code"),
        ("[[company]]\ncode = 'a'\nname = ' '\ndoes = 'cleaning'", "company.1.name"),
        ("[[company]]\ncode = 'a'\nname = 'x'\ndoes = 'y'\nuntil = 'soon'", "company.1.until"),
        ("[[company]]\ncode='a'\nname='x'\ndoes='y'\n[[company]]\ncode='a'\nname='z'\ndoes='y'", "there twice"),
        ("company = 3", "company"),
        ("[[", "is not TOML"),
    ],
)
def test_a_wrong_list_is_refused_in_one_sentence(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="list") as refused:
        parse(written, "list")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
