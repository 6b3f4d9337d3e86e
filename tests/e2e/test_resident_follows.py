"""What a resident does with a ticket: look, add, ask for a call, take it back; and what can always be read."""

import asyncio
import re

import pytest

from bot.domain.people import Language
from tests.e2e.acts import answers, claims, data_of, english_in, files, in_words, nobody_else_sees, ringing, told
from tests.e2e.test_reminders import reminders
from tests.phones import JPEG, OGG, Phone, Sandbox, labels

OURS_OR_NEW = "Is this for no. HT-2026-0001, or something new?"


async def test_my_lists_ones_own_tickets_newest_first_and_shows_each(
    sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await files(chan, "電梯壞了", language="zh_Hant")
    await files(smith, "The light is out")
    await smith.sends("/my")
    listed = await smith.last()
    assert labels(listed) == ["HT-2026-0003 · ❓ Question · received", "HT-2026-0001 · ❓ Question · received"]
    await smith.taps("HT-2026-0001")
    card = await smith.last()
    assert "The lift is stuck" in card["text"]
    await clerk.taps("Claim", message=await clerk.sees("The lift is stuck", chat=sandbox.group), chat=sandbox.group)
    shown = await smith.last()
    assert shown["message_id"] == card["message_id"], "the card goes on where it was called to"
    assert "Clerk Lam 林文員 will see it through to the end" in shown["text"]
    await answers(clerk, "A mechanic comes at 15:00.")
    await smith.sees("No. HT-2026-0001", "The lift is stuck", "Answered")


async def test_my_shows_nobody_elses_ticket(sandbox: Sandbox, smith: Phone, chan: Phone) -> None:
    await files(smith, "The lift is stuck")
    await smith.sends("/my")
    show = data_of(await smith.last(), "HT-2026-0001")
    own = await chan.sends("/my")
    await chan.sees(in_words(READ["my"], Language.TRADITIONAL))
    assert (await chan.forges(show, own))["show_alert"]
    for verb in ("call", "withdraw"):
        assert (await chan.forges(show.replace("show", verb), own))["show_alert"]
    assert (await chan.forges(show.replace("show", "withdraw") + "yes", own))["show_alert"]
    await nobody_else_sees(sandbox, "HT-2026-0001", smith)
    await smith.sees("No. HT-2026-0001", "Take it back", "Call me")


async def test_a_call_is_asked_for_once_and_reaches_who_holds_the_ticket(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    card = await files(smith, "The lift is stuck")
    await technician.taps("Claim", chat=sandbox.group)
    call = data_of(card, "Call me")
    said = await asyncio.gather(*(smith.forges(call, card, settle=False) for _ in range(3)))
    await sandbox.settle()
    assert sorted(answer["show_alert"] for answer in said) == [False, True, True]
    asked = [message for message in await technician.screen() if "Mr Smith 希望" in message.get("text", "")]
    assert len(asked) == 1
    assert "HT-2026-0001" in asked[0]["text"]
    await nobody_else_sees(sandbox, "would like to be called", technician)
    await clerk.sees("Wants to be called", "With 何师傅", chat=sandbox.group)
    shown = await smith.sees("A colleague will call you", "No. HT-2026-0001")
    assert "☎️ Call me" not in labels(shown)


async def test_while_nobody_holds_it_a_call_rings_the_person_on_duty(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    answer = await smith.taps("Call me")
    assert answer["text"] == "A colleague will call you."
    shown = await clerk.sees("No. HT-2026-0001: Mr Smith would like to be called")
    assert labels(shown) == ["✋ Claim HT-2026-0001"]


async def test_what_is_taken_back_asks_once_and_is_waited_for_no_more(
    sandbox: Sandbox, smith: Phone, clerk: Phone, supervisor: Phone
) -> None:
    await sandbox.freeze()
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await smith.taps("Take it back")
    asked = await smith.sees("Shall we take no. HT-2026-0001 back?", "Keep it")
    await clerk.sees("With Clerk Lam", chat=sandbox.group)
    answer = await smith.taps("Yes, take it back")
    assert "Taken back" in answer["text"]
    assert not labels(await smith.sees("Shall we take no. HT-2026-0001 back?")), "that was answered"
    again = await smith.forges(data_of(asked, "Yes, take it back"), asked)
    assert "has ended" in again["text"], "also where another device still shows it"
    assert labels(await smith.sees("You took it back")) == ["📜 History"]
    await clerk.sees("No. HT-2026-0001 was taken back by whoever filed it")
    assert not labels(await clerk.sees("Taken back by whoever filed it", chat=sandbox.group))
    assert ringing(await sandbox.advance(days=2)) == []
    assert await reminders(clerk) == 0
    await supervisor.sees_nothing_of("HT-2026-0001")
    await smith.sends("/my")
    await smith.sees("HT-2026-0001 · ❓ Question · withdrawn")


async def test_what_is_kept_after_all_goes_on(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await smith.taps("Take it back")
    await smith.taps("Keep it")
    assert "No. HT-2026-0001" in (await smith.last())["text"]
    await claims(clerk, sandbox)
    await answers(clerk, "A mechanic comes at 15:00.")
    await smith.sees("an answer from", "A mechanic comes")


async def test_after_taking_back_the_next_message_begins_anew(smith: Phone) -> None:
    await files(smith, "The lift is stuck")
    await smith.taps("Take it back")
    await smith.taps("Yes, take it back")
    await smith.sends("The light is out")
    assert "What is it about?" in (await smith.last())["text"]


async def test_words_photo_and_album_for_an_open_ticket_reach_who_holds_it(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await smith.sends("It is stuck between 3 and 4")
    await smith.sends(photo=JPEG)
    await smith.sends("and the doors", album=[JPEG] * 3)
    await smith.sends(voice=OGG)
    await smith.sees(OURS_OR_NEW)
    await smith.taps("For that one")
    await smith.sees("Passed on, thank you")
    await smith.sees("No. HT-2026-0001", "between 3 and 4", "and the doors")
    await clerk.sees("No. HT-2026-0001", "between 3 and 4", "and the doors", "Files below: 5", chat=sandbox.group)
    await clerk.sees("the sender changed or added something", "between 3 and 4")
    shown = await clerk.screen(sandbox.group)
    assert sum("photo" in message for message in shown) == 4
    assert sum("voice" in message for message in shown) == 1
    await clerk.sees_nothing_of("HT-2026-0002", chat=sandbox.group)


async def test_or_it_is_something_new(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await smith.sends("The light is out", photo=JPEG)
    question = await smith.sees(OURS_OR_NEW)
    assert labels(question) == ["💬 For that one", "🆕 Something new", "✖ Cancel"]
    assert question["text"] == OURS_OR_NEW
    for label in ("Something new", "Repair", "Lights", "Lobby", "Skip", "Skip", "Submit"):
        await smith.taps(label)
    await clerk.sees("No. HT-2026-0002", "The light is out", "Files below: 1", chat=sandbox.group)
    shown = await clerk.sees("No. HT-2026-0001", chat=sandbox.group)
    assert "The light is out" not in shown["text"]


async def test_what_comes_for_a_ticket_that_has_ended_meanwhile_is_kept(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await smith.sends("It is stuck between 3 and 4")
    await smith.taps("Take it back")
    await smith.taps("Yes, take it back")
    answer = await smith.taps("For that one")
    assert "has ended" in answer["text"]
    for label in ("Something new", "Question", "Submit"):
        await smith.taps(label)
    await clerk.sees("No. HT-2026-0002", "It is stuck between 3 and 4", chat=sandbox.group)


async def test_two_taps_at_once_pass_it_on_once(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await smith.sends("Between 3 and 4", photo=JPEG)
    question = await smith.sees(OURS_OR_NEW)
    data = data_of(question, "For that one")
    said = await asyncio.gather(*(smith.forges(data, question, settle=False) for _ in range(2)))
    await sandbox.settle()
    assert sorted(answer["show_alert"] for answer in said) == [False, True]
    shown = await clerk.sees("No. HT-2026-0001", "Files below: 1", chat=sandbox.group)
    assert shown["text"].count("Between 3 and 4") == 1


@pytest.mark.parametrize("as_album", [True, False], ids=["album", "one-by-one"])
async def test_ten_photos_after_submitting_follow_with_one_tap(
    as_album: bool, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    if as_album:
        await smith.sends(album=[JPEG] * 10)
        assert len(await told(smith)) == 2, "the card, and one question"
    else:
        for _ in range(10):
            await smith.sends(photo=JPEG)
    open_questions = [message for message in await told(smith) if "💬 For that one" in labels(message)]
    assert len(open_questions) == 1
    await smith.taps("For that one")
    await clerk.sees("No. HT-2026-0001", "Files below: 10", chat=sandbox.group)
    assert sum("photo" in message for message in await clerk.screen(sandbox.group)) == 10


#: What is read at a command or a plain word.
READ = {
    "contact": "💬 Here, at any hour.",
    "help": "<b>Just write what happened,</b> or send a photo or a voice message. You need no command.",
    "privacy": "<b>What becomes of what you write</b>",
    "rules": "<b>What you can count on</b>",
    "settings": "🔒 Nobody else of your household sees your matters.",
    "my": "You have nothing open with us. Just write what happened, and we will look after it.",
    "cancel": "Nothing is open here. Write to us whenever you like.",
}
#: Plain words that do the same, by language.
PLAIN = {
    "contact": ("Phone", "电话", "聯絡"),
    "help": ("help!", "帮助", "？"),
    "my": ("my tickets", "我的工单", "進度"),
    "cancel": ("stop", "算了", "取消"),
}


async def test_the_rules_tell_of_every_return_visit_that_somebody_can_meet(
    smith: Phone, li: Phone, chan: Phone, clerk: Phone, technician: Phone, supervisor: Phone
) -> None:
    for resident in (smith, li, chan):
        await resident.sends("/rules")
        told = (await resident.last())["text"]
        assert re.findall(r"RV-\d+", told) == ["RV-1", "RV-2", "RV-4", "RV-5", "RV-7", "RV-10"]
    for colleague in (clerk, technician, supervisor):
        await colleague.sends("/rules")
        told = (await colleague.last())["text"]
        assert re.findall(r"RV-\d+", told) == [f"RV-{number}" for number in range(1, 11)]
        assert len(set(told.splitlines())) == len(told.splitlines()), "none of them twice"


@pytest.mark.parametrize("command", READ)
async def test_what_can_always_be_read_is_there_in_each_language(
    command: str, smith: Phone, li: Phone, chan: Phone
) -> None:
    for resident, language in zip((smith, li, chan), Language, strict=True):
        await resident.sends(f"/{command}")
        last = await resident.last()
        assert in_words(READ[command], language) in last["text"]
        assert resident is smith or not english_in(last), last["text"]


@pytest.mark.parametrize("command", PLAIN)
async def test_a_plain_word_does_as_well(command: str, smith: Phone, li: Phone, chan: Phone) -> None:
    for resident, word, language in zip((smith, li, chan), PLAIN[command], Language, strict=True):
        await resident.sends(word)
        assert in_words(READ[command], language) in (await resident.last())["text"]


async def test_contact_names_the_service_centre_and_the_emergency_phone(smith: Phone) -> None:
    await smith.sends("/contact")
    await smith.sees("Service centre: +852 2345 6700", "Emergencies: +852 2345 6789")


async def test_reading_in_between_leaves_the_conversation_where_it_is(smith: Phone) -> None:
    await smith.sends("The light is out")
    await smith.taps("Repair")
    for command in ("/help", "/contact", "/privacy", "/rules", "/my"):
        await smith.sends(command)
    for label in ("Lights", "Lobby", "Skip", "Skip", "Submit"):
        await smith.taps(label)
    await smith.sees("No. HT-2026-0001", "The light is out", "Lobby")


async def test_words_after_a_command_are_not_dropped(smith: Phone) -> None:
    await smith.sends("/my kitchen tap is leaking")
    await smith.sees("What is it about?")
    await smith.taps("Question")
    await smith.sees("/my kitchen tap is leaking", "Submit")
