"""Failures on purpose, repeatable by their seed: what a network and Telegram do on a bad day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Kind = Literal["429", "500", "403", "reset_before", "reset_after", "slow"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(slots=True)
class Fault:
    """One kind of failure.

    `429`, `500` and `403` are answers without effect. `reset_before` closes the connection before the call took
    effect, `reset_after` after it did. `slow` does the call and holds the answer back for `delay_s`.
    """

    kind: Kind
    rate: float
    """Share of the calls that fail, 0 to 1."""
    methods: frozenset[str]
    """Methods concerned, in lower case; empty means all."""
    seed: int
    delay_s: float = 2.0
    """Real seconds by which `slow` delays; seconds told by `429` to wait."""
    injected: int = 0
    """How many calls failed so far."""
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 (repeatable, not secret)

    def strikes(self, method: str) -> bool:
        """Draw whether this call fails."""
        if self.methods and method.lower() not in self.methods:
            return False
        struck = self._chance.random() < self.rate
        self.injected += struck
        return struck


class Faults:
    """The failures that are switched on, one of a kind."""

    def __init__(self) -> None:
        self._by_kind: dict[Kind, Fault] = {}

    def add(self, fault: Fault) -> None:
        """Switch a kind on, or replace it."""
        self._by_kind[fault.kind] = fault

    def clear(self) -> None:
        """Switch all off."""
        self._by_kind.clear()

    def strike(self, method: str) -> Fault | None:
        """Return the failure that this call meets, if any."""
        for fault in self._by_kind.values():
            if fault.strikes(method):
                return fault
        return None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._by_kind.values())
