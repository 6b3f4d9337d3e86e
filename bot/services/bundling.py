"""What concerns one reader at one time is one message, as far as a message can hold it; it rings if any of it does."""

from dataclasses import replace

from bot.flows.screen import Press, Screen
from bot.ports.outbox import Letter, Notice

#: So many paragraphs and rows of buttons fit one message with room to spare.
_MOST_LINES = 24


def joined(letters: list[Letter]) -> tuple[Letter, ...]:
    """Return `letters` with those to one reader made one message each, as far as one message can hold them."""
    kept: list[Letter] = []
    for letter in letters:
        position = next((i for i, earlier in enumerate(kept) if _same_reader(earlier, letter)), None)
        if position is None:
            kept.append(letter)
            continue
        kept[position] = _both(kept[position], letter)
    return tuple(kept)


def _same_reader(one: Letter, other: Letter) -> bool:
    return (
        (one.chat_id, one.thread_id, one.reader_id) == (other.chat_id, other.thread_id, other.reader_id)
        and isinstance(one.content, Notice)
        and isinstance(other.content, Notice)
        and len(one.content.screen.lines) + len(other.content.screen.lines) <= _MOST_LINES
    )


def _both(one: Letter, other: Letter) -> Letter:
    if not (isinstance(one.content, Notice) and isinstance(other.content, Notice)):
        raise TypeError("only notices can be joined")
    first, second = one.content.screen, other.content.screen
    lines = (*(line for line in first.lines if line not in second.lines), *second.lines)
    both = Notice(Screen(lines, _distinct(first.buttons + second.buttons)))
    return replace(one, content=both, silent=one.silent and other.silent)


def _distinct(rows: tuple[tuple[Press, ...], ...]) -> tuple[tuple[Press, ...], ...]:
    """Keep of rows that ask for the same the last: a ticket's reminders all bring its buttons along."""
    asked: dict[tuple[tuple[str, str, str], ...], tuple[Press, ...]] = {}
    for row in rows:
        key = tuple((press.action.verb, press.action.ref, press.action.choice) for press in row)
        asked.pop(key, None)
        asked[key] = row
    return tuple(asked.values())
