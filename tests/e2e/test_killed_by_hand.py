"""The bot killed and started anew under the phones, as the sandbox's page does it: nothing is missing."""

import pytest

from bot.main import Running
from tests.e2e.acts import claims, files
from tests.phones import Phone, Sandbox, SandboxError


async def test_what_is_sent_to_a_dead_bot_arrives_when_it_lives_again(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await sandbox.kills_the_bot()
    state = await sandbox.state()
    assert (state["alive"], state["idle"]) == (False, True)
    await smith.sends("And it smells of smoke")
    dead = await clerk.taps("Claim", chat=sandbox.group, timeout_s=0.1)
    assert not dead["answered"]
    assert (await sandbox.state())["pending_updates"] == 2
    await clerk.sees_nothing_of("smells of smoke", chat=sandbox.group)

    await sandbox.starts_the_bot()
    assert (await sandbox.state())["alive"]
    await smith.sees("Is this for no. HT-2026-0001")
    await clerk.sees("HT-2026-0001", "With Clerk Lam")


async def test_a_conversation_goes_on_where_the_kill_found_it(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The lift is stuck")
    for label in ("Question", "Submit"):
        await sandbox.kills_the_bot()
        await sandbox.starts_the_bot()
        await smith.taps(label)
    await smith.sees("HT-2026-0001")
    await claims(clerk, sandbox)


async def test_a_call_under_way_is_repeated_and_nothing_is_missing(sandbox: Sandbox, smith: Phone) -> None:
    await sandbox.freeze()
    await sandbox.fault("slow", methods=["sendMessage"], delay_s=30)
    await smith.sends("The lift is stuck", settle=False)
    while not (shown := [one for one in await smith.screen() if one["from"]["is_bot"]]):
        pass  # it took effect, and its answer is held back
    await sandbox.kills_the_bot()
    await sandbox.fault(None)
    await sandbox.starts_the_bot()
    await sandbox.advance(minutes=1)
    traffic = (await sandbox.get("agenda"))["traffic"]
    assert (traffic["repeated"], traffic["waiting"], traffic["unsent"], traffic["given_up"]) == (1, 0, 0, 0)
    again = [one["text"] for one in await smith.screen() if one["from"]["is_bot"]]
    assert again == [shown[0]["text"]] * 2, "better twice than never"


async def test_time_can_pass_while_it_is_dead_and_what_fell_due_comes_afterwards(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await sandbox.kills_the_bot()
    assert await sandbox.advance(minutes=31) == []
    await clerk.sees_nothing_of("HT-2026-0001")
    await sandbox.starts_the_bot()
    await clerk.sees("HT-2026-0001", "FC-")


async def test_it_can_be_killed_and_started_again_and_again(bot: Running, sandbox: Sandbox, smith: Phone) -> None:
    for _ in range(2):
        await sandbox.kills_the_bot()
        await sandbox.kills_the_bot()
        with pytest.raises(SandboxError, match="503"):
            await sandbox.get("agenda")
        await sandbox.starts_the_bot()
        await sandbox.starts_the_bot()
    await files(smith, "The lift is stuck")
    assert bot.supervisor.health().ok
