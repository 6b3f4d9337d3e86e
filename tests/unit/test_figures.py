"""The month's figures by person and company, as a message and as a spreadsheet (AS-8)."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters import spreadsheets
from bot.adapters.telegram.render import sheet_file
from bot.domain.commands import Command, Handle, Merge, Verify, Withdraw
from bot.domain.contractors import Contractor
from bot.domain.people import Language, Role
from bot.domain.tickets import Cause, Outcome, Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Sheet
from bot.services import figures
from bot.services.recording import carry_out
from tests.office import Office, account_of

CAST = {
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "director": Role.DIRECTOR,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "fang": Role.FRONTLINE,
    "leung": Role.SITE_SUPERVISOR,
    "wang": Role.FRONTLINE,
    "chan": Role.RESIDENT,
}
MARCH = date(2026, 3, 1)


@pytest.fixture
def office() -> Iterator[Office]:
    """Fang and her supervisor Leung are of a company, Wang is our own."""
    opened = Office(CAST)
    with opened.transaction() as tx:
        company = tx.contractors.add(Contractor(0, opened.estate_id, "brightway", "=1+1 Brightway", "cleaning"))
    for name in ("fang", "leung"):
        person = replace(opened.person(name), contractor_id=company.id)
        opened.work(lambda tx, person=person: tx.people.update(person))  # type: ignore[misc]
    yield opened
    opened.close()


def does(office: Office, name: str, ticket: Ticket, command: Command) -> None:
    """Let `name` do something to a ticket."""
    person = office.person(name)
    now = office.work(lambda tx: tx.tickets.get(ticket.id))
    office.work(lambda tx: carry_out(tx, office.rules, person, now, command))


def month(office: Office, when: date = MARCH) -> tuple[figures.Row, ...]:
    """Return the rows of a month."""
    return office.work(lambda tx: figures.rows_of(tx, office.estate_id, when))


def lived(office: Office) -> None:
    """Let a month happen: Fang reports three times and takes one back, Wang tells one again; Chan is a customer."""
    lamp, _gate, third = (office.files("fang", words) for words in ("A lamp is out.", "It squeaks.", "Nothing."))
    office.files("chan", "My tap drips.")
    again = office.files("wang", "The lamp is dark.")
    does(office, "fang", third, Withdraw())
    office.claims("technician", lamp)
    office.claims("clerk", again)
    event = office.work(lambda tx: tx.tickets.get(lamp.id))
    does(office, "clerk", again, Merge(event))
    office.passes(hours=3)
    does(office, "technician", lamp, Handle(Outcome.SOLVED, Cause.WEAR))
    does(office, "clerk", lamp, Verify())


def test_the_month_by_company_and_person(office: Office) -> None:
    lived(office)
    ours, wang, company, fang = month(office)
    assert (ours.company, ours.person, wang.person) == (None, None, "wang")
    assert (wang.reported.reports, wang.reported.repeats, wang.reported.handled) == (1, 1, 0)
    assert (company.company, company.person, fang.person) == ("=1+1 Brightway", None, "fang")
    counted = fang.reported
    assert (counted.reports, counted.fixed, counted.confirmed, counted.repeats) == (2, 0, 1, 0)
    assert (counted.handled, counted.handling) == (1, timedelta(hours=3))
    assert month(office, date(2026, 2, 1)) == ()


def test_the_message_shows_each_their_own(office: Office) -> None:
    lived(office)
    for name in ("director", "leung"):
        office.writes(name, "/figures", command="figures")
    assert "wang" in office.told("director")
    assert "2 reported, 0 fixed on the spot, 1 confirmed, 0 told before; handled in 3.0 h" in office.told("director")
    assert "fang" in office.told("leung")
    assert "wang" not in office.told("leung")
    answer = office.taps("leung", Action(figures.FIGURES, "2026-02", 0).encode())
    assert answer
    assert not answer.alert
    for ref in ("2026-04", "1999-12", "2026-13", "x", "-"):
        answer = office.taps("director", Action(figures.FIGURES, ref, 0).encode())
        assert answer
        assert answer.alert, ref


def sent(office: Office, name: str) -> Sheet:
    """Return the table that somebody was sent last."""
    letters = (posted.letter for posted in office.letters())
    sheets = [x.content for x in letters if x.chat_id == account_of(name) and isinstance(x.content, Sheet)]
    return sheets[-1]


def test_a_button_sends_each_their_own_as_a_spreadsheet(office: Office) -> None:
    lived(office)
    for name in ("director", "leung"):
        answer = office.taps(name, Action(figures.FIGURES, "2026-03", 0, "sheet").encode())
        assert answer
        assert not answer.alert
    assert [row[1] for row in sent(office, "leung").rows[1:]] == ["fang"]
    assert [row[1] for row in sent(office, "director").rows if isinstance(row[1], str)] == ["wang", "fang"]
    assert sent(office, "leung").rows[1] == ("=1+1 Brightway", "fang", 2, 0, 1, 0, 1, 3.0)
    refused = office.taps("fang", Action(figures.FIGURES, "2026-03", 0, "sheet").encode())
    assert refused
    assert refused.alert


@pytest.mark.parametrize(("language", "heading"), [(Language.ENGLISH, "Reported"), (Language.TRADITIONAL, "報告")])
def test_a_spreadsheet_keeps_text_as_text_in_the_readers_language(
    office: Office, language: Language, heading: str
) -> None:
    lived(office)
    file = sheet_file(figures.sheet_of(month(office), "Harbour Terrace", MARCH), language, "Asia/Hong_Kong")
    assert file.name == "reported-2026-03.xlsx"
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1 Brightway" in strings
    assert f">{heading}<" in strings
    assert "<v>2</v>" in sheet


def test_where_the_extra_is_missing_it_is_a_csv_file_without_formulas(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(office)
    monkeypatch.setattr(spreadsheets, "xlsxwriter", None)
    file = sheet_file(figures.sheet_of(month(office), "Harbour Terrace", MARCH), Language.ENGLISH, "Asia/Hong_Kong")
    assert file.name == "reported-2026-03.csv"
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[2][:3] == ["Company", "Person", "Reported"]
    assert rows[-1] == ["'=1+1 Brightway", "fang", "2", "0", "1", "0", "1", "3.0"]
