"""Who does the right thing in time is reminded of nothing, and nobody above hears of it: each rule by its phones.

What becomes of it where nothing is done stands in `test_clocks`; here also what begins anew when a matter is not
solved, and what the roster makes of the night.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.people import Language
from bot.domain.policy import Act
from bot.domain.rosters import Post, Shift
from bot.domain.shift_words import read_pattern
from bot.flows.labels import ACT
from bot.main import Running
from bot.ports.store import Transaction
from tests.e2e.acts import claims, in_words
from tests.e2e.test_clocks import complains, heard, reports, until
from tests.phones import JPEG, Phone, Sandbox, labels

SIMPLIFIED = Language.SIMPLIFIED


@pytest.fixture
async def guard(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("guard")


@pytest.fixture
async def head(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("head")


async def answers(clerk: Phone, words: str = "We clean it at noon.") -> None:
    for act in ("Answer", words, "Send"):
        await (clerk.sends(act) if act == words else clerk.taps(act))


async def handles(clerk: Phone) -> None:
    """Have the clerk say that it is done, with a photo."""
    await clerk.taps("✅ Done")
    await clerk.sends("Cleaned.", photo=JPEG)
    for label in ("Solved", "Wear", "✅ Done"):
        await clerk.taps(label)


async def test_a_complaint_that_is_answered_within_the_hour_rings_nobody(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    await until(sandbox, timedelta(minutes=25))
    await answers(clerk)
    await until(sandbox, timedelta(hours=30))
    assert await heard(sandbox, "FC-9", "CP-6") == {}
    await smith.sees_nothing_of("We are sorry")


async def test_not_solved_begins_the_hour_and_the_day_anew(
    sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone, director: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    await answers(clerk)
    await handles(clerk)
    await supervisor.taps(in_words(ACT[Act.VERIFY].message, Language.TRADITIONAL))
    await smith.taps("Not solved")
    await smith.sends("It is dirty again")
    await until(sandbox, timedelta(minutes=31))
    first = await heard(sandbox, "FC-9")
    assert first == {"clerk": 1}, "the first contact has it again, and half of the hour has passed"
    await until(sandbox, timedelta(minutes=61))
    assert await heard(sandbox, "FC-9") == {"clerk": 3, "supervisor": 1}
    await until(sandbox, timedelta(hours=25))
    late = await heard(sandbox, "FC-9", "CP-6")
    assert late["director"] >= 2, "of the hour and of the day"
    assert late["supervisor"] >= 2


async def test_not_solved_and_answered_anew_in_time_rings_nobody(
    sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    await answers(clerk)
    await handles(clerk)
    await supervisor.taps(in_words(ACT[Act.VERIFY].message, Language.TRADITIONAL))
    await smith.taps("Not solved")
    await smith.sends("It is dirty again")
    await until(sandbox, timedelta(minutes=20))
    await answers(clerk, "We clean it once more at two.")
    await until(sandbox, timedelta(hours=30))
    assert await heard(sandbox, "FC-9", "CP-6") == {}


async def test_a_sister_unit_that_is_reached_within_the_half_hour_is_asked_again_until_there_is_a_result(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    for label in ("Judge", "Sister unit", "Heating station"):
        await clerk.taps(label)
    await clerk.taps("Reached them")
    await clerk.sends("Mr Gao, 2345 6002: they look at it today.")
    await answers(clerk)
    await until(sandbox, timedelta(hours=20))
    assert await heard(sandbox, "FC-5") == {}
    await until(sandbox, timedelta(hours=25))
    asked = await clerk.sees("please ask the sister unit how it stands", "Rule FC-5", "Reached them")
    assert any("Done" in label for label in labels(asked))
    await handles(clerk)
    before = await heard(sandbox, "FC-5")
    assert before == {"clerk": 1}
    await until(sandbox, timedelta(days=5))
    assert await heard(sandbox, "FC-5") == before


@pytest.mark.parametrize(("what", "rule"), [("💡 Lamp out", "AS-6"), ("👀 Something else", "AS-7")])
async def test_what_was_found_and_is_set_right_at_once_rings_nobody(
    sandbox: Sandbox, guard: Phone, clerk: Phone, what: str, rule: str
) -> None:
    await sandbox.freeze()
    await reports(guard, what)
    await claims(clerk, sandbox)
    await until(sandbox, timedelta(hours=6))
    await handles(clerk)
    await until(sandbox, timedelta(days=4))
    assert await heard(sandbox, rule) == {}


async def test_an_offer_that_is_accepted_in_time_rings_nobody(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    for label in ("Transfer", "何师傅", "Needs a specialist"):
        await clerk.taps(label)
    await until(sandbox, timedelta(minutes=10))
    await technician.taps(in_words(ACT[Act.ACCEPT].message, SIMPLIFIED))
    await until(sandbox, timedelta(hours=3))
    assert await heard(sandbox, "FC-11") == {}


async def works(bot: Running, phone: Phone, when: str, post: Callable[[Transaction], Post]) -> None:
    """Put a turn of somebody's into the roster."""
    pattern = read_pattern(when)
    assert pattern

    def work(tx: Transaction) -> None:
        person = tx.people.by_account(phone.id)
        assert person
        tx.rosters.add_shift(Shift(0, person.estate_id, post(tx), person.id, pattern))

    await bot.store.transact(work)


