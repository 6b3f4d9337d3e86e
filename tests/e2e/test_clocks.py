"""The clocks on the phones: who hears of which rule when nothing is done, in which language; and silence where it is.

The clerk and the director read English, the technician and the guard Simplified, the supervisor Traditional Chinese.
"""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.domain.people import Language
from tests.e2e.acts import claims, english_in, in_words, ringing, told
from tests.e2e.conftest import MORNING
from tests.phones import Phone, Sandbox, labels

#: How a message names its rule, in the three languages.
_RULE = re.compile(r"(?:Rule|依据|依據) ([A-Z]{2}-\d+)[:：]")
SIMPLIFIED = Language.SIMPLIFIED


@pytest.fixture
async def guard(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("guard")


@pytest.fixture
async def head(sandbox: Sandbox) -> Phone:
    """The department head."""
    return await sandbox.phone("head")


async def complains(resident: Phone) -> None:
    """Have a resident who reads English complain of a dirty lobby."""
    await resident.sends("The lobby is dirty")
    for label in ("Complaint", "Cleaning", "Lobby", "Skip", "Skip", "Submit"):
        await resident.taps(label)


async def reports(guard: Phone, what: str = "💡 Lamp out") -> None:
    """Have the guard report something."""
    await guard.sends("三楼灯坏了")
    for label in (what, "Skip ▶", "📤 Send"):
        await guard.taps(in_words(label, SIMPLIFIED))


async def heard(sandbox: Sandbox, *rules: str) -> dict[str, int]:
    """Return how often each phone was told of these rules; nobody reads a word of a language that is not theirs."""
    counts: Counter[str] = Counter()
    for user in (await sandbox.state())["users"]:
        if not user["key"]:
            continue
        phone = await sandbox.phone(user["key"])
        for message in await told(phone):
            named = [rule for rule in _RULE.findall(message.get("text", "")) if rule in rules]
            if named:
                counts[phone.name] += len(named)
                assert user["language_code"] == "en" or not english_in(message)
                assert "}" not in message["text"]
    return dict(counts)


async def until(sandbox: Sandbox, moment: timedelta) -> None:
    """Move on until so long after the morning."""
    passed: datetime = await sandbox.now()
    await sandbox.advance(seconds=(MORNING + moment - passed).total_seconds())


async def test_a_complaint_nobody_answers_goes_from_its_holder_to_the_director(
    sandbox: Sandbox, smith: Phone, technician: Phone, supervisor: Phone, director: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await technician.taps("Claim", chat=sandbox.group)
    for minutes, those in (
        (29, {}),
        (31, {"technician": 1}),
        (49, {"technician": 2}),
        (61, {"technician": 3, "supervisor": 1}),
        (121, {"technician": 3, "supervisor": 1, "director": 1}),
    ):
        await until(sandbox, timedelta(minutes=minutes))
        assert await heard(sandbox, "FC-9") == those, minutes
    await technician.sees("工单 HT-2026-0001", "10:30", "FC-9", "答复", "承诺时间")
    await supervisor.sees("個案 HT-2026-0001", "最新進展：何师傅 Technician He 已認領", "FC-9")
    await director.sees("HT-2026-0001", "Last: 何师傅 Technician He took it on", "Rule FC-9")
    await smith.sees("We were to answer you on no. HT-2026-0001", "You will hear from us by", "11:30 at the latest")
    # Half of the day and night by day; four fifths of it at night: who is on duty, and the holder in the morning.
    for hours, those in (
        (13, {"technician": 1}),
        (20, {"technician": 1, "clerk": 1}),
        (23, {"technician": 2, "clerk": 1}),
        (25, {"technician": 3, "clerk": 1, "supervisor": 1, "director": 1}),
        (72, {"technician": 3, "clerk": 1, "supervisor": 1, "director": 1}),
    ):
        await until(sandbox, timedelta(hours=hours))
        assert await heard(sandbox, "CP-6") == those, hours


async def test_a_sister_unit_nobody_reaches_is_told_to_the_head_within_the_half_hour(
    sandbox: Sandbox, smith: Phone, technician: Phone, head: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await technician.taps("Claim", chat=sandbox.group)
    await technician.taps(in_words("⚖️ Judge", SIMPLIFIED))
    await technician.taps(in_words("🤝 Sister unit", SIMPLIFIED))
    await technician.taps("Heating station")
    for minutes, those in (
        (14, {}),
        (16, {"technician": 1}),
        (25, {"technician": 2}),
        (31, {"technician": 3, "head": 1}),
    ):
        await until(sandbox, timedelta(minutes=minutes))
        assert await heard(sandbox, "FC-5") == those, minutes
    await technician.sees("工单 HT-2026-0001", "10:00", "FC-5", in_words("🤝 Reached them", SIMPLIFIED))
    await head.sees("the sister unit was to be reached by", "10:00", "judged whose it is", "Rule FC-5")


async def test_an_offer_nobody_accepts_returns_and_who_leads_is_told(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    for label in ("Transfer", "何师傅", "Needs a specialist"):
        await clerk.taps(label)
    await until(sandbox, timedelta(minutes=16))
    assert await heard(sandbox, "FC-11") == {"technician": 1}
    shown = await technician.sees("FC-11", "10:00")
    assert [label.split()[0] for label in labels(shown)] == ["👍", "👎", "❓"]
    await until(sandbox, timedelta(minutes=31))
    assert await heard(sandbox, "FC-11") == {"technician": 1, "clerk": 1, "supervisor": 1}
    await clerk.sees("nobody has accepted it in time", "Rule FC-11", "Transfer")
    await supervisor.sees("限時內未有人接手", "FC-11")


async def test_what_can_be_settled_on_the_spot_is_the_supervisors_at_midnight_and_the_directors_a_day_later(
    sandbox: Sandbox, guard: Phone, clerk: Phone, supervisor: Phone, director: Phone
) -> None:
    await sandbox.freeze()
    await reports(guard)
    await claims(clerk, sandbox)
    for hours, those in (
        (7, {}),
        (12, {"clerk": 2}),
        (14, {"clerk": 2}),
        (15, {"clerk": 3, "supervisor": 1}),
        (38, {"clerk": 3, "supervisor": 1}),
        (39, {"clerk": 3, "supervisor": 1, "director": 1}),
    ):
        await until(sandbox, timedelta(hours=hours))
        assert await heard(sandbox, "AS-6") == those, hours
    await clerk.sees("is to be handled today, by", "2 Mar 23:59", "Rule AS-6", "Done")
    await supervisor.sees("個案 HT-2026-0001", "3月2日 週一 23:59", "AS-6")
    await director.sees("the same day, by Mon, 2 Mar 23:59", "Rule AS-6")
    await guard.sees("HT-2026-0001", "您报的事，今早的进展", "AS-5")


async def test_any_other_finding_is_the_supervisors_after_two_days_and_the_directors_on_the_third(
    sandbox: Sandbox, guard: Phone, clerk: Phone, director: Phone
) -> None:
    await sandbox.freeze()
    await reports(guard, "👀 Something else")
    await claims(clerk, sandbox)
    await until(sandbox, timedelta(hours=62))
    assert await heard(sandbox, "AS-7") == {"clerk": 2}
    await until(sandbox, timedelta(hours=64))  # the end of the second day was at night; the clerk is on duty
    assert await heard(sandbox, "AS-7") == {"clerk": 3, "supervisor": 1}
    await until(sandbox, timedelta(hours=88))
    assert await heard(sandbox, "AS-7") == {"clerk": 3, "supervisor": 1, "director": 1}
    await director.sees("within two days, by Wed, 4 Mar 23:59", "Rule AS-7")
    assert await heard(sandbox, "AS-5") == {"guard": 3}


async def test_what_is_done_in_time_rings_nobody(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await complains(smith)
    await technician.taps("Claim", chat=sandbox.group)
    await technician.taps(in_words("⚖️ Judge", SIMPLIFIED))
    await technician.taps(in_words("🤝 Sister unit", SIMPLIFIED))
    await technician.taps("Heating station")
    await technician.taps(in_words("✍ Answer", SIMPLIFIED))
    await technician.sends("The station sends somebody at 15:00.")
    await technician.taps(in_words("📨 Send", SIMPLIFIED))
    await technician.taps(in_words("🤝 Reached them", SIMPLIFIED))
    await technician.sends("热力站 09:35 已联系到值班员")
    assert ringing(await sandbox.advance(hours=5)) == []


async def test_the_clocks_of_a_matter_are_shown_on_a_tap(sandbox: Sandbox, smith: Phone, technician: Phone) -> None:
    await complains(smith)
    await technician.taps("Claim", chat=sandbox.group)
    await sandbox.advance(minutes=61)
    await technician.taps(in_words("⋯ More", SIMPLIFIED))
    await technician.taps(in_words("🕑 Clocks", SIMPLIFIED))
    shown = await technician.sees("FC-9", "CP-6", "🔴", "⏳")
    assert not english_in(shown)
