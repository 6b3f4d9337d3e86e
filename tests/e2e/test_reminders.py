"""FC-9 through the phones: who is reminded when, who hears of a breach, and what comes after a stop."""

from datetime import timedelta
from pathlib import Path

from bot.adapters.clock import MovableClock
from tests.e2e.acts import answers, claims, files, nobody_else_sees, ringing, working_on
from tests.e2e.conftest import MORNING
from tests.phones import Phone, Sandbox, labels

REMINDER = "is waiting for an answer"
BREACH = "and is late"


async def reminders(phone: Phone) -> int:
    return sum(message.get("text", "").count(REMINDER) for message in await phone.screen())


async def breaches(phone: Phone) -> int:
    return sum(BREACH in message.get("text", "") and "FC-9" in message["text"] for message in await phone.screen())


async def test_the_person_on_duty_is_reminded_at_half_and_at_four_fifths_of_the_hour(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await sandbox.freeze()
    await files(smith, "The lift is stuck")
    await sandbox.advance(minutes=29, seconds=59)
    assert await reminders(clerk) == 0
    await sandbox.advance(seconds=1)
    assert await reminders(clerk) == 1
    shown = await clerk.sees("HT-2026-0001 is waiting for an answer, due by", "10:30", "Rule FC-9")
    assert labels(shown) == ["✋ Claim HT-2026-0001", "❓ Why? FC-9, HT-2026-0001"]
    await sandbox.advance(minutes=17, seconds=59)
    assert await reminders(clerk) == 1
    await sandbox.advance(seconds=1)
    assert await reminders(clerk) == 2
    await nobody_else_sees(sandbox, REMINDER, clerk)
    await clerk.sees_nothing_of(REMINDER, chat=sandbox.group)


async def test_the_breach_is_told_to_the_person_on_duty_and_the_general_supervisor(
    sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone, director: Phone
) -> None:
    await sandbox.freeze()
    await files(smith, "The lift is stuck")
    await sandbox.advance(minutes=59, seconds=59)
    assert await breaches(clerk) == 0
    await supervisor.sees_nothing_of("HT-2026-0001")
    await sandbox.advance(seconds=1)
    await clerk.sees("HT-2026-0001", BREACH, "Nobody has taken it on yet", "Rule FC-9")
    await supervisor.sees("HT-2026-0001", "10:30", "FC-9", "認領")
    await clerk.sees("HT-2026-0001", BREACH, chat=sandbox.group)
    await nobody_else_sees(sandbox, BREACH, smith, clerk, supervisor)
    await smith.sees("We were to answer you on no. HT-2026-0001", "You will hear from us by", "11:30 at the latest")
    await sandbox.advance(hours=1)
    await director.sees("HT-2026-0001", BREACH, "Rule FC-9")
    await smith.sees("We were to answer you on no. HT-2026-0001", "Our management looks into it now")
    assert ringing(await sandbox.advance(days=2)) == []
    assert await breaches(clerk) == 1


async def test_whoever_claimed_it_is_the_one_who_is_reminded(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await technician.taps("Claim", chat=sandbox.group)
    await sandbox.advance(minutes=61)
    shown = await technician.sees("HT-2026-0001", "FC-9", "答复")
    assert labels(shown) == ["✍ 答复 HT-2026-0001", "🤝 承诺时间 HT-2026-0001", "❓ 为什么？FC-9，HT-2026-0001"]
    await supervisor.sees("HT-2026-0001", "何师傅 Technician He", "FC-9")
    await clerk.sees_nothing_of("HT-2026-0001")


async def test_an_answer_in_time_ends_it(sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone) -> None:
    await files(smith, "The lift is stuck")
    await sandbox.advance(minutes=31)
    await claims(clerk, sandbox)
    await answers(clerk, "A mechanic comes at 15:00.")
    assert ringing(await sandbox.advance(days=1)) == []
    assert await reminders(clerk) == 1
    assert await breaches(clerk) == 0
    await supervisor.sees_nothing_of("HT-2026-0001")


async def test_a_claim_alone_does_not_end_it(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await sandbox.advance(minutes=61)
    assert await reminders(clerk) == 2
    assert await breaches(clerk) == 1


async def test_an_answer_that_did_not_arrive_does_not_end_it(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await smith.blocks()
    await answers(clerk, "A mechanic comes at 15:00.")
    await sandbox.advance(minutes=61)
    assert await reminders(clerk) == 2


async def test_the_card_of_a_late_answer_says_when_it_came(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await sandbox.advance(minutes=61)
    await smith.sees("HT-2026-0001", BREACH)
    await answers(clerk, "A mechanic comes at 15:00.")
    await smith.sees("HT-2026-0001", "Answered")
    assert ringing(await sandbox.advance(days=1)) == []


async def test_what_fell_due_while_the_bot_was_down_comes_as_one_message(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    async with working_on(tmp_path, clock) as sandbox:
        smith, li = await sandbox.phone("smith"), await sandbox.phone("li")
        await files(smith, "The lift is stuck")
        await files(li, "灯不亮", language="zh_Hans")
    clock.move_to(MORNING + timedelta(hours=3))
    async with working_on(tmp_path, clock) as sandbox:
        await sandbox.settle()
        clerk, supervisor = await sandbox.phone("clerk"), await sandbox.phone("supervisor")
        (shown,) = await clerk.screen()
        assert shown["text"].count("HT-2026-0001") == shown["text"].count("HT-2026-0002") == 1
        assert shown["text"].count(BREACH) == 2
        assert shown["text"].count("Rule FC-9") == 1
        assert len(labels(shown)) == 4
        (told_above,) = await supervisor.screen()
        assert "HT-2026-0001" in told_above["text"]
        assert "HT-2026-0002" in told_above["text"]
        assert ringing(await sandbox.advance(days=1)) == []
        assert (await clerk.screen())[0] == shown


async def test_an_answer_given_while_the_bot_was_down_comes_before_what_fell_due(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    async with working_on(tmp_path, clock) as sandbox:
        smith, clerk = await sandbox.phone("smith"), await sandbox.phone("clerk")
        await files(smith, "The lift is stuck")
        await claims(clerk, sandbox)
        await clerk.taps("Answer")
        await clerk.sends("A mechanic comes at 15:00.")
        await clerk.taps("Send", settle=False, timeout_s=0)
    clock.move_to(MORNING + timedelta(hours=3))
    async with working_on(tmp_path, clock) as sandbox:
        await sandbox.settle()
        clerk, smith = await sandbox.phone("clerk"), await sandbox.phone("smith")
        await smith.sees("an answer from", "A mechanic comes")
        assert await reminders(clerk) == 0
