"""Reads a duty roster from CSV and refuses what cannot be used, saying where and why.

post,person,when,stand_in,place
service,Lam,Mon-Fri 8:00-20:00,,
engineering,T-9,2026-12-24 8:00-16:00,,
security,Wang,daily 8:00-20:00,,b3
director,Cheung,daily 0:00-24:00,,
leave,Lam,2026-12-20 to 2026-12-31,Fong,

The last two may be missing. A place, by its code in the list of places, is where that post is: who is at it is near.
"""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Final

from bot.domain.shift_words import read_pattern
from bot.services.rostering import Absence, Turn

_COLUMNS: Final = 5
#: No estate has more.
_MOST_LINES: Final = 2000
_SPREADSHEETS: Final = {".xlsx", ".xlsm", ".xls", ".ods", ".et", ".numbers"}
_HOW_TO_SAVE: Final = 'Please save it with File, Save as, "CSV UTF-8", and give that file.'
_HEADINGS: Final = {"post", "岗位", "崗位", "部门", "部門"}
_LEAVE: Final = {"leave", "休假", "请假", "請假"}
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:to|until|-|–|~|至|到)\s*(\d{4}-\d{2}-\d{2}))?")


def read(path: Path) -> tuple[Turn | Absence, ...]:
    """Return the lines of the file; raise `ValueError` with one plain sentence where it cannot be used."""
    if path.suffix.casefold() in _SPREADSHEETS:
        raise ValueError(f"{path} is a spreadsheet. {_HOW_TO_SAVE}")
    try:
        return parse(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a CSV file in UTF-8. {_HOW_TO_SAVE}") from None


def parse(content: str) -> tuple[Turn | Absence, ...]:
    """Return the turns and leaves that are written in `content`, with a heading or without."""
    listed: list[Turn | Absence] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(content)), start=1):
            cells = [cell.strip() for cell in row]
            heading = number == 1 and cells and cells[0].casefold() in _HEADINGS
            if not heading and any(cells):
                listed.append(_line(number, cells))
    except csv.Error as error:
        raise ValueError(f"The list is not CSV: {error}.") from None
    if not listed:
        raise ValueError("The list names nobody; expected lines like: service,Lam,Mon-Fri 8:00-20:00.")
    if len(listed) > _MOST_LINES:
        raise ValueError(f"The list has more than {_MOST_LINES} lines.")
    return tuple(listed)


def _line(number: int, cells: list[str]) -> Turn | Absence:
    if len(cells) > _COLUMNS and any(cells[_COLUMNS:]):
        raise ValueError(f"Line {number} has more than {_COLUMNS} columns: post, person, when, stand_in, place.")
    post, person, when, stand_in, place = (*cells, "", "", "", "", "")[:_COLUMNS]
    if not post or not person:
        raise ValueError(f"Line {number} needs a post and a person.")
    if post.casefold() in _LEAVE and place:
        raise ValueError(f"Line {number}: only a post is at a place, a leave is nowhere.")
    if post.casefold() in _LEAVE:
        return Absence(number, person, *_days(number, when), stand_in)
    pattern = read_pattern(when)
    if pattern is None:
        raise ValueError(f"Line {number}: {when or 'nothing'} is no turn; write it like Mon-Fri 8:00-20:00.")
    if stand_in:
        raise ValueError(f"Line {number}: only a leave has somebody who stands in.")
    return Turn(number, post, person, pattern, place)


def _days(number: int, when: str) -> tuple[date, date]:
    found = _DAYS.fullmatch(when)
    try:
        if found is None:
            raise ValueError
        first = date.fromisoformat(found[1])
        return first, date.fromisoformat(found[2]) if found[2] else first
    except ValueError:
        raise ValueError(f"Line {number}: {when or 'nothing'} are no days; write 2026-12-20 to 2026-12-31.") from None
