"""Failures on purpose: what they do, and that a seed repeats them."""

import aiohttp
import pytest

from bot.sandbox.faults import Fault
from tests.phones import Sandbox
from tests.sandbox.conftest import Api, ApiError
from tests.sandbox.test_sending import CHAN


@pytest.mark.parametrize(
    ("kind", "code", "description"),
    [
        ("429", 429, "Too Many Requests: retry after 7"),
        ("500", 500, "Internal Server Error"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
    ],
)
async def test_refusals_have_no_effect(api: Api, sandbox: Sandbox, kind: str, code: int, description: str) -> None:
    await sandbox.fault(kind, methods=["sendMessage"], delay_s=7)
    with pytest.raises(ApiError) as refused:
        await api("sendMessage", chat_id=CHAN, text="x")
    assert (refused.value.code, refused.value.description) == (code, description)
    assert await (await sandbox.phone("chan")).screen() == []
    assert (await api("getMe"))["is_bot"], "other methods are spared"


@pytest.mark.parametrize(("kind", "arrived"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_leaves_the_bot_without_an_answer(api: Api, sandbox: Sandbox, kind: str, arrived: int) -> None:
    await sandbox.fault(kind, methods=["sendmessage"])
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=CHAN, text="x")
    (fault,) = await sandbox.fault(None)
    assert fault["injected"] == 1
    assert len(await (await sandbox.phone("chan")).screen()) == arrived
    await api("sendMessage", chat_id=CHAN, text="x")


async def test_slow_calls_take_effect(api: Api, sandbox: Sandbox) -> None:
    await sandbox.fault("slow", methods=["sendMessage"], delay_s=0.01)
    await api("sendMessage", chat_id=CHAN, text="x")
    assert (await sandbox.state())["faults"][0]["injected"] == 1


async def test_an_unknown_failure_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="kind"):
        await sandbox.fault("earthquake")


def test_a_seed_repeats_its_failures() -> None:
    one, two = (Fault("500", 0.3, frozenset(), seed=4) for _ in range(2))
    struck = [one.strikes("sendMessage") for _ in range(200)]
    assert struck == [two.strikes("sendMessage") for _ in range(200)]
    assert 30 < sum(struck) == one.injected < 90
