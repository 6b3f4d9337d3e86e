"""What HQ passed on goes back to HQ: when it is checked, and when it has come to its end (CP-9).

HQ has no screen of ours yet. The service centre tells it by phone or letter, with a text that is drafted for them, and
says that it did.
"""

from bot.domain.commands import TellHq
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.desk import TELL_HQ
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import presenting
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.writing import files_of, words_of


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what was told, and what HQ said to it."""
    start(tx, person, ticket, TELL_HQ)
    return text("What did HQ say to it? Please tell in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Note that HQ knows how it stands."""
    words = words_of(tx, ticket, person, "hq", draft)
    ticket = carry_out(tx, rules, person, ticket, TellHq(words))
    files_of(tx, ticket, draft)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Noted that HQ knows.")
