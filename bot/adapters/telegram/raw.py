"""Telling one received update from the next without understanding it."""

from typing import Final

from bot.ports.inbox import RawUpdate

_IDS: Final = range(2**63)
"""What a database can hold as an id. Telegram's own are far below; a larger one is no id but nonsense."""


def raw_update(value: object, text: str) -> RawUpdate:
    """Return the update that was parsed to `value` from `text`, with its id if it has a usable one."""
    update_id = value.get("update_id") if isinstance(value, dict) else None
    if isinstance(update_id, bool) or not isinstance(update_id, int) or update_id not in _IDS:
        return RawUpdate(None, text)
    return RawUpdate(update_id, text)
