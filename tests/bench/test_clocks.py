"""The benchmark of the clocks fires what it says."""

from pathlib import Path

from tests.bench.clocks import fire, lay


async def test_of_each_kind_of_stage_so_many_fall_due_at_once(tmp_path: Path) -> None:
    path = tmp_path / "estate.db"
    lay(path, waiting=400, due=20)
    fired = await fire(path)
    assert [(one.stage, one.timers) for one in fired] == [("reminder-50", 20), ("breach", 20)]
    assert all(one.letters > 0 for one in fired)
