"""The methods that the sandbox carries: all that the bot uses, each as a description of the Bot API has it."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

import bot.adapters.telegram
from bot.sandbox import editing, methods, sending
from bot.sandbox.params import METHODS
from tests.sandbox.conftest import Api, ApiError

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


def test_every_method_that_the_bot_uses_is_carried() -> None:
    adapters = Path(bot.adapters.telegram.__path__[0])
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(adapters.glob("*.py")))
    named = set(re.findall(r'"((?:send|edit|set|get|delete|answer|create)[A-Z]\w+)"', sources))
    called = {"".join(name.split("_")) for name in re.findall(r"\bbot\.([a-z]+(?:_[a-z]+)+)\(", sources)}
    assert {"sendMessage", "answerCallbackQuery", "sendSticker"} <= named
    assert {"getfile", "setmycommands"} <= called
    assert {name.lower() for name in named} | called <= METHODS.keys()


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_an_unknown_parameter_and_a_missing_one_are_mistakes(api: Api, name: str) -> None:
    method = METHODS[name]
    with pytest.raises(ApiError, match=f'400 Bad Request: parameter "colour" of {method.name} is unknown'):
        await api(method.name, colour="red")
    if method.required and name not in {"setwebhook", "setmycommands"}:  # they take away what is there
        with pytest.raises(ApiError, match="400 Bad Request: "):
            await api(method.name)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_the_parameters_of_the_bot_api(name: str, description: dict[str, Any]) -> None:
    method = METHODS[name]
    fields = description[method.name]["fields"]
    assert method.required | method.optional <= {field["name"] for field in fields}
    required = {field["name"] for field in fields if field["required"]}
    assert method.required == required | {field for of, field in _REQUIRED_HERE if of == method.name}
