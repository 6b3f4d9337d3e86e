"""An estate's own rules: explained, and put in force."""

from collections.abc import Iterator
from pathlib import Path

from bot.main import NEW_ESTATE
from bot.operations.writing import write
from bot.ports.store import Transaction
from bot.regulations import adopting, loader
from bot.regulations.explaining import explain, explain_decisions
from bot.services.founding import found
from bot.services.regulations import in_force
from bot.settings import Settings


def explain_rules(own: Path) -> Iterator[str]:
    """Yield in plain words what would be in force with an estate's own rules; raise `WrongRuleSet` where none can."""
    written = loader.text_of(own)
    override = loader.parse_override(written, str(own))
    yield from explain(loader.laid_over(loader.default(), override, written, str(own)))


def decide_rules(settings: Settings, own: Path, decided_by: str) -> Iterator[str]:
    """Put an estate's own rules in force for what is filed from now on, and yield them in plain words.

    Raises `WrongRuleSet` with one plain sentence where they cannot be; then nothing has changed.
    """
    written, told = loader.text_of(own), list[str]()

    def work(tx: Transaction) -> None:
        effective = adopting.decide(tx, found(tx, NEW_ESTATE), written, str(own), decided_by)
        told[:] = explain(effective)

    write(settings, work)
    yield from told


def explain_rules_in_force(settings: Settings) -> tuple[str, ...]:
    """Return in plain words what is in force, and who decided where it differs from what comes with the program."""
    told = list[str]()

    def read(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        told[:] = [
            *explain(in_force(tx, adopting.adopt(tx), estate.id)),
            *explain_decisions(tx.regulations.of(estate.id)),
        ]

    write(settings, read)
    return tuple(told)
