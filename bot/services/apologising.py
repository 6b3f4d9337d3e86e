"""When a fault of ours kept an update from being handled: what happened, what was kept, what comes next (UX 16)."""

from bot.flows.screen import Screen, text
from bot.ports.incoming import Incoming, MessageReceived, Tapped
from bot.ports.outbox import IfUnknown, Lane, Letter, Notice, TapAnswer
from bot.ports.store import Transaction


def apologise(tx: Transaction, incoming: Incoming, reference: str) -> None:
    """Tell whoever sent `incoming` that it is kept under `reference` and will be looked after."""
    if not isinstance(incoming, MessageReceived | Tapped):
        return
    person = tx.people.by_account(incoming.sender.account)
    estate = tx.estates.get(person.estate_id) if person else tx.estates.first()
    if estate is None:
        return
    reader = person.id if person else None
    words = text(
        "Something went wrong on our side. What you sent is kept under {reference}; please try once more, "
        "or call us and give this reference.",
        reference=reference,
    )
    if isinstance(incoming, Tapped):
        content: TapAnswer | Notice = TapAnswer(incoming.query_id, words, alert=True)
        tx.outbox.put(Letter(0, estate.id, content, reader, lane=Lane.TAP, if_unknown=IfUnknown.REPEAT))
    elif incoming.chat.private:
        tx.outbox.put(Letter(incoming.chat.id, estate.id, Notice(Screen((words,))), reader, lane=Lane.TAP))
