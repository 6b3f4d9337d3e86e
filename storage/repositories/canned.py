"""The answers that estates keep ready."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, insert, select

from bot.domain.canned import Canned
from bot.domain.people import Language
from bot.domain.tickets import Kind
from storage.schema import canned
from storage.statements import Executor

_OF_ESTATE = (
    select(canned.c.code, canned.c.titles, canned.c.words, canned.c.kinds, canned.c.categories)
    .where(canned.c.estate_id == bindparam("estate"))
    .order_by(canned.c.id)
)
_CLEAR = delete(canned).where(canned.c.estate_id == bindparam("estate"))
_ADD = insert(canned)


class SqlCanned:
    """`bot.ports.store.CannedAnswers` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def of_estate(self, estate_id: int) -> tuple[Canned, ...]:
        return tuple(
            Canned(
                code,
                _by_language(titles),
                _by_language(words),
                frozenset(map(Kind, json.loads(kinds))),
                frozenset(json.loads(categories)),
            )
            for code, titles, words, kinds, categories in self._sql.execute(_OF_ESTATE, {"estate": estate_id})
        )

    def take_over(self, estate_id: int, answers: Sequence[Canned]) -> None:
        self._sql.execute(_CLEAR, {"estate": estate_id})
        for answer in answers:
            fields = {
                "estate_id": estate_id,
                "code": answer.code,
                "titles": json.dumps(dict(answer.titles)),
                "words": json.dumps(dict(answer.words)),
                "kinds": json.dumps(sorted(answer.kinds)),
                "categories": json.dumps(sorted(answer.categories)),
            }
            self._sql.execute(_ADD, fields)


def _by_language(written: str) -> Mapping[Language, str]:
    return {Language(language): words for language, words in json.loads(written).items()}
