"""Companies under contract: taken over whole from a list, and what happens when a contract ends.

When it ends, the company's people are of the team no more: what they had goes back to who is on duty, what they
reported goes on with the service centre. What they still write is not dropped: the office gets it, and they are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.contractors import Contractor
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.flows.screen import Line, Quote, text
from bot.ports.incoming import MessageReceived
from bot.ports.outbox import Enclosure, Letter
from bot.ports.store import Transaction
from bot.services import leaving
from bot.services.cards import EXCERPT, private_chat
from bot.services.night import morning_of
from bot.services.telling import say, tell_office


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many companies a list has brought and changed, and how many it has left out, whose contracts end by that."""

    added: int
    changed: int
    ended: int


def take_over(tx: Transaction, estate_id: int, listed: Sequence[Contractor]) -> TakenOver:
    """Make `listed` all the companies under contract. They are known again by their codes; who is missing ends now."""
    added = changed = ended = 0
    for given in listed:
        known = tx.contractors.by_code(estate_id, given.code)
        company = replace(given, id=known.id if known else 0, estate_id=estate_id)
        if known is None:
            tx.contractors.add(company)
            added += 1
        elif replace(known, closed_at=None) != company or known.ended(tx.now) != company.ended(tx.now):
            tx.contractors.update(company)
            changed += 1
    codes = {company.code for company in listed}
    for known in tx.contractors.of_estate(estate_id):
        if known.code not in codes and not known.ended(tx.now):
            tx.contractors.update(replace(known, ends_at=tx.now))
            ended += 1
    return TakenOver(added, changed, ended)


def fire(tx: Transaction, rules: RuleSet, limit: int) -> int:
    """Take the work back of at most `limit` companies whose contract is over; return how many."""
    over = tx.contractors.ending(tx.now, limit)
    for company in over:
        people = tx.people.of_contractor(company.id)
        released = sum(leaving.release(tx, rules, person) for person in people)
        _close(tx, company)
        tell_office(
            tx,
            company.estate_id,
            text("📄 The contract of {company} has ended.", company=company.name),
            text("People of theirs who are out of the team: {count}", count=len(people)),
            text("Tickets that wait for somebody else now: {count}", count=released),
            text("What they reported goes on with the service centre. Please take them out of the staff group."),
            silent=morning_of(tx, rules, tx.estates.get(company.estate_id)) is not None,
        )
    return len(over)


def set_aside(tx: Transaction) -> int | None:
    """Pass over the contract that ended first, which a fault of ours keeps from being closed; return its number."""
    for company in tx.contractors.ending(tx.now, 1):
        _close(tx, company)
        return company.id
    return None


def passes_on(tx: Transaction, person: Person, message: MessageReceived) -> bool:
    """Pass what somebody writes whose company's contract is over on to the office and say so; False for others."""
    if person.left_at is None or person.contractor_id is None or message.command or message.unknown_kind:
        return False
    company = tx.contractors.get(person.contractor_id)
    if not company.ended(tx.now):
        return False
    heading = text("📄 {name} of {company}, whose contract has ended, writes:", name=person.name, company=company.name)
    said: tuple[Line, ...] = (Quote(message.words, limit=EXCERPT),) if message.words else ()
    tell_office(tx, person.estate_id, heading, *said)
    if message.media:
        _enclose(tx, person, message)
    say(
        tx,
        person,
        message.chat,
        text("Thank you. The contract of {company} here has ended, so you report here no more.", company=company.name),
        text("Your message is with the service centre all the same."),
    )
    return True


def _enclose(tx: Transaction, person: Person, message: MessageReceived) -> None:
    estate = tx.estates.get(person.estate_id)
    duty = tx.people.get(estate.duty_person) if estate.duty_person else None
    chat = estate.group_chat or (private_chat(duty) if duty else None)
    if chat is not None and message.media:
        tx.outbox.put(Letter(chat, estate.id, Enclosure((message.media,)), thread_id=estate.group_thread, silent=True))


def _close(tx: Transaction, company: Contractor) -> None:
    tx.contractors.update(replace(company, closed_at=tx.now))
