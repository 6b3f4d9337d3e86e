"""Places of an estate: taken over whole from a list, and named to whoever reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.people import Estate, Language
from bot.domain.places import Place, PlaceKind, id_of, token_from
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction

#: No place lies deeper than a spot on a floor of a building in a zone.
_DEEPEST = len(PlaceKind)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many places a list has brought, changed and left out."""

    added: int
    changed: int
    retired: int


def take_over(tx: Transaction, estate_id: int, places: Iterable[tuple[Place, str | None]]) -> TakenOver:
    """Make `places`, each with the code of what it lies in, all that the estate consists of.

    They are known again by their codes; what a place lies in comes before it. Who is missing is retired, and its
    sticker dead. Each place has a living token from then on.
    """
    numbers: dict[str, int] = {}
    added = changed = 0
    for given, within in places:
        known = tx.places.by_code(estate_id, given.code)
        parent = numbers[within] if within is not None else None
        place = replace(given, id=known.id if known else 0, estate_id=estate_id, parent_id=parent)
        if known is None:
            place = tx.places.add(place)
            added += 1
        elif place != known:
            tx.places.update(place)
            changed += 1
        numbers[place.code] = place.id
        if tx.places.token_of(place.id) is None:
            renew(tx, place)
    missing = [place for place in tx.places.of_estate(estate_id) if place.code not in numbers]
    for place in missing:
        tx.places.update(replace(place, retired=True))
        tx.places.revoke(place.id, tx.now)
    return TakenOver(added, changed, len(missing))


def renew(tx: Transaction, place: Place) -> str:
    """Give the place's sticker a new token and return it; the one before is dead."""
    token = token_from(tx.chance.salt())
    tx.places.issue(place.id, token, tx.now)
    return token


def chosen(tx: Transaction, estate_id: int, codes: Sequence[str]) -> tuple[Place, ...]:
    """Return the places of those codes, or all; raise `ValueError` with one plain sentence where there is none."""
    every = tx.places.of_estate(estate_id)
    known = {place.code: place for place in every}
    if missing := next((code for code in codes if code not in known), None):
        raise ValueError(f"There is no place {missing}.")
    if not every:
        raise ValueError("The estate has no places yet: take a list over first.")
    return tuple(known[code] for code in codes) or every


def languages_of(tx: Transaction, estate: Estate) -> tuple[Language, Language]:
    """Return in which two languages an estate's places are shown to everybody: its own, and one for the others."""
    if estate.language is not Language.ENGLISH:
        return estate.language, Language.ENGLISH
    named = {language for place in tx.places.of_estate(estate.id) for language in place.names}
    return Language.ENGLISH, Language.TRADITIONAL if Language.TRADITIONAL in named else Language.SIMPLIFIED


def way_to(tx: Transaction, place: Place) -> tuple[Place, ...]:
    """Return what the place lies in, the broadest first, and the place itself at the end."""
    way = [place]
    while way[0].parent_id is not None and len(way) < _DEEPEST:
        way.insert(0, tx.places.get(way[0].parent_id))
    return tuple(way)


def label_in(tx: Transaction, place: Place, language: Language) -> str:
    """Return what the place is called with all that it lies in but its zone: "Block 3 · 12/F"."""
    return _joined(tuple(step.name_in(language) for step in _named_way(tx, place)))


def label(tx: Transaction, place: Place, language: Language | None) -> str:
    """Return the same for a reader whose language may not be known (a group reads): then in each of its languages."""
    if language is not None:
        return label_in(tx, place, language)
    way = _named_way(tx, place)
    named = [_joined(tuple(step.name for step in way))]
    named += [label_in(tx, place, other) for other in Language if any(other in step.names for step in way)]
    return " / ".join(dict.fromkeys(named))


def _named_way(tx: Transaction, place: Place) -> tuple[Place, ...]:
    """Return the way to a place without its zone, which says nothing to who looks for it."""
    return tuple(step for step in way_to(tx, place) if step.kind is not PlaceKind.ZONE or step.id == place.id)


def place_of(tx: Transaction, ticket: Ticket) -> Place | None:
    """Return the place of the estate where a matter is; None where it is told in another way."""
    number = id_of(dict(ticket.details).get("where", ""))
    return tx.places.get(number) if number is not None else None


def _joined(names: Sequence[str]) -> str:
    return " · ".join(names)
