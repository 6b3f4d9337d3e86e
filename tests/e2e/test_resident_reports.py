"""From the first word to a ticket, as a resident goes through it: few questions, few taps, and nothing lost.

What takes how many taps and messages is counted here: a repair with all five questions takes six taps, one sentence
and three messages of the bot at most (UX 2 allows five).
"""

import asyncio
from pathlib import Path

import pytest

from bot.adapters.clock import MovableClock
from bot.domain.people import Language
from tests.e2e.acts import (
    LABELS,
    answers,
    claims,
    data_of,
    english_in,
    everybody_but,
    files,
    in_words,
    nobody_else_sees,
    told,
    working_on,
)
from tests.e2e.conftest import MORNING
from tests.phones import JPEG, OGG, Phone, Sandbox, labels

SUMMARY = "This is how we understood it"
WHAT, WHERE, SINCE, WISH = "What happened?", "Where is it?", "Since when?", "What would help you most?"
CANCELLED = "Cancelled. Nothing was sent. Write to us whenever you like."
ONE_SENTENCE = "What happened? One sentence is enough."
SORRY = "We are sorry that something is not right. What is it about?"
DANGER = "What is the danger? If somebody is hurt, call the emergency services first."
SPEAKS = {"smith": Language.ENGLISH, "li": Language.SIMPLIFIED, "chan": Language.TRADITIONAL}
EMERGENCY_PHONE = "+852 2345 6789"


async def sums_up(phone: Phone) -> None:
    """Begin a repair and answer its questions by buttons, up to the summary."""
    await phone.sends("The light is out", photo=JPEG)
    for label in ("Repair", "Lights", "Stairs, corridor", "For some days", "Fix it soon"):
        await phone.taps(label)
    await phone.sees(SUMMARY)


