"""What was learned of a matter once it is over: how to prevent it, and what is to change (FC-14).

Root cause and whose it was are known from handling (ST-5). Summing up holds nothing up: the matter is closed already.
"""

from bot.domain.commands import SumUp
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.desk import SUM_UP
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import presenting
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.writing import files_of, words_of

#: What is to change stands in the words, not in a button.
IN_WORDS = "other"


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask how to prevent it, and what is to change."""
    start(tx, person, ticket, SUM_UP)
    return text("How do we prevent it? Please tell in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Write it down; who did the work hears of it."""
    words = words_of(tx, ticket, person, "lesson", draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    change = IN_WORDS if draft.said("change") else draft.answers["change"]
    ticket = carry_out(tx, rules, person, ticket, SumUp(change, words))
    files_of(tx, ticket, draft)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Thank you. What we learned of no. {number} is kept.", number=ticket.number)
