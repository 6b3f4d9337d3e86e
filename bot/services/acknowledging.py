"""Reactions: what somebody wrote was taken up, and nothing more need be said (UX 18).

They ring nowhere and are the last to go out; where the chat does not permit one, it is left out.
"""

from collections.abc import Iterable
from enum import StrEnum

from bot.flows.draft import Item
from bot.ports.outbox import IfUnknown, Lane, Letter, React
from bot.ports.store import Transaction


class Sign(StrEnum):
    """What a reaction says; each is an emoji that Telegram permits."""

    SEEN = "👀"
    """It reached those who look after the matter."""
    WORKING = "✍"
    """It is being made into an answer."""
    DONE = "👌"
    """It is on record."""
    WELCOME = "🤝"
    """You are welcome."""


def acknowledge(tx: Transaction, estate_id: int, chat_id: int, message_id: int, sign: Sign) -> None:
    """Put a sign on one message."""
    content = React(message_id, sign)
    tx.outbox.put(Letter(chat_id, estate_id, content, lane=Lane.BULK, if_unknown=IfUnknown.REPEAT))


def acknowledge_items(tx: Transaction, estate_id: int, chat_id: int, items: Iterable[Item], sign: Sign) -> None:
    """Put a sign on each of some messages, on an album once."""
    albums: set[str] = set()
    for item in items:
        if item.album in albums:
            continue
        if item.album is not None:
            albums.add(item.album)
        acknowledge(tx, estate_id, chat_id, item.message_id, sign)