async def test_a_repair_takes_six_taps_one_sentence_and_few_messages(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await smith.sends("/new")
    taps = 0
    for asked, label in (
        ("What is it about?", "Repair"),
        ("What needs repair?", "Lights"),
        (WHAT, None),
        (WHERE, "Stairs, corridor"),
        (SINCE, "For some days"),
        (WISH, "Fix it soon"),
        (SUMMARY, "Submit"),
    ):
        assert asked in (await smith.last())["text"]
        if label is None:
            await smith.sends("The light on floor 3 is out")
            continue
        await smith.taps(label)
        taps += 1
    assert taps <= 6
    assert len(await told(smith)) <= 3
    answers_shown = ("The light on floor 3 is out", "Stairs, corridor", "For some days", "Fix it soon")
    await smith.sees("No. HT-2026-0001", *answers_shown)
    await clerk.sees("No. HT-2026-0001", "Repair", "Lights", "From Mr Smith", *answers_shown, chat=sandbox.group)


async def test_a_message_that_says_it_all_is_the_report_and_its_screen_stays_in_place(smith: Phone) -> None:
    await sums_up(smith)
    await smith.taps("Submit")
    assert len(await told(smith)) == 1


async def test_a_repair_can_be_told_in_words_alone(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    words = ("The lamp flickers", "Block 3, beside the bins", "since the storm", "A brighter lamp, please")
    await smith.sends("repair")
    await smith.taps("Something else")
    for asked, said in zip((WHAT, WHERE, SINCE, WISH), words, strict=True):
        assert asked in (await smith.last())["text"]
        await smith.sends(said)
    await smith.sees(SUMMARY, *words)
    await smith.taps("Submit")
    await smith.sees("No. HT-2026-0001", *words)
    await clerk.sees("No. HT-2026-0001", *words, chat=sandbox.group)


async def test_each_question_says_which_of_how_many_it_is(smith: Phone) -> None:
    await smith.sends("/new")
    await smith.taps("Repair")
    for progress, label in (("1/5", "Lights"), ("2/5", None), ("3/5", "Lobby"), ("4/5", "Skip"), ("5/5", "Skip")):
        screen = await smith.last()
        assert screen["text"].startswith(progress)
        assert {"◀ Back", "✖ Cancel"} <= set(labels(screen))
        assert ("Skip ▶" in labels(screen)) == (label == "Skip")
        if label is None:
            await smith.sends("The light is out")
        else:
            await smith.taps(label)
    await smith.sees(SUMMARY)


async def test_back_asks_the_question_before_once_more(smith: Phone) -> None:
    await smith.sends("/new")
    await smith.taps("Repair")
    await smith.taps("Lights")
    await smith.sends("The light is out")
    await smith.taps("Lobby")
    await smith.taps("Since today")
    for asked in (SINCE, WHERE):
        await smith.taps("Back")
        await smith.sees(asked, "Back")
    for label in ("Car park", "Skip", "Skip"):
        await smith.taps(label)
    shown = await smith.sees(SUMMARY, "The light is out", "Car park")
    assert "Lobby" not in shown["text"]
    assert "Since today" not in shown["text"]


async def test_cancel_ends_it_at_any_question(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    for way in ((), ("Repair",), ("Repair", "Lights"), ("Repair", "Lights", "Lobby", "Skip", "Skip")):
        await smith.sends("The light is out")
        for label in way:
            await smith.taps(label)
        await smith.taps("Cancel")
        assert "Cancelled. Nothing was sent." in (await smith.last())["text"]
    await clerk.sees_nothing_of("HT-2026", chat=sandbox.group)


@pytest.mark.parametrize(
    ("line", "change", "before", "after"),
    [
        ("✏️ Where", "Lobby", "Stairs, corridor", "Lobby"),
        ("✏️ Since when", "Just now", "For some days", "Just now"),
        ("✏️ What would help", "Call me", "Fix it soon", "Call me"),
        ("✏️ What would help", "Skip", "Fix it soon", SUMMARY),
    ],
)
async def test_a_line_of_the_summary_is_changed_and_brings_back_to_it(
    line: str, change: str, before: str, after: str, smith: Phone
) -> None:
    await sums_up(smith)
    await smith.taps(line)
    await smith.taps(change)
    shown = await smith.sees(SUMMARY, "The light is out", "Photos: 1", after)
    assert before not in shown["text"]


async def test_the_words_of_the_report_are_rewritten_and_its_photo_stays(smith: Phone) -> None:
    await sums_up(smith)
    await smith.taps("✏️ What happened")
    await smith.sees(WHAT)
    await smith.sends("Two lights are out")
    shown = await smith.sees(SUMMARY, "Two lights are out", "Photos: 1", "Stairs, corridor")
    assert "The light is out" not in shown["text"]


async def test_a_line_once_opened_can_be_left_as_it_was(smith: Phone) -> None:
    await sums_up(smith)
    before = await smith.sees(SUMMARY)
    for line in ("✏️ What it is about", "✏️ What happened", "✏️ Where", "✏️ Since when", "✏️ What would help"):
        await smith.taps(line)
        await smith.taps("Back")
        assert (await smith.sees(SUMMARY))["text"] == before["text"]


async def test_what_it_is_about_can_be_changed_within_the_same_kind_and_to_another(smith: Phone) -> None:
    await sums_up(smith)
    await smith.taps("✏️ What it is about")
    await smith.taps("Repair")
    await smith.taps("Power")
    await smith.sees(SUMMARY, "Power", "The light is out", "Stairs, corridor")
    await smith.taps("✏️ What it is about")
    await smith.taps("Complaint")
    await smith.taps("Cleaning")
    shown = await smith.sees(SUMMARY, "Complaint", "Cleaning", "The light is out", "Stairs, corridor")
    assert "Power" not in shown["text"]


async def test_media_join_at_any_question_and_answer_none(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The light is out")
    await smith.taps("Repair")
    await smith.sends(photo=JPEG)
    await smith.sees("What needs repair?", "Lights")
    await smith.taps("Lights")
    await smith.sends(voice=OGG)
    await smith.sees(WHERE, "Lobby")
    await smith.taps("Lobby")
    before = len(await told(smith))
    await smith.sends("the whole floor", album=[JPEG] * 3)
    assert len(await told(smith)) == before + 1, "an album moves the screen once"
    await smith.sees(SINCE, "Skip")
    await smith.taps("Skip")
    await smith.taps("Skip")
    await smith.sees(SUMMARY, "Photos: 4", "Other files: 1")
    await smith.sends(photo=JPEG)
    await smith.sees(SUMMARY, "Photos: 5")
    await smith.taps("Submit")
    await clerk.sees("The light is out", "the whole floor", "Files below: 6", chat=sandbox.group)
    shown = await clerk.screen(sandbox.group)
    assert sum("photo" in message for message in shown) == 5
    assert sum("voice" in message for message in shown) == 1


async def test_a_photo_comes_first_and_its_words_are_asked_for(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends(photo=JPEG)
    await smith.taps("Repair")
    await smith.taps("Water or leak")
    assert "Skip ▶" in labels(await smith.sees(WHAT)), "a photo may speak for itself"
    await smith.sends("Water comes through the ceiling")
    for label in ("My home", "Skip", "Skip", "Submit"):
        await smith.taps(label)
    await clerk.sees("Water comes through the ceiling", "My home", "Files below: 1", chat=sandbox.group)


async def test_an_emergency_rings_before_it_is_submitted(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("help!!! we are stuck")
    await smith.taps("Emergency")
    asked = await smith.sees("What is the danger?", "Trapped, or lift")
    assert EMERGENCY_PHONE in asked["text"].splitlines()[0]
    await smith.taps("Trapped, or lift")
    shown = await smith.sees("Please stay calm", "Submit")
    assert EMERGENCY_PHONE in shown["text"].splitlines()[0]
    assert shown["text"].index("stay calm") < shown["text"].index("help!!! we are stuck")
    alarm = ("🚨 Emergency", "Trapped, or lift", "Mr Smith, 1-20B", "see to it at once")
    await clerk.sees(*alarm, chat=sandbox.group)
    await clerk.sees(*alarm)
    await nobody_else_sees(sandbox, "🚨 Emergency: ", clerk)
    await clerk.sees_nothing_of("HT-2026", chat=sandbox.group)
    await smith.taps("Submit")
    await smith.sees("🚨 No. HT-2026-0001", "Please stay calm")
    await clerk.sees("🚨 No. HT-2026-0001", "we are stuck", "Claim", chat=sandbox.group)
    assert len(await told(smith)) == 1


async def test_an_emergency_is_one_word_and_two_taps_even_for_a_stranger(sandbox: Sandbox, clerk: Phone) -> None:
    stranger = await sandbox.newcomer("Visitor")
    await stranger.sends("SOS")
    await stranger.taps("Broken floor")
    await clerk.sees("🚨 Emergency", "Visitor is telling us of it now", chat=sandbox.group)
    await stranger.taps("Submit")
    await stranger.sees("🚨 No. HT-2026-0001")
    await clerk.sees("🚨 No. HT-2026-0001", "From Visitor", chat=sandbox.group)


async def test_a_quarrel_between_neighbours_shows_no_name_to_any_of_the_staff(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    sent = await smith.sends("The dog next door barks all night")
    for label in ("Complaint", "Neighbours", "Keep my name back", "My home", "Skip"):
        await smith.taps(label)
    await smith.sees(SUMMARY, "Your name stays with us")
    await smith.taps("Submit")
    card = await clerk.sees("From a resident (name kept back)", "The dog next door", chat=sandbox.group)
    await smith.edits(sent, "Two dogs next door bark all night")
    await smith.sends("Tonight again", photo=JPEG)
    await smith.taps("For that one")
    await sandbox.advance(minutes=61)
    await supervisor.sees("HT-2026-0001", "FC-9")
    await claims(clerk, sandbox)
    await smith.blocks()
    await answers(clerk, "We will speak to them.")
    await clerk.sees("📭 No. HT-2026-0001: the resident, whose name is kept back")
    await smith.unblocks()
    await answers(clerk, "We have spoken to them.")
    await smith.sees("an answer from", "We have spoken to them.")
    await clerk.sees("With Clerk Lam", "Answered", chat=sandbox.group)
    assert "Call me" not in " ".join(labels(await smith.sees("Answered"))), "a call would tell who it is"
    for phone in await everybody_but(sandbox, smith):
        await phone.sees_nothing_of("Smith", "1-20B")
    await clerk.sees_nothing_of("Smith", "1-20B", chat=sandbox.group)
    assert card["message_id"] == (await technician.sees("name kept back", chat=sandbox.group))["message_id"]


async def test_who_shows_their_name_is_called_by_it(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The dog next door barks all night")
    for label in ("Complaint", "Neighbours", "Keep my name back", "My home", "Skip", "✏️ Your name", "Show my name"):
        await smith.taps(label)
    await smith.sees(SUMMARY, "Staff see your name")
    await smith.taps("Submit")
    await clerk.sees("From Mr Smith, 1-20B", "The dog next door", chat=sandbox.group)


async def test_what_is_about_a_colleague_only_the_director_sees(
    sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    sent = await smith.sends("The clerk was rude to my mother", photo=JPEG)
    for label in ("Complaint", "Our staff", "Lobby", "Since today", "Skip"):
        await smith.taps(label)
    await smith.sees(SUMMARY, "Only the director reads this")
    await smith.taps("Submit")
    card = await director.sees("No. HT-2026-0001", "The clerk was rude", "Claim")
    assert [message for message in await director.screen() if "photo" in message]
    await smith.edits(sent, "The clerk was very rude to my mother")
    await smith.taps("Call me")
    await sandbox.advance(minutes=61)
    await director.sees("HT-2026-0001", "late", "FC-9")

    forged = await clerk.forges(data_of(card, "Claim"), await clerk.sends("hello"))
    assert "We cannot find this ticket" in forged["text"], "not even that it is there"
    await director.taps("Claim")
    await director.taps("Answer")
    await director.sends("I have spoken to him and I am sorry.")
    await director.taps("Send")
    await smith.sees("an answer from", "I am sorry")
    for phone in await everybody_but(sandbox, smith, director):
        await phone.sees_nothing_of("HT-2026", "rude", "Smith")
    await clerk.sees_nothing_of("HT-2026", "rude", "Smith", chat=sandbox.group)
    assert not [message for message in await clerk.screen(sandbox.group) if "photo" in message]


@pytest.mark.parametrize(
    ("who", "word", "asked"),
    [
        ("smith", "Repair", "What needs repair?"),
        ("smith", "complaint!", SORRY),
        ("smith", "lift", ONE_SENTENCE),
        ("smith", "question", "What would you like to know?"),
        ("smith", "SOS", DANGER),
        ("li", "报修", "What needs repair?"),
        ("li", "投诉", SORRY),
        ("li", "电梯", ONE_SENTENCE),
        ("li", "救命！", DANGER),
        ("chan", "報修", "What needs repair?"),
        ("chan", "投訴。", SORRY),
        ("chan", "𨋢", ONE_SENTENCE),
        ("chan", "緊急", DANGER),
    ],
)
async def test_a_plain_word_begins_a_report(who: str, word: str, asked: str, sandbox: Sandbox) -> None:
    resident = await sandbox.phone(who)
    await resident.sends(word)
    assert in_words(asked, SPEAKS[who]) in (await resident.last())["text"]


async def test_in_a_conversation_a_plain_word_is_a_word(sandbox: Sandbox, li: Phone, clerk: Phone) -> None:
    await li.sends("电梯")
    await li.sends("报修")
    await li.taps("我家里")
    await li.sends("我的")
    await li.sends("help")
    await li.taps("提交")
    await clerk.sees("HT-2026-0001", "报修", "我的", "help", chat=sandbox.group)


@pytest.mark.parametrize(
    ("who", "word"),
    [("smith", "Cancel"), ("li", "算了"), ("chan", "取消！")],
)
async def test_but_cancel_ends_it_in_any_language(who: str, word: str, sandbox: Sandbox) -> None:
    resident, said = await sandbox.phone(who), in_words(CANCELLED, SPEAKS[who])
    await resident.sends("🛗 3F")
    await resident.sends(word)
    assert said in (await resident.last())["text"]
    await resident.sends(word)
    assert said not in (await resident.last())["text"], "there is nothing left to cancel"


async def test_two_phones_of_one_resident_tap_at_once(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The light is out")
    question = await smith.sees("What is it about?")
    kinds = [data_of(question, label) for label in ("Repair", "Complaint")]
    said = await asyncio.gather(*(smith.forges(kind, question, settle=False) for kind in kinds))
    assert sorted(answer["show_alert"] for answer in said) == [False, True]
    await sandbox.settle()
    last = (await smith.last())["text"]
    assert ("What needs repair?" in last) != ("We are sorry that something is not right." in last)
    await smith.taps("Lights" if "repair" in last else "Cleaning")
    for label in ("Lobby", "Skip", "Skip"):
        await smith.taps(label)
    summary = await smith.sees(SUMMARY)
    taps = [data_of(summary, label) for label in ("Submit", "✏️ Where", "Submit")]
    said = await asyncio.gather(*(smith.forges(tap, summary, settle=False) for tap in taps))
    await sandbox.settle()
    assert sum(not answer["show_alert"] for answer in said) in (1, 2)
    if "HT-2026-0001" not in (await smith.last())["text"]:
        await smith.taps("Lobby")
        await smith.taps("Submit")
    await smith.sees("No. HT-2026-0001")
    await clerk.sees("No. HT-2026-0001", "The light is out", chat=sandbox.group)
    await clerk.sees_nothing_of("HT-2026-0002", chat=sandbox.group)


async def test_a_language_chosen_between_two_questions_asks_the_next_in_it(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await smith.sends("🛗 3F")
    await smith.taps("Repair")
    await smith.sends("/settings")
    await smith.taps("繁體中文")
    for label in ("💡 Lights", "🚪 Lobby", "Since today", "Skip ▶"):
        last = await smith.last()
        assert not english_in(last), last["text"]
        await smith.taps(in_words(label, Language.TRADITIONAL))
    assert not english_in(await smith.last())
    await smith.taps(LABELS["zh_Hant"]["submit"])
    await smith.sees("個案 HT-2026-0001", in_words("🚪 Lobby", Language.TRADITIONAL))
    await clerk.sees("No. HT-2026-0001", "Lobby", "Since today", chat=sandbox.group)


async def test_the_bot_starts_anew_before_every_step_and_the_draft_goes_on(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    asked_then_done = (
        ("What is it about?", "Repair"),
        ("What needs repair?", "Lights"),
        (WHERE, "Lobby"),
        (SINCE, "For some days"),
        (WISH, "Fix it soon"),
        (SUMMARY, "✏️ Where"),
        (WHERE, "Car park"),
        (SUMMARY, "Submit"),
    )
    async with working_on(tmp_path, clock) as sandbox:
        await (await sandbox.phone("smith")).sends("The light is out", photo=JPEG)
    for asked, label in asked_then_done:
        async with working_on(tmp_path, clock) as sandbox:
            smith = await sandbox.phone("smith")
            await smith.sees(asked, label)
            await smith.taps(label)
    async with working_on(tmp_path, clock) as sandbox:
        smith, clerk = await sandbox.phone("smith"), await sandbox.phone("clerk")
        await smith.sees("No. HT-2026-0001", "The light is out", "Car park", "For some days")
        await clerk.sees("No. HT-2026-0001", "Files below: 1", chat=sandbox.group)
        assert len(await told(smith)) == 1


@pytest.mark.parametrize(("who", "language"), [("smith", "en"), ("li", "zh_Hans"), ("chan", "zh_Hant")])
async def test_the_shortest_way_is_one_message_and_two_taps(who: str, language: str, sandbox: Sandbox) -> None:
    resident = await sandbox.phone(who)
    await files(resident, "🛗 3F", language=language)
    assert len(await told(resident)) == 1
    assert LABELS[language]["submit"] not in str(await resident.screen())
