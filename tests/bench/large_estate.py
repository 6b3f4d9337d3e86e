"""Makes the database of an estate that has had any number of tickets, the same one each time, for measurements.

A million tickets take some two minutes: rows are written to the tables as they are, many at a time, with the indexes
made afterwards. What is written is what the program would have written: `shouwen doctor` finds every history whole, a
ticket rebuilt from its history is the ticket in its table, and its words are in the index (a test looks). Residents
write in three languages; the youngest tickets are open, with somebody or nobody, in time or late.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Table

from bot.domain.events import AnswerDelivered, Answered, Claimed, Closed, Event, Filed, Judged
from bot.domain.history import GENESIS
from bot.domain.people import STANDARD_DEPARTMENTS
from bot.domain.terms import JOINT, terms_of
from bot.regulations import loader
from storage import schema
from storage.migrate import upgrade

#: The moment at which the youngest ticket was filed.
NOW: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
#: So long ago the oldest was.
_SPAN: Final = timedelta(days=5 * 365)
_RESIDENTS: Final = 3000
_STAFF: Final = 30
_CHUNK: Final = 20_000
_FIRST_ACCOUNT: Final = 6_000_000_000
#: The accounts of a clerk who holds tickets, and of the director.
CLERK: Final = _FIRST_ACCOUNT + 5
DIRECTOR: Final = _FIRST_ACCOUNT + _STAFF

_PLACES: Final = {
    "zh_Hant": "三樓走廊|五座大堂|停車場B2|後樓梯|我家廚房|天台|會所門口|垃圾房|升降機內|花園",
    "zh_Hans": "三楼走廊|五栋大堂|地下车库B2|消防楼梯|我家厨房|楼顶|会所门口|垃圾房|电梯里|花园",
    "en": "3rd floor|tower 5 lobby|car park B2|back stairs|my kitchen|roof|club house|bins|lift|garden",
}
_TROUBLES: Final = {
    "zh_Hant": "漏水|燈不亮|升降機壞了|門鎖壞了|有異味|噪音很大|沒有電|有積水|玻璃裂了|地面很滑",
    "zh_Hans": "漏水|灯不亮|电梯坏了|门锁坏了|有异味|噪音很大|没有电|有积水|玻璃裂了|地面很滑",
    "en": "leaking|light out|lift stuck|broken lock|bad smell|loud noise|no power|flooded|cracked pane|wet floor",
}
_TAILS: Final = {
    "zh_Hant": "請盡快處理，謝謝。|已經三天了。|晚上特別嚴重。|小朋友差點跌倒。|請致電給我。",
    "zh_Hans": "请尽快处理，谢谢。|已经三天了。|晚上特别严重。|小孩差点摔倒。|请给我回电话。",
    "en": "Please have a look soon.|It has been three days.|Worst at night.|A child nearly fell.|Call me.",
}
#: What a report can be made of, by language.
_PARTS: Final = {
    language: tuple(tuple(words[language].split("|")) for words in (_PLACES, _TROUBLES, _TAILS)) for language in _PLACES
}
_ANSWERS: Final = {
    "zh_Hant": "您好，師傅今日下午三時前到場，完成後再通知您。",
    "zh_Hans": "您好，师傅今天下午三点前到场，处理完再告诉您。",
    "en": "Thank you. Our technician will be there by three this afternoon.",
}
_LANGUAGES: Final = tuple(_PLACES)
#: Categories with their kind, as often as they come.
_CATEGORIES: Final = (
    *(("water", "repair"),) * 20,
    *(("light", "repair"),) * 20,
    *(("lift", "repair"),) * 18,
    *(("door", "repair"),) * 10,
    *(("cleaning", "complaint"),) * 12,
    *(("parking", "complaint"),) * 9,
    *(("neighbours", "complaint"),) * 4,
    *(("enquiry", "enquiry"),) * 6,
    ("colleague", "complaint"),
)


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str
    unit: str | None
    language: str
    role: str
    department: int | None


def make(path: Path, tickets: int, still_open: int, seed: int = 1) -> None:
    """Make the database at `path`, which is not there yet, with so many tickets, of which so many are open."""
    upgrade(path, NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF"):
            raw.execute(f"PRAGMA {pragma}")
        later = _without_indexes(raw)
        people = _settle(raw, Random(seed))  # the same database each time
        writing = _Writing(raw, people, tickets, still_open, seed)
        for first in range(1, tickets + 1, _CHUNK):
            raw.execute("BEGIN")
            writing.write(first, min(first + _CHUNK, tickets + 1))
            raw.execute("COMMIT")
        _put(raw, schema.numbers, [{"estate_id": 1, "year": y, "last": n} for y, n in writing.numbers.items()])
        for statement in later:
            raw.execute(statement)
        raw.execute("INSERT INTO ticket_words(ticket_words) VALUES ('optimize')")
        raw.execute("PRAGMA journal_mode=WAL")


def _without_indexes(raw: sqlite3.Connection) -> list[str]:
    """Take out the indexes of the large tables; return the statements that make them again."""
    made = raw.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('tickets', 'texts', 'timers', 'obligations', 'history')"
    ).fetchall()
    for name, _ in made:
        raw.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in made]


def _settle(raw: sqlite3.Connection, random: Random) -> list[_Person]:
    """Write the estate, its departments and its people; return the people, staff first."""
    departments = {code: number for number, code in enumerate(STANDARD_DEPARTMENTS, start=1)}
    duties = ("clerk", *("technician",) * 3, "clerk", "department_head")
    people = [
        _Person(n, f"Colleague {n} 同事{n}", None, _LANGUAGES[n % 3], duties[n % 6], 1 + n % len(departments))
        for n in range(1, _STAFF - 1)
    ]
    people.append(_Person(_STAFF - 1, "Supervisor 主管", None, "zh_Hant", "general_supervisor", 6))
    people.append(_Person(_STAFF, "Director 經理", None, "en", "director", 6))
    for number in range(_STAFF + 1, _STAFF + _RESIDENTS + 1):
        unit = f"{random.randrange(1, 9)}-{random.randrange(1, 33)}{random.choice('ABCDEFGH')}"
        surname = random.choice("陳李張黃何林吳周王劉")
        name = f"{surname}{random.choice(['先生', '女士', '太太'])} {number}"
        people.append(_Person(number, name, unit, _LANGUAGES[number % 3], "resident", None))
    estate = {"id": 1, "code": "HT", "name": "海天花園 Harbour Garden", "timezone": "Asia/Hong_Kong", "language": "en"}
    _put(raw, schema.estates, [{**estate, "duty_person": 1}])
    _put(raw, schema.departments, [{"id": n, "estate_id": 1, "code": code} for code, n in departments.items()])
    rows = [
        {
            "id": person.id,
            "account": _FIRST_ACCOUNT + person.id,
            "estate_id": 1,
            "name": person.name,
            "language": person.language,
            "language_chosen": True,
            "unit": person.unit,
            "reachable": True,
            "department_id": person.department,
        }
        for person in people
    ]
    _put(raw, schema.people, rows)
    _put(raw, schema.roles, [{"person_id": person.id, "role": person.role} for person in people])
    return people


class _Writing:
    """Writes tickets by the chunk, oldest first."""

    def __init__(
        self, raw: sqlite3.Connection, people: Sequence[_Person], tickets: int, still_open: int, seed: int
    ) -> None:
        self._raw = raw
        self._staff = [person for person in people if person.role in ("clerk", "technician")]
        self._residents = [person for person in people if person.role == "resident"]
        self._tickets = tickets
        self._first_open = tickets - still_open + 1
        self._random = Random(seed)
        self._regulation = loader.default().version
        self.numbers: dict[int, int] = {}

    def write(self, first: int, beyond: int) -> None:
        """Write the tickets from `first` up to, not including, `beyond`."""
        rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in _TABLES}
        for ticket_id in range(first, beyond):
            self._ticket(rows, ticket_id)
        for table, written in rows.items():
            _put(self._raw, table, written)
        self._raw.executemany(
            "INSERT INTO ticket_words(rowid, header, body) VALUES (?, ?, ?)",
            [(row["ticket_id"], row["header"], row["body"]) for row in rows[schema.ticket_terms]],
        )

    def _ticket(self, rows: dict[Table, list[dict[str, Any]]], ticket_id: int) -> None:
        random = self._random
        filer, holder = random.choice(self._residents), random.choice(self._staff)
        language = filer.language
        category, kind = random.choice(_CATEGORIES)
        place, trouble, tail = (random.choice(words) for words in _PARTS[language])
        filed_at = NOW - _SPAN * (1 - ticket_id / self._tickets)
        filed_at = filed_at.replace(microsecond=0)
        year = (filed_at + timedelta(hours=8)).year
        self.numbers[year] = self.numbers.get(year, 0) + 1
        number = f"HT-{year}-{self.numbers[year]:04d}"
        is_open = ticket_id >= self._first_open
        claimed = not is_open or random.random() < 0.7
        answered = not is_open or (claimed and random.random() < 0.5)
        nameless = category == "neighbours" and random.random() < 0.3
        words, answer = f"{place}：{trouble}。{tail}", _ANSWERS[language]
        asked_id, answer_id = 2 * ticket_id - 1, 2 * ticket_id
        salt = ticket_id.to_bytes(16, "big")
        digest = hashlib.sha256(salt + words.encode()).hexdigest()
        answer_digest = hashlib.sha256(salt + answer.encode()).hexdigest()
        minute = timedelta(minutes=1)
        events: list[tuple[datetime, type[Event], dict[str, Any]]] = [
            (
                filed_at,
                Filed,
                {
                    "by": filer.id,
                    "number": number,
                    "kind": kind,
                    "category": category,
                    "nameless": nameless,
                    "regulation": self._regulation,
                    "texts": [[asked_id, digest]],
                },
            )
        ]
        if claimed:
            events.append((filed_at + 8 * minute, Claimed, {"by": holder.id}))
            whose = {"by": holder.id, "jurisdiction": "ours", "department_id": holder.department}
            events.append((filed_at + 9 * minute, Judged, whose))
        if answered:
            said = {"by": holder.id, "text_id": answer_id, "digest": answer_digest}
            events.append((filed_at + 20 * minute, Answered, said))
            events.append((filed_at + 21 * minute, AnswerDelivered, {"text_id": answer_id}))
        if not is_open:
            events.append((filed_at + timedelta(days=2), Closed, {"how": "quiet"}))
        rows[schema.history] += _history(ticket_id, events)
        due_at = filed_at + timedelta(hours=1) if not is_open else NOW + timedelta(minutes=random.randrange(-600, 2000))
        rows[schema.obligations].append(
            {
                "id": ticket_id,
                "ticket_id": ticket_id,
                "rule": "FC-9",
                "occurrence": 1,
                "started_at": _stored(filed_at),
                "due_at": _stored(due_at),
                "state": "met" if answered else "running",
                "settled_at": _stored(filed_at + 21 * minute) if answered else None,
                "moved_by": 0,
            }
        )
        if not answered:
            rows[schema.timers].append(
                {
                    "ticket_id": ticket_id,
                    "rule": "FC-9",
                    "occurrence": 1,
                    "stage": "breach",
                    "due_at": _stored(due_at),
                    "state": "waiting" if due_at > NOW else "fired",
                }
            )
        rows[schema.texts].append(_text(asked_id, ticket_id, filer.id, "report", words, salt, digest, filed_at))
        if answered:
            at = filed_at + 20 * minute
            rows[schema.texts].append(_text(answer_id, ticket_id, holder.id, "answer", answer, salt, answer_digest, at))
        header = {number.lower().replace("-", JOINT)}
        if not nameless:
            header |= _terms(f"{filer.name} {filer.unit}")
        said_terms = _terms(place) | _terms(trouble) | _terms(tail) | (_terms(answer) if answered else frozenset())
        rows[schema.ticket_terms].append(
            {"ticket_id": ticket_id, "header": " ".join(sorted(header)), "body": " ".join(sorted(said_terms))}
        )
        rows[schema.tickets].append(
            {
                "id": ticket_id,
                "ref": f"bench{ticket_id:07d}",
                "number": number,
                "estate_id": 1,
                "kind": kind,
                "severity": "normal",
                "stage": ("judged" if claimed else "received") if is_open else "closed",
                "channel": "chat",
                "filer_id": filer.id,
                "filed_at": _stored(filed_at),
                "regulation": self._regulation,
                "version": len(events),
                "first_contact_id": holder.id if claimed else None,
                "assignee_id": holder.id if claimed else None,
                "answered_at": _stored(filed_at + 21 * minute) if answered else None,
                "category": category,
                "details": "[]",
                "nameless": nameless,
                "department_id": holder.department if claimed else None,
                "jurisdiction": "ours" if claimed else None,
                "closed_at": None if is_open else _stored(filed_at + timedelta(days=2)),
                "due_at": _stored(schema.NEVER if answered else due_at),
            }
        )


_TABLES: Final = (schema.tickets, schema.history, schema.texts, schema.obligations, schema.timers, schema.ticket_terms)


@cache
def _terms(words: str) -> frozenset[str]:
    return terms_of(words)


def _text(
    text_id: int, ticket_id: int, author: int, role: str, words: str, salt: bytes, digest: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": text_id,
        "ticket_id": ticket_id,
        "author_id": author,
        "role": role,
        "content": words,
        "salt": salt,
        "digest": digest,
        "written_at": _stored(at),
    }


#: The fields of events with what they are where nothing is said of them.
_BLANK: Final[dict[type[Event], dict[str, Any]]] = {
    Filed: asdict(Filed(0, "", 1, "", "normal", "chat", "", (), ())),
    Claimed: asdict(Claimed(0)),
    Answered: asdict(Answered(0, 0, "")),
    AnswerDelivered: asdict(AnswerDelivered(0)),
    Judged: asdict(Judged(0, "")),
    Closed: asdict(Closed("")),
}


def _history(
    ticket_id: int, events: Iterable[tuple[datetime, type[Event], dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Return the rows of a ticket's history, as `bot.domain.history.row_after` makes them; that one would take long."""
    previous = GENESIS
    for ordinal, (at, kind, fields) in enumerate(events, start=1):
        data = _encode({**_BLANK[kind], **fields})
        content = f"{previous}\n{ticket_id}\n{ordinal}\n{at.isoformat()}\n{kind.NAME}\n{data}"
        digest = hashlib.sha256(content.encode()).hexdigest()
        yield {
            "ticket_id": ticket_id,
            "ordinal": ordinal,
            "at": _stored(at),
            "name": kind.NAME,
            "data": data,
            "previous": previous,
            "digest": digest,
        }
        previous = digest


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def _put(raw: sqlite3.Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows that name the same columns; what they leave out gets the table's default."""
    if not rows:
        return
    names = tuple(rows[0])
    places = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"
    raw.executemany(statement, [tuple(row.values()) for row in rows])


def _stored(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
