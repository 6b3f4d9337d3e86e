"""An emergency is told to the people on duty the moment it is chosen, before it is even submitted (RS-1)."""

from bot.domain.people import Person
from bot.flows.draft import Draft
from bot.flows.labels import CATEGORY
from bot.flows.matter import category_of
from bot.flows.screen import Line, Screen, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import private_chat
from bot.services.posts import answerable


def alarm(tx: Transaction, person: Person, draft: Draft) -> None:
    """Ring the staff group and the person on duty: what the danger is, who says so, and where they live."""
    who = (
        text("{name}, {unit}, is telling us of it now. Please see to it at once.", name=person.name, unit=person.unit)
        if person.unit
        else text("{name} is telling us of it now. Please see to it at once.", name=person.name)
    )
    _ring(tx, person, (text("🚨 <b>Emergency: {what}</b>", what=CATEGORY[category_of(draft).code]), who))


def call_off(tx: Transaction, person: Person, draft: Draft) -> None:
    """Where an alarm was given, say that its draft was dropped; whether the danger is over, staff have to see."""
    if category_of(draft).urgent:
        words = text("🚨 {name} has dropped the emergency report. Please make sure all is well.", name=person.name)
        _ring(tx, person, (words,))


def _ring(tx: Transaction, person: Person, lines: tuple[Line, ...]) -> None:
    estate = tx.estates.get(person.estate_id)
    notice = Notice(Screen(lines))
    if estate.group_chat is not None:
        tx.outbox.put(Letter(estate.group_chat, estate.id, notice, thread_id=estate.group_thread, lane=Lane.TAP))
    duty = answerable(tx, estate)
    chat = private_chat(duty) if duty else None
    if duty and chat is not None:
        tx.outbox.put(Letter(chat, estate.id, notice, reader_id=duty.id, lane=Lane.TAP))
