"""One event told by many counts once (ST-4): tickets go on in one, with its numbers kept, and part again.

Whoever told us of it is told how it goes on, and whose matter comes again says so for all of them.
"""

from dataclasses import replace

from bot.domain import decisions
from bot.domain.commands import Merge, Unmerge
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Joined, Merged, Parted, Unmerged
from bot.domain.people import Person
from bot.domain.policy import Act, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.desk import MERGE
from bot.flows.draft import Draft
from bot.flows.queries import Number, understood
from bot.flows.screen import Text, clip, text
from bot.ports.store import Transaction
from bot.services import boards, finding, obligations, presenting, resembling
from bot.services.addressing import to_holder
from bot.services.drafting import finish, start
from bot.services.recording import carry_out, named, record

_EXCERPT = 40


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask which one is the same: the likeliest as buttons, any other by its number."""
    likely = tuple((other.ref, _label(tx, other)) for other in resembling.twins(tx, person, ticket))
    start(tx, person, ticket, MERGE, options={"into": likely})
    return text("Which one is the same? Please choose in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Let `ticket` go on in the one that was chosen, with all that had been merged into it."""
    try:
        require(person, ticket, Act.MERGE, tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None
    into = _chosen(tx, person, draft)
    ticket = carry_out(tx, rules, person, ticket, Merge(into))
    for other in tx.tickets.merged_into(ticket.id):
        record(tx, rules, other, (Merged(person.id, into.id),))
        ticket = record(tx, rules, ticket, (Parted(person.id, other.id, _told_again(other, ticket)),))
        into = record(tx, rules, into, (Joined(person.id, other.id, _told_again(other, into)),))
    record(tx, rules, into, (Joined(person.id, ticket.id, _told_again(ticket, into)),))
    finish(tx, person, draft)
    return text("No. {number} goes on as no. {other}.", number=ticket.number, other=into.number)


def point_out(tx: Transaction, ticket: Ticket) -> None:
    """Ask who is answerable, in silence, whether what was just filed is the same as what is open already (ST-4)."""
    twin = resembling.likeliest(tx, ticket)
    if twin is None:
        return
    words = text(
        "🔗 No. {number} looks like no. {other}, which is open. Is it the same?",
        number=ticket.number,
        other=twin.number,
    )
    for letter in to_holder(tx, ticket, (words,), frozenset({Act.MERGE})):
        tx.outbox.put(replace(letter, silent=True))


def join_at_filing(tx: Transaction, rules: RuleSet, ticket: Ticket, into: Ticket) -> Ticket:
    """Let what was just filed go on in a ticket that its filer says is the same (CP-12); its files go along."""
    events = decisions.merge(ticket, into, ticket.filer_id)
    ticket = record(tx, rules, ticket, events)
    into = record(tx, rules, into, (Joined(ticket.filer_id, ticket.id, _told_again(ticket, into)),))
    presenting.enclose(tx, into, tuple(file.media for file in tx.attachments.of(ticket.id)))
    return ticket


def link_at_filing(tx: Transaction, rules: RuleSet, ticket: Ticket, earlier: Ticket) -> Ticket:
    """Note of what was just filed that it is a matter that had been dealt with and has come again (CP-12).

    Who kept their name back in one of both is not given away by the other.
    """
    if ticket.nameless != earlier.nameless:
        return ticket
    before, again = decisions.come_again(ticket, earlier)
    ticket = record(tx, rules, ticket, (before,))
    record(tx, rules, earlier, (again,))
    return ticket


def undo(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Let `ticket` go on by itself again, with the clocks that had ended when it was merged."""
    event_id = ticket.merged_into
    ticket = carry_out(tx, rules, person, ticket, Unmerge())
    if event_id is not None:
        event = tx.tickets.get(event_id)
        record(tx, rules, event, (Parted(person.id, ticket.id, _told_again(ticket, event)),))
    _goes_on(tx, rules, ticket)
    return text("No. {number} goes on by itself again.", number=ticket.number)


def part_all(tx: Transaction, rules: RuleSet, event: Ticket, by: int) -> None:
    """Let every ticket that was merged into `event` go on by itself: who filed it has taken it back, they have not.

    What was erased stays where it is: nobody could see to a matter without words, which is nobody's.
    """
    for other in tx.tickets.merged_into(event.id):
        if other.erased_at:
            continue
        parted = record(tx, rules, other, (Unmerged(by),))
        event = record(tx, rules, event, (Parted(by, other.id, _told_again(other, event)),))
        _goes_on(tx, rules, parted)


def _told_again(one: Ticket, event: Ticket) -> bool:
    """Whether it is the same resident who had to tell us of `event` again, and it may be known (CP-12, CP-3)."""
    return one.filer_id == event.filer_id and one.nameless == event.nameless


def _goes_on(tx: Transaction, rules: RuleSet, ticket: Ticket) -> None:
    obligations.take_up_again(tx, rules, ticket)
    presenting.lay_before_staff(tx, ticket)


def _chosen(tx: Transaction, person: Person, draft: Draft) -> Ticket:
    """Return the ticket that was tapped, or whose number was written."""
    typed = draft.said("into")
    if not typed:
        tapped = tx.tickets.by_ref(draft.answers.get("into", ""))
        if tapped is None:
            raise DomainError(Refusal.NO_SUCH_NUMBER)
        return tapped
    today = tx.now.astimezone(boards.day_zone(tx, person)).date()
    number = understood(typed, today, person.language)
    found = finding.numbered(tx, person, number, today.year) if isinstance(number, Number) else None
    if found is None:
        raise DomainError(Refusal.NO_SUCH_NUMBER)
    return found


def _label(tx: Transaction, ticket: Ticket) -> str:
    return f"{ticket.number} · {clip(' '.join(resembling.words_of(tx, ticket).split()), _EXCERPT)}"
