"""The methods that the sandbox carries, compared with a machine-readable description of the Bot API."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import editing, methods, sending
from bot.sandbox.params import METHODS

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "botapi" / "botapi-10.3.json"
_FOUND = Path(os.environ.get("SHOUWEN_BOTAPI_JSON", _BESIDE_THE_CHECKOUT))
_REGISTERED_BY = (editing, methods, sending)

# Telegram takes a new text or a new rich message; the sandbox carries the text alone.
_REQUIRED_HERE = {("editMessageText", "text")}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    if not _FOUND.exists():
        pytest.skip("no description of the Bot API: set SHOUWEN_BOTAPI_JSON to one")
    described: dict[str, Any] = json.loads(_FOUND.read_text(encoding="utf-8"))["methods"]
    return described


def test_there_is_something_to_compare() -> None:
    assert len(METHODS) >= 25


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_the_parameters_of_the_bot_api(name: str, description: dict[str, Any]) -> None:
    method = METHODS[name]
    fields = description[method.name]["fields"]
    assert method.required | method.optional <= {field["name"] for field in fields}
    required = {field["name"] for field in fields if field["required"]}
    assert method.required == required | {field for of, field in _REQUIRED_HERE if of == method.name}
