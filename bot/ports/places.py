"""Places as services see them: what an estate consists of, and the stickers that name its parts."""

from datetime import datetime
from typing import Protocol

from bot.domain.places import Place


class Places(Protocol):
    """The places of the estates, and the tokens of their stickers."""

    def get(self, place_id: int) -> Place:
        """Return a place, also one that is retired."""
        ...

    def of_estate(self, estate_id: int) -> tuple[Place, ...]:
        """Return the places that are not retired, as the estate lists them."""
        ...

    def within(self, parent_id: int) -> tuple[Place, ...]:
        """Return what lies directly in a place and is not retired, as the estate lists it."""
        ...

    def outermost(self, estate_id: int) -> tuple[Place, ...]:
        """Return the places that lie in no other and are not retired, as the estate lists them."""
        ...

    def located(self, estate_id: int) -> tuple[Place, ...]:
        """Return the places whose coordinates are known and that are not retired."""
        ...

    def by_code(self, estate_id: int, code: str) -> Place | None:
        """Return a place, also one that is retired."""
        ...

    def add(self, place: Place) -> Place: ...
    def update(self, place: Place) -> None: ...
    def token_of(self, place_id: int) -> str | None:
        """Return the living token of a place's sticker."""
        ...

    def by_token(self, token: str) -> tuple[Place, bool] | None:
        """Return whose token it is or was, and whether it is still alive; None where there never was such a token."""
        ...

    def issue(self, place_id: int, token: str, now: datetime) -> None:
        """Make a token the living one of its place; the one before is dead from now on."""
        ...

    def revoke(self, place_id: int, now: datetime) -> None: ...
