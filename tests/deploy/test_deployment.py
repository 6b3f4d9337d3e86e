"""What `deploy/` offers fits the program: its settings are the real ones, all of them, with their real defaults."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.settings import CONFIG, PREFIX, Settings, load

DEPLOY = Path(__file__).parents[2] / "deploy"
EXAMPLE = DEPLOY / "shouwen.example.toml"


def uncommented() -> str:
    """Return the example with every setting in use: `#name = value` is a setting, `# …` is prose."""
    return re.sub(r"^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def defaults() -> dict[str, Any]:
    """Return the settings whose line in the example is not marked as an example."""
    known = tomllib.loads(uncommented())
    marked = re.findall(r"\(example\)\n([a-z_]+) = ", uncommented())
    assert marked, "no setting is marked as an example"
    return {name: value for name, value in known.items() if name not in marked}


def test_the_example_as_it_stands_starts_the_sandbox(tmp_path: Path) -> None:
    assert load({CONFIG: str(EXAMPLE)}, tmp_path) == load({}, tmp_path)


def test_the_example_names_every_setting_and_each_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text(uncommented(), encoding="utf-8")
    settings = load({}, tmp_path)
    assert set(tomllib.loads(uncommented())) == set(Settings.model_fields)
    assert settings.model_fields_set == set(Settings.model_fields)


def test_what_the_example_calls_the_default_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "shouwen.toml").write_text(uncommented(), encoding="utf-8")
    told, real = load({}, tmp_path), load({}, tmp_path / "elsewhere").model_copy(update={"data_dir": tmp_path / "data"})
    assert len(defaults()) >= 5
    assert {name: getattr(told, name) for name in defaults()} == {name: getattr(real, name) for name in defaults()}


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml", "shouwen.service"])
def test_the_variables_that_are_set_are_settings(name: str) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+(?![A-Z_])", (DEPLOY / name).read_text(encoding="utf-8")))
    assert named
    assert named <= {CONFIG, *(PREFIX + field.upper() for field in Settings.model_fields)}
