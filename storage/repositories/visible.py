"""What somebody who looks may learn of, as a condition on tickets: it belongs into every list, search and count."""

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_

from bot.domain.categories import CATEGORIES
from bot.ports.search import Reader
from storage.schema import tickets

_OPEN_TO_ALL = and_(
    *(
        tickets.c.category != literal_column(f"'{category.code}'")
        for category in CATEGORIES.values()
        if category.confidential
    )
)
#: The parameters are those of `reading`.
VISIBLE: ColumnElement[bool] = or_(
    _OPEN_TO_ALL, tickets.c.filer_id == bindparam("reader"), bindparam("reads_confidential") == 1
)


def reading(reader: Reader) -> dict[str, object]:
    """Return the parameters of `VISIBLE` for somebody."""
    return {"reader": reader.person_id, "reads_confidential": int(reader.confidential)}
