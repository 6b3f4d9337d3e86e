"""Whose a matter is, and how serious (FC-4, FC-5, FC-7, FC-8)."""

from bot.domain.categories import CATEGORIES
from bot.domain.commands import Grade, Judge
from bot.domain.directory import Body
from bot.domain.people import Department, Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Jurisdiction, Severity, Ticket
from bot.flows.desk import GRADE, JUDGE
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import presenting
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.writing import words_of


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask whose it is; the department that the category suggests comes first."""
    departments = tx.departments.of_estate(ticket.estate_id)
    suggested = CATEGORIES[ticket.category].department
    start(
        tx,
        person,
        ticket,
        JUDGE,
        options={
            "suggested": tuple(option(department) for department in departments if department.code == suggested),
            "department": tuple(option(department) for department in departments),
            "sister": _entries(tx, ticket, Body.SISTER),
            "outside": _entries(tx, ticket, Body.OUTSIDE),
        },
    )
    return text("Whose is it? Please choose in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Judge `ticket` as chosen; its card then also stands where that department looks."""
    whose = draft.answers["whose"]
    match whose:
        case Jurisdiction.SISTER | Jurisdiction.OUTSIDE:
            entry = draft.answers.get(whose)
            command = Judge(Jurisdiction(whose), entry_id=int(entry) if entry else None)
        case Jurisdiction.UNCLEAR:
            command = Judge(Jurisdiction.UNCLEAR, ticket.department_id)
        case _:
            chosen = draft.answers["department"] if whose == "department" else whose
            command = Judge(Jurisdiction.OURS, tx.departments.get(int(chosen)).id)
    ticket = carry_out(tx, rules, person, ticket, command)
    if ticket.department_id is not None:
        presenting.lay_before_department(tx, ticket, ticket.department_id)
    finish(tx, person, draft)
    if ticket.jurisdiction is Jurisdiction.UNCLEAR:
        return text("Passed on. The head decides whose no. {number} is.", number=ticket.number)
    return text("No. {number} is judged.", number=ticket.number)


def begin_grading(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask how serious it is."""
    start(tx, person, ticket, GRADE)
    return text("How serious is it? Please choose in your chat with me.")


def submit_grading(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Set how serious `ticket` is."""
    reason = words_of(tx, ticket, person, "reason", draft)
    carry_out(tx, rules, person, ticket, Grade(Severity(draft.answers["severity"]), reason))
    finish(tx, person, draft)
    return text("Noted.")


def _entries(tx: Transaction, ticket: Ticket, kind: Body) -> tuple[tuple[str, str], ...]:
    return tuple((str(entry.id), entry.name) for entry in tx.directory.of_estate(ticket.estate_id, kind))


def option(department: Department) -> tuple[str, str]:
    """Return a department as a choice: its id, and its own name or its code."""
    return str(department.id), department.name or department.code
