"""Whatever people write, send, call themselves or change afterwards: kept whole, shown safely, never told off."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from bot.main import Running
from tests.e2e.acts import (
    answers,
    change_estate,
    change_person,
    claims,
    files,
    nobody_else_sees,
    person_of,
    quarantined,
    rows,
)
from tests.phones import JPEG, OGG, Json, Phone, Sandbox

#: As long as a message can be.
LONGEST = 4096


def essay(name: str) -> str:
    """Return words of exactly the greatest length, none of which occurs twice."""
    words = " ".join(f"{name}{number}" for number in range(LONGEST))
    return words[: LONGEST - 1] + "."


def raw_message(sender: Phone, **content: object) -> Json:
    user = {"id": sender.id, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
    chat = {"id": sender.id, "type": "private", "first_name": "Somebody"}
    return {"message": {"message_id": 90_000, "date": 1_772_415_000, "chat": chat, "from": user, **content}}


async def read(phone: Phone, chat: int) -> str:
    """Return all that a chat shows, without headings and blanks, which may fall between two messages."""
    shown = "".join("".join(message.get("text", "").split()) for message in await phone.screen(chat))
    for heading in ("No.HT-2026-0001,infull:", "✏️No.HT-2026-0001:thesenderchangedoraddedsomething."):
        shown = shown.replace(heading, "")
    return shown


async def test_several_messages_of_the_greatest_length_can_be_read_whole_by_staff(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    essays = [essay(name) for name in ("a", "b", "c")]
    for words in essays:
        assert len(words) == LONGEST
        await smith.sends(words)
    await smith.taps("Question")
    await smith.taps("Submit")

    seen = await read(clerk, sandbox.group)
    for words in essays:
        assert "".join(words.split()) in seen
    await nobody_else_sees(sandbox, "a17", smith)


async def test_more_than_a_report_can_hold_is_refused_kindly_and_what_was_sent_stays(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    for number in range(14):
        await smith.sends(essay(f"w{number}x"), settle=False)
    await sandbox.settle()
    await smith.sends(essay("toomuch"))
    await smith.sees("longer than one message can be")
    await smith.taps("Question")
    await smith.taps("Submit")

    seen = await read(clerk, sandbox.group)
    assert "w0x1" in seen
    assert "w13x9" in seen


async def test_a_long_change_after_filing_can_be_read_whole_by_staff(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    sent = await smith.sends("The lift is stuck")
    await smith.taps("Question")
    await smith.taps("Submit")
    changed = essay("z")
    await smith.edits(sent, changed)

    seen = await read(clerk, sandbox.group)
    assert "".join(changed.split()) in seen


MARKUP = '<b>x</b> <a href="tg://user?id=1">y</a> & &lt; {name} {0} %s <script> </blockquote> *_`[]()~>#+-=|{}.!'


async def test_markup_in_every_field_is_shown_as_it_was_typed(
    bot: Running, sandbox: Sandbox, clerk: Phone, smith: Phone, tmp_path: Path
) -> None:
    name = "</b>{number}<i>&amp;"
    eve = await sandbox.newcomer(name)
    await eve.sends(MARKUP, photo=JPEG)
    await eve.sends("for you", document=b"%PDF-1.4", file_name="<b>{x}&.pdf")
    await change_person(bot, eve.id, lambda person: replace(person, unit="3<12>&{unit}"))
    await change_person(bot, clerk.id, lambda person: replace(person, name="Clerk </i>{by}&lt;"))
    await change_estate(bot, lambda estate: replace(estate, name="<u>{estate}</u>"))
    await eve.taps("Question")
    await eve.sees("This is how we understood it", MARKUP)
    await eve.taps("Submit")

    await clerk.sees(MARKUP, f"From {name}, 3<12>&{{unit}}", chat=sandbox.group)
    await claims(clerk, sandbox)
    await eve.sees("Clerk </i>{by}&lt; will see it through")
    await answers(clerk, MARKUP)
    await eve.sees("an answer from Clerk </i>{by}&lt;", MARKUP)
    await eve.sends("/start")
    await eve.sees("Welcome to the front desk of <u>{estate}</u>.")
    await smith.sees_nothing_of("tg://user")
    assert rows(tmp_path, "SELECT outcome FROM outbox WHERE plain OR state = 'dead'") == []


HARMFUL = {
    "controls": "The \x00li\x07ft\x1b[31m is \x7fst\x9buck",
    "right to left": "The \u202elift\u202c is \u2067stuck\u2069\u200f",
}


@pytest.mark.parametrize("words", HARMFUL.values(), ids=HARMFUL.keys())
async def test_control_and_bidi_characters_are_taken_out_of_what_is_shown(
    words: str, sandbox: Sandbox, clerk: Phone
) -> None:
    eve = await sandbox.newcomer(words)
    await files(eve, words)
    card = await clerk.sees("HT-2026-0001", chat=sandbox.group)
    ours = [message["text"] for message in await eve.screen() if message["from"]["is_bot"]]
    for shown in (card["text"], *ours):
        assert not [character for character in shown if character != "\n" and unicodedata.category(character) == "Cc"]
        assert not [character for character in shown if unicodedata.bidirectional(character) in _DIRECTING]
    assert "lift" in card["text"]


_DIRECTING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


async def test_a_name_of_which_nothing_can_be_shown_has_a_place_holder(sandbox: Sandbox, clerk: Phone) -> None:
    eve = await sandbox.newcomer("\u202e\x00")
    await files(eve, "The lift is stuck")
    await clerk.sees("From …", "The lift is stuck", chat=sandbox.group)


async def test_words_of_which_nothing_can_be_shown_are_filed_all_the_same(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "\u202e\u202e")
    await clerk.sees("HT-2026-0001", "…", chat=sandbox.group)


async def test_lone_surrogates_everywhere_are_replaced_and_the_rest_is_kept(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, tmp_path: Path
) -> None:
    half = "\ud83d"
    user = {"id": 4711, "is_bot": False, "first_name": f"Eve{half}", "language_code": half}
    chat = {"id": 4711, "type": "private", "first_name": half}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": user}
    await sandbox.raw_update({"message": {**message, "text": f"The lift{half} is stuck 🛗"}})
    await sandbox.raw_update({"message": {**message, "message_id": 2, "text": f"/start {half}"}})
    await sandbox.raw_update(
        {"callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": f"claim:{half}:1:"}}
    )
    await sandbox.settle()

    assert quarantined(tmp_path) == []
    person = await person_of(bot, 4711)
    assert person
    assert person.name == "Eve\ufffd"
    draft = await bot.store.look(lambda tx: tx.drafts.current(person.id, 4711, tx.now))
    assert draft
    assert draft.words == "The lift\ufffd is stuck 🛗"
    await files(smith, "The other lift")
    await clerk.sees("HT-2026-0001", "The other lift", chat=sandbox.group)


UNREADABLE: dict[str, Json] = {
    "a poll": {
        "poll": {
            "id": "1",
            "question": "Is it stuck?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "a dice": {"dice": {"emoji": "🎲", "value": 6}},
    "a kind nobody knows": {"hologram": {"beams": 3}},
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_kind_of_message_that_we_cannot_read_is_answered_and_the_draft_stays(
    content: Json, sandbox: Sandbox, smith: Phone, tmp_path: Path
) -> None:
    await smith.sends("The lift is stuck")
    await sandbox.raw_update(raw_message(smith, **content))
    await sandbox.settle()
    await smith.sees("We cannot read this kind of message")
    await smith.taps("Question")
    await smith.sees("This is how we understood it", "The lift is stuck")
    assert quarantined(tmp_path) == []
    await nobody_else_sees(sandbox, "We cannot read", smith)


async def test_a_message_whose_content_defeats_the_parser_is_kept_and_its_sender_told(
    sandbox: Sandbox, smith: Phone, tmp_path: Path
) -> None:
    await smith.sends("The lift is stuck")
    await sandbox.raw_update(raw_message(smith, poll={"question": "Is it stuck?"}))
    await sandbox.settle()
    ((raw, reason),) = quarantined(tmp_path)
    assert "Is it stuck?" in raw
    assert reason == "malformed"
    await smith.sees("What you sent is kept under U2")
    await smith.taps("Question")
    await smith.sees("This is how we understood it", "The lift is stuck")


async def test_a_sticker_is_answered_kindly(smith: Phone) -> None:
    await smith.sends(sticker=b"RIFF")
    await smith.sees("We cannot read this kind of message")


async def test_an_album_of_ten_is_one_report_one_prompt_and_one_album_below_the_card(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    pictures = [JPEG + bytes([number]) for number in range(10)]
    await smith.sends("The staircase", album=pictures)
    prompts = [message for message in await smith.screen() if "What is it about?" in message.get("text", "")]
    assert len(prompts) == 1
    await smith.taps("Question")
    await smith.sees("Photos: 10", "The staircase")
    await smith.taps("Submit")

    card = await clerk.sees("HT-2026-0001", "Files below: 10", chat=sandbox.group)
    album = [message for message in await clerk.screen(sandbox.group) if "photo" in message]
    assert len(album) == 10
    assert len({message["media_group_id"] for message in album}) == 1
    assert {message["reply_to_message"]["message_id"] for message in album} == {card["message_id"]}
    await clerk.sees_nothing_of("HT-2026-0002", chat=sandbox.group)


async def test_a_file_over_20_mb_is_filed_and_passed_on_though_it_cannot_be_fetched(
    sandbox: Sandbox, smith: Phone, clerk: Phone, tmp_path: Path
) -> None:
    await smith.sends("Water through the ceiling", video=b"moov", file_size=20 * 1024 * 1024 + 1)
    await smith.taps("Question")
    await smith.taps("Submit")

    await clerk.sees("HT-2026-0001", "Files below: 1", chat=sandbox.group)
    assert [message for message in await clerk.screen(sandbox.group) if "video" in message]
    ((state, file_id),) = rows(tmp_path, "SELECT state, file_id FROM fetches")
    assert state == "dead"
    assert file_id


async def test_words_changed_in_a_draft_are_what_is_filed(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    sent = await smith.sends("The lfit is stuck")
    await smith.edits(sent, "The lift is stuck")
    await smith.taps("Question")
    await smith.edits(sent, "The lift is stuck on 3")
    await smith.sees("This is how we understood it", "The lift is stuck on 3")
    await smith.taps("Submit")
    await clerk.sees("HT-2026-0001", "The lift is stuck on 3", chat=sandbox.group)
    await clerk.sees_nothing_of("lfit", chat=sandbox.group)


async def test_words_refused_as_too_long_may_be_shortened_in_place(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await clerk.taps("Answer")
    sent = await clerk.sends("We are at it. " * 250)
    await clerk.sees("longer than one message can be")
    await clerk.edits(sent, "We are at it.")
    await clerk.taps("Send")
    await smith.sees("an answer from", "We are at it.")


async def test_words_changed_after_filing_are_shown_beside_the_first(
    sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone
) -> None:
    first = await smith.sends("The lift is stuck")
    second = await smith.sends("on floor 3")
    await smith.taps("Question")
    await smith.taps("Submit")
    await smith.edits(first, "The left lift is stuck")
    await smith.edits(second, "on floor 4")
    await clerk.sees(
        "The lift is stuck", "Changed afterwards", "The left lift is stuck", "on floor 4", chat=sandbox.group
    )
    await smith.sees("Changed afterwards", "on floor 4")
    await chan.sees_nothing_of("floor 4")


async def test_words_changed_after_the_answer_are_told_to_who_holds_the_ticket(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    sent = await smith.sends("The lift is stuck")
    await smith.taps("Question")
    await smith.taps("Submit")
    await claims(clerk, sandbox)
    await answers(clerk, "A mechanic comes at 15:00.")
    await smith.edits(sent, "The lift is stuck, and somebody is in it")
    await clerk.sees("HT-2026-0001: the sender changed or added something", "somebody is in it")
    await nobody_else_sees(sandbox, "somebody is in it", smith, clerk)


async def test_a_caption_edited_away_leaves_the_photo_and_loses_no_word_that_was_filed(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    sent = await smith.sends("The staircase light", photo=JPEG)
    await smith.edits(sent, "")
    await smith.taps("Question")
    await smith.taps("Skip")
    await smith.sees("Photos: 1")
    await smith.edits(sent, "The staircase light is out")
    await smith.taps("Submit")
    await smith.edits(sent, "")
    await clerk.sees("HT-2026-0001", "The staircase light is out", "Changed afterwards", chat=sandbox.group)


async def test_somebody_elses_edit_changes_nothing(sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    mine = next(message for message in await smith.screen() if message.get("text") == "The lift is stuck")
    forged = raw_message(smith, text="All is well", message_id=mine["message_id"])["message"]
    await sandbox.raw_update({"edited_message": {**forged, "from": {**forged["from"], "id": chan.id}}})
    await sandbox.settle()
    await clerk.sees_nothing_of("All is well", chat=sandbox.group)
    await smith.sees_nothing_of("All is well")


async def test_words_that_merely_begin_with_a_slash_are_words(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("/电梯坏了")
    await smith.sends("/ the lift is stuck")
    await smith.sends("/@ floor 3")
    await smith.taps("Question")
    await smith.taps("Submit")
    await clerk.sees("/电梯坏了", "/ the lift is stuck", "/@ floor 3", chat=sandbox.group)


async def test_a_photo_whose_caption_looks_like_a_command_is_kept(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("/cancel", photo=JPEG)
    await smith.taps("Question")
    await smith.taps("Submit")
    await clerk.sees("/cancel", "Files below: 1", chat=sandbox.group)


async def test_words_after_a_command_that_we_do_not_know_are_kept(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("/repair the lift is stuck")
    await smith.taps("Question")
    await smith.taps("Submit")
    await clerk.sees("the lift is stuck", chat=sandbox.group)


async def test_a_command_for_another_bot_is_left_to_it(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The lift is stuck")
    await smith.sends("/cancel@some_other_bot")
    await smith.taps("Question")
    await smith.sees("This is how we understood it")
    await clerk.sends("/start@some_other_bot", chat=sandbox.group)
    await clerk.sees_nothing_of("Welcome", chat=sandbox.group)


async def test_a_voice_note_or_a_place_alone_is_a_beginning(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends(voice=OGG)
    await smith.sends(location=(22.3, 114.1))
    await smith.taps("Question")
    await smith.taps("Submit")
    await clerk.sees("📍 22.300000, 114.100000", "Files below: 1", chat=sandbox.group)
    assert [message for message in await clerk.screen(sandbox.group) if "voice" in message]
