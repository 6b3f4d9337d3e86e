"""Whatever a bot sends, it is answered as the Bot API answers; nothing breaks the emulator."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import editing, methods, sending
from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.emulator import Emulator
from bot.sandbox.params import METHODS, Params
from bot.sandbox.refusal import Refusal
from tests.sandbox.conftest import HeldClock
from tests.sandbox.test_sending import CHAN, STAFF

_REGISTERED_BY = (editing, methods, sending)
_WORDS = [
    "type",
    "text",
    "message_id",
    "chat_id",
    "inline_keyboard",
    "keyboard",
    "callback_data",
    "url",
    "media",
    "emoji",
]

_scalars: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([CHAN, STAFF, 1, 2, "photo", "chat"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS) | st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("name", sorted(METHODS))
@settings(max_examples=25)
@given(data=st.data())
def test_any_value_is_answered_or_refused(name: str, data: st.DataObject) -> None:
    method = METHODS[name]
    names = sorted((method.required | method.optional) - {"timeout", "url"})
    given_values: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(names), _values) if names else st.just({}))
    if "chat_id" in names:
        given_values |= {"chat_id": data.draw(st.sampled_from([CHAN, STAFF, "x"]))}
    given_values = {key: value for key, value in given_values.items() if value is not None}

    async def call() -> None:
        emulator = Emulator(SANDBOX_TOKEN, HeldClock(), cast=ESTATE, limits=False)
        try:
            await method.run(emulator, Params(given_values, {}))
        except Refusal as refusal:
            assert refusal.code in {400, 403, 409}  # noqa: PT017

    asyncio.run(call())
