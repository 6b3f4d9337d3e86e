"""kill -9 at random moments under load: no complaint lost, none doubled (polling and webhook)."""

from pathlib import Path

import pytest

from tests.durability.counting import Tally
from tests.durability.kills import CROWD, Outcome, Plan, ordeal

MODES = pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])


def hold_to_the_promise(outcome: Outcome, kills: int) -> None:
    """Assert that nothing went wrong, and that something could have."""
    assert outcome.kills == kills
    assert outcome.complaints == 1 + CROWD + kills
    assert outcome.under_load >= kills / 2, outcome
    assert 0 < outcome.while_starting < kills, outcome
    assert outcome.by_store == Tally()
    assert outcome.by_cards == Tally()
    assert outcome.repeats <= outcome.doubts


@MODES
async def test_thirty_kills(webhook: bool, tmp_path: Path) -> None:
    hold_to_the_promise(await ordeal(Plan(kills=30, seed=1, webhook=webhook), tmp_path), 30)


@pytest.mark.long
@MODES
async def test_five_hundred_kills(webhook: bool, tmp_path: Path) -> None:
    hold_to_the_promise(await ordeal(Plan(kills=500, seed=2, webhook=webhook), tmp_path), 500)
