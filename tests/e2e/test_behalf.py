"""Taken down for a caller, found by the owner, told again, opened again: on the phones, in three languages."""

import pytest

from bot.domain.people import Language
from tests.e2e.acts import answers, claims, data_of, english_in, files, in_words
from tests.phones import Phone, Sandbox, labels


async def test_a_clerk_takes_down_a_call_and_the_owner_corrects_it(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await clerk.sends("/for")
    await clerk.taps("By phone")
    await clerk.sends("1-20B, 9123 4567")
    await clerk.taps("Mr Smith · 1-20B")
    await clerk.taps("Repair")
    await clerk.taps("Lift")
    await clerk.sends("The lift makes a noise")
    await clerk.taps("Lobby")
    await clerk.taps("Skip")
    await clerk.taps("Skip")
    summary = await clerk.last()
    assert "☎️ By phone" in summary["text"]
    assert "Mr Smith · 1-20B" in summary["text"]
    assert "9123" not in summary["text"]
    await clerk.taps("File it")
    await clerk.sees("Filed as no. HT-2026-0001", "The lift makes a noise")
    await clerk.sees("No. HT-2026-0001", "By phone, taken down by Clerk Lam", "With Clerk Lam")
    await clerk.sees("With Clerk Lam", "The lift makes a noise", chat=sandbox.group)

    shown = await smith.sees("Clerk Lam 林文員 has taken this down for you", "Is it right?")
    assert labels(shown) == ["👍 That is right", "✏️ Correct or add"]
    await smith.taps("Correct or add")
    await smith.sends("It is the lift of block 4")
    await clerk.sees("the sender changed or added something", "It is the lift of block 4")
    assert labels(await smith.sees("Is it right?")) == [], "it was asked once"


async def test_the_owner_finds_it_right(sandbox: Sandbox, chan: Phone, clerk: Phone) -> None:
    await clerk.sends("/for 陳太")
    await clerk.taps("By letter")
    await clerk.taps("Suggestion")
    await clerk.sends("More benches in the garden")
    await clerk.taps("File it")
    await clerk.sends("/for 3-12A")
    await clerk.taps("By e-mail")
    await clerk.taps("陳太 Ms Chan · 3-12A")
    await clerk.taps("Praise")
    await clerk.sends("The guard at gate 2 was kind")
    await clerk.taps("File it")
    asked = await chan.sees(
        "HT-2026-0002", "The guard at gate 2 was kind", in_words("Is it right?", Language.TRADITIONAL)
    )
    assert [word for word in english_in(asked) if word not in ("guard", "gate", "kind")] == []
    await chan.taps(in_words("👍 That is right", Language.TRADITIONAL), message=asked)
    assert labels(await chan.sees("HT-2026-0002", in_words("Is it right?", Language.TRADITIONAL))) == []
    await chan.sees_nothing_of("benches")


async def test_whom_we_have_no_chat_with_is_called(sandbox: Sandbox, clerk: Phone) -> None:
    await clerk.sends("/for")
    await clerk.taps("At the counter")
    await clerk.sends("Mrs Wong 9123 4567")
    await clerk.taps("Question")
    await clerk.sends("When does the pool open?")
    await clerk.taps("File it")
    await answers(clerk, "On the first of May.")
    shown = await clerk.sees("please call Mrs Wong, 91234567", "On the first of May.")
    await clerk.taps("I have called", message=shown)
    await clerk.taps("Skip")
    await clerk.sees("Noted that you have called")
    await sandbox.advance(hours=2)
    assert not [m for m in await clerk.screen() if "HT-2026-0001" in m.get("text", "") and "late" in m["text"]]


_CHANNEL = {
    Language.SIMPLIFIED: ("代客登记", "王女士 9-9Z", "电梯有异响"),
    Language.TRADITIONAL: ("代客登記", "黃太 9-9Z", "升降機有怪聲"),
}


@pytest.mark.parametrize("language", _CHANNEL)
async def test_it_speaks_the_language_of_who_takes_it_down(
    sandbox: Sandbox, technician: Phone, supervisor: Phone, language: Language
) -> None:
    phone = technician if language is Language.SIMPLIFIED else supervisor
    word, who, words = _CHANNEL[language]

    async def taps(label: str) -> None:
        assert not english_in(await phone.last())
        await phone.taps(in_words(label, language))

    await phone.sends(word)
    await taps("☎️ By phone")
    await phone.sends(who)
    await taps("🔧 Repair")
    await taps("🛗 Lift")
    await phone.sends(words)
    await taps("🚪 Lobby")
    await taps("Skip ▶")
    await taps("Skip ▶")
    await taps("✅ File it")
    card = await phone.sees("HT-2026-0001", words, who)
    assert not english_in(card)
    for act in ("✂️ Two matters", "🔗 Same as another", "🚫 Does not count"):
        await phone.taps(in_words("⋯ More", language), message=await phone.sees("●", "HT-2026-0001"))
        await phone.taps(in_words(act, language))
        asked = await phone.last()
        assert not english_in(asked)
        await phone.taps(in_words("✖ Cancel", language), message=asked)


async def test_who_tells_again_need_not_raise_it_twice(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "When does the pool in block 4 open?")
    await claims(clerk, sandbox)
    await smith.sends("When does the pool in block 4 open please?")
    await smith.taps("🆕 Something new")
    await smith.taps("Question")
    await smith.sees("It is much like no. HT-2026-0001, which is still open. Is it the same?")
    await smith.taps("Yes, the same as that one")
    await smith.sees("No. HT-2026-0002", "It goes on as no. HT-2026-0001")
    await clerk.sees("No. HT-2026-0001: the resident has told us of it again, as no. HT-2026-0002")
    await clerk.sees("One event: told 2 times, people: 1")
    await answers(clerk, "On the first of May.")
    assert len([m for m in await smith.screen() if "On the first of May." in m.get("text", "")]) == 2


async def test_two_residents_one_event_and_back(sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await files(chan, "電梯壞了", language="zh_Hant")
    card = await clerk.sees("電梯壞了", chat=sandbox.group)
    await clerk.taps("More", message=card, chat=sandbox.group)
    await clerk.taps("Same as another")
    await clerk.taps("HT-2026-0001 · The lift is stuck")
    told = await chan.sees("其他住戶也告訴了我們與個案 HT-2026-0002 相同的事", "HT-2026-0001")
    assert not english_in(told)
    merged = await clerk.sees("Goes on in no. HT-2026-0001", chat=sandbox.group)
    assert labels(merged) == ["🔗 Not the same"]
    await answers(clerk, "A mechanic is on the way.")
    for phone in (smith, chan):
        await phone.sees("A mechanic is on the way.")
    await clerk.taps("Not the same", chat=sandbox.group)
    assert "Claim" in " ".join(labels(await clerk.sees("電梯壞了", "Nobody yet", chat=sandbox.group)))


async def test_a_second_person_voids_on_the_phones(
    sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone
) -> None:
    await files(smith, "Just trying this out")
    await claims(clerk, sandbox)
    await clerk.taps("More", message=await clerk.sees("With Clerk Lam", "Just trying"))
    await clerk.taps("Does not count")
    await clerk.taps("Only tried it out")
    asked = await supervisor.sees("HT-2026-0001", "0.5")
    assert not [word for word in english_in(asked) if word not in ("Just", "trying", "this")]
    await supervisor.taps(in_words("🚫 Yes, not counted", Language.TRADITIONAL), message=asked)
    await smith.sees("No. HT-2026-0001 is filed without further steps")
    await clerk.sees("No. HT-2026-0001 does not count")


async def test_what_was_solved_comes_again_within_the_week_by_its_link(
    sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    card = await files(smith, "The lift is stuck")
    ref = data_of(card, "Call me").split(":")[1]
    await claims(clerk, sandbox)
    await clerk.taps("Done", message=await clerk.sees("With Clerk Lam", "The lift is stuck"))
    await clerk.sends("New rope")
    await clerk.taps("✅ Solved")
    await clerk.taps("Wear and tear")
    await clerk.taps("✅ Done")
    await supervisor.taps("Checked, all well", chat=sandbox.group)
    await smith.taps("Yes, solved")
    await sandbox.advance(days=2)
    await smith.sends(f"/start t-{ref}")
    shown = await smith.last()
    assert "HT-2026-0001" in shown["text"]
    assert "Closed" in shown["text"]
    await smith.taps("Not solved", message=shown)
    await smith.sends("Stuck at floor 3 again")
    await clerk.sees("No. HT-2026-0001 is not solved for the resident", "Stuck at floor 3 again")
    await chan.sends(f"/start t-{ref}")
    assert "暫時找不到這個個案" in (await chan.last())["text"]
    await technician.sends(f"/start t-{ref}")
    await technician.sees("HT-2026-0001", "Stuck at floor 3 again")