def of_department(code: str) -> Callable[[Transaction], Post]:
    def post(tx: Transaction) -> Post:
        estate = tx.estates.first()
        department = tx.departments.by_code(estate.id, code) if estate else None
        assert department
        return Post(department.id)

    return post


async def test_at_night_who_is_on_duty_by_the_roster_hears_and_who_is_off_in_the_morning(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, head: Phone
) -> None:
    await works(bot, clerk, "daily 8:00-20:00", of_department("service"))
    await works(bot, head, "daily 20:00-8:00", of_department("service"))
    await sandbox.freeze()
    await until(sandbox, timedelta(hours=13))  # half past ten at night
    await complains(smith)
    await technician.taps("Claim", chat=sandbox.group)
    await until(sandbox, timedelta(hours=13, minutes=31))
    assert await heard(sandbox, "FC-9") == {"head": 1}, "who is off duty is not chased at night"
    await until(sandbox, timedelta(hours=23))
    morning = await heard(sandbox, "FC-9")
    assert morning["technician"] == 1
    assert "clerk" not in morning, "whose duty it was by day"
    await technician.sees("FC-9", "HT-2026-0001")


async def test_what_is_offered_to_somebody_off_duty_reaches_them_when_their_duty_begins(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await works(bot, technician, "daily 14:00-22:00", of_department("engineering"))
    await sandbox.freeze()
    await complains(smith)
    await claims(clerk, sandbox)
    await clerk.taps("Transfer")
    await clerk.taps("🌙 何师傅")
    answer = await clerk.taps("Needs a specialist")
    assert "They are off duty and get it Mon, 2 Mar 14:00" in answer["text"]
    await clerk.sees("is off duty and gets it", "14:00")
    await technician.sees_nothing_of("HT-2026-0001")
    await until(sandbox, timedelta(hours=4, minutes=31))
    shown = await technician.sees("HT-2026-0001", in_words(ACT[Act.ACCEPT].message, SIMPLIFIED))
    assert shown
    assert await heard(sandbox, "FC-11") == {}
    await until(sandbox, timedelta(hours=4, minutes=46))
    assert await heard(sandbox, "FC-11") == {"technician": 1}
    await technician.taps(in_words(ACT[Act.ACCEPT].message, SIMPLIFIED))
    await clerk.sees("HT-2026-0001", "is with 何师傅 Technician He now")


async def test_the_roster_is_set_and_read_on_the_phones(head: Phone, technician: Phone, supervisor: Phone) -> None:
    await supervisor.sends("/roster")
    await supervisor.taps(in_words("🗓 Set a turn", Language.TRADITIONAL))
    for label in ("工程", "何师傅"):
        await supervisor.taps(label)
    await supervisor.sends("星期一至星期五 8:00-20:00")
    await technician.sees("您的排班", "周一至周五 08:00–20:00")
    await technician.sends("/roster")
    await technician.sees("值班表", "现在值班：何师傅 Technician He")
    await technician.taps("我要休假")
    for words in ("3月5日", "3月6日"):
        await technician.sends(words)
    await technician.taps("Department Head Zhao")
    await head.sees("is away 2026-03-05 to 2026-03-06", "Department Head Zhao stands in")
