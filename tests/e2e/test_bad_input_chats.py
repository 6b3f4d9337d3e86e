"""Chats that move, close, lose a topic or a message, and people who block, join, leave or were never invited."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.adapters.clock import MovableClock
from bot.domain.errors import Refusal
from bot.domain.people import Language, Role
from bot.main import Running
from bot.sandbox.cast import BOT_ID
from bot.services.refusals import SENTENCES
from tests.e2e.acts import (
    answers,
    api,
    change_estate,
    change_person,
    claims,
    employ,
    estate_of,
    files,
    in_words,
    invite,
    nobody_else_sees,
    person_of,
    working_on,
)
from tests.e2e.conftest import MORNING
from tests.phones import JPEG, Phone, Sandbox


async def test_an_answer_to_somebody_who_blocked_the_bot_makes_staff_call_and_unblocking_mends_it(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await smith.blocks()
    await answers(clerk, "A mechanic comes at 15:00.")
    await clerk.sees("HT-2026-0001: Mr Smith does not get our messages", "Please call or visit")
    await clerk.sees("HT-2026-0001", "Answer due by", "With Clerk Lam", chat=sandbox.group)

    await smith.unblocks()
    await answers(clerk, "The mechanic is here.")
    await smith.sees("an answer from", "The mechanic is here.")
    await smith.sees("HT-2026-0001", "Answered")
    await clerk.sees("Answered", chat=sandbox.group)
    await nobody_else_sees(sandbox, "mechanic", smith, clerk)


async def test_who_blocked_and_comes_back_just_goes_on(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The lift is stuck")
    await smith.blocks()
    await smith.unblocks()
    await smith.taps("Question")
    await smith.taps("Submit")
    await clerk.sees("HT-2026-0001", "The lift is stuck", chat=sandbox.group)


async def _office(sandbox: Sandbox, *members: Phone) -> int:
    """Move the staff from the sandbox's supergroup to a basic group; return its id."""
    await sandbox.post(f"chats/{sandbox.group}/members", {"user": BOT_ID, "status": "kicked"})
    await sandbox.settle()
    ids = [member.id for member in members]
    group = await sandbox.post("chats", {"title": "Office", "type": "group", "members": ids})
    await sandbox.settle()
    return int(group["id"])


async def test_a_group_that_becomes_a_supergroup_gets_the_cards_in_its_new_chat(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await _office(sandbox, director, clerk)
    assert (await estate_of(bot)).group_chat == group
    await files(smith, "The lift is stuck")
    await clerk.sees("HT-2026-0001", "Claim", chat=group)

    moved = await sandbox.migrate(group)
    await sandbox.settle()
    assert (await estate_of(bot)).group_chat == moved
    await files(smith, "And the light is out", photo=JPEG)
    await clerk.sees("HT-2026-0002", "And the light is out", chat=moved)
    answer = await clerk.taps("Claim", chat=moved)
    assert "HT-2026-0002 is yours now" in answer["text"]
    await clerk.sees("HT-2026-0002", "With Clerk Lam", chat=moved)
    await clerk.sees_nothing_of("HT-2026-0002", chat=group)
    await clerk.sees_nothing_of("HT-2026", chat=sandbox.group)


async def test_a_card_of_before_the_migration_goes_on_in_the_new_chat(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await _office(sandbox, director, clerk)
    sent = await smith.sends("The lift is stuck")
    await smith.taps("Question")
    await smith.taps("Submit")
    moved = await sandbox.migrate(group)
    await sandbox.settle()
    await smith.edits(sent, "The lift is stuck on 3")
    await clerk.sees("HT-2026-0001", "The lift is stuck on 3", "Claim", chat=moved)
    answer = await clerk.taps("Claim", chat=moved)
    assert "is yours now" in answer["text"]
    await clerk.sees("With Clerk Lam", chat=moved)


async def test_a_migration_that_is_learnt_from_a_refused_message_loses_nothing(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await _office(sandbox, director, clerk)
    moved = await sandbox.migrate(group)
    await sandbox.settle()
    await change_estate(bot, lambda estate: replace(estate, group_chat=group))
    await files(smith, "The lift is stuck")
    await clerk.sees("HT-2026-0001", "Claim", chat=moved)
    assert (await estate_of(bot)).group_chat == moved


async def test_a_bot_that_was_removed_from_the_group_writes_to_the_person_on_duty_until_it_is_back(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await sandbox.post(f"chats/{sandbox.group}/members", {"user": BOT_ID, "status": "kicked"})
    await sandbox.settle()
    assert (await estate_of(bot)).group_chat is None
    await files(smith, "The lift is stuck")
    await clerk.sees("HT-2026-0001", "The lift is stuck", "Claim")
    await technician.sees_nothing_of("HT-2026-0001", chat=sandbox.group)
    await nobody_else_sees(sandbox, "HT-2026-0001", smith, clerk)

    await sandbox.post(f"chats/{sandbox.group}/members", {"user": BOT_ID, "status": "administrator"})
    await sandbox.settle()
    await technician.sees("This is now the staff group", chat=sandbox.group)
    await files(smith, "And the light is out")
    await technician.sees("HT-2026-0002", "And the light is out", "Claim", chat=sandbox.group)


async def test_a_group_in_which_the_bot_may_only_read_for_a_while(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    members = f"chats/{sandbox.group}/members"
    await sandbox.post(members, {"user": BOT_ID, "status": "restricted"})
    await sandbox.settle()
    await files(smith, "The lift is stuck")
    await technician.sees_nothing_of("HT-2026-0001", chat=sandbox.group)
    await clerk.sees("HT-2026-0001", "The lift is stuck", "Claim")

    await sandbox.post(members, {"user": BOT_ID, "status": "administrator"})
    await sandbox.settle()
    await technician.sees("This is now the staff group", chat=sandbox.group)
    await files(smith, "And the light is out")
    await technician.sees("HT-2026-0002", "And the light is out", "Claim", chat=sandbox.group)


async def test_a_bot_given_other_rights_in_its_group_keeps_to_its_topic(bot: Running, sandbox: Sandbox) -> None:
    before = await estate_of(bot)
    state = await sandbox.state()
    owner = next(user for user in state["users"] if user["key"] == "director")
    who = {"id": BOT_ID, "is_bot": True, "first_name": "Shouwen", "username": "shouwen_sandbox_bot"}
    change = {
        "chat": {"id": before.group_chat, "type": "supergroup", "title": "Staff"},
        "from": {"id": owner["id"], "is_bot": False, "first_name": "Sun"},
        "date": 1_772_415_000,
        "old_chat_member": {"status": "restricted", "user": who} | _rights(),
        "new_chat_member": {"status": "member", "user": who},
    }
    await sandbox.raw_update({"my_chat_member": change})
    await sandbox.settle()
    assert await estate_of(bot) == before


def _rights() -> dict[str, object]:
    """Return what the Bot API tells of a restricted member."""
    sent = [
        "audios",
        "documents",
        "messages",
        "other_messages",
        "photos",
        "polls",
        "video_notes",
        "videos",
        "voice_notes",
    ]
    others = "add_web_page_previews change_info edit_tag invite_users manage_topics pin_messages react_to_messages"
    names = [f"can_send_{kind}" for kind in sent] + [f"can_{act}" for act in others.split()]
    return dict.fromkeys(names, True) | {"is_member": True, "until_date": 0}


async def test_a_second_group_does_not_take_the_place_of_the_first(
    bot: Running, sandbox: Sandbox, director: Phone
) -> None:
    before = await estate_of(bot)
    await sandbox.post("chats", {"title": "Friends", "type": "group", "members": [director.id]})
    await sandbox.settle()
    assert await estate_of(bot) == before


async def test_a_group_of_somebody_who_may_not_bind_one_gets_nothing(
    bot: Running, sandbox: Sandbox, smith: Phone, technician: Phone
) -> None:
    before = await estate_of(bot)
    for owner in (smith, technician):
        group = await sandbox.post("chats", {"title": "Mine", "type": "group", "members": [owner.id]})
        await sandbox.settle()
        await files(smith, "The lift is stuck")
        await owner.sees_nothing_of("HT-2026", "staff group", chat=group["id"])
    assert await estate_of(bot) == before


async def test_a_card_whose_message_was_deleted_is_sent_anew(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    await files(smith, "Another matter")
    await api(bot, "deleteMessage", chat_id=sandbox.group, message_id=card["message_id"])
    await sandbox.advance(minutes=61)
    await technician.sees("HT-2026-0001", "The lift is stuck", "Claim", chat=sandbox.group)
    answer = await technician.taps(
        "Claim", message=await technician.sees("The lift is stuck", chat=sandbox.group), chat=sandbox.group
    )
    assert "HT-2026-0001" in answer["text"]
    await technician.sees("The lift is stuck", "With", chat=sandbox.group)


async def test_a_topic_that_is_no_more_falls_back_to_the_group(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await change_estate(bot, lambda estate: replace(estate, group_thread=999_999))
    await files(smith, "The lift is stuck", photo=JPEG)
    card = await clerk.sees("HT-2026-0001", "Claim", chat=sandbox.group)
    assert "message_thread_id" not in card
    assert [message for message in await clerk.screen(sandbox.group) if "photo" in message]
    assert (await estate_of(bot)).group_thread is None


async def test_somebody_unknown_who_replies_to_a_card_answers_nobody(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    eve = await sandbox.newcomer("Eve")
    await eve.joins(sandbox.group)
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    await eve.sends("All is well", chat=sandbox.group, reply_to=card)
    await smith.sees_nothing_of("All is well")
    await clerk.sees_nothing_of("This is what the resident will read", chat=sandbox.group)
    assert await eve.screen() == []


async def test_a_resident_in_the_staff_group_who_replies_to_a_card_answers_nobody(
    sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone
) -> None:
    await chan.joins(sandbox.group)
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    await chan.sends("沒事", chat=sandbox.group, reply_to=card)
    await smith.sees_nothing_of("沒事")
    assert await chan.screen() == []


async def test_a_reply_to_the_card_begins_the_holders_answer(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    card = await clerk.sees("With Clerk Lam", chat=sandbox.group)
    await clerk.sends("A mechanic comes at 15:00.", chat=sandbox.group, reply_to=card)
    await clerk.sees("This is what the resident will read", "A mechanic comes")
    await smith.sees_nothing_of("A mechanic comes")
    await clerk.taps("Send")
    await smith.sees("an answer from", "A mechanic comes")


async def test_a_colleague_whom_we_cannot_write_to_in_private_is_told_so_in_the_group(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    eve = await sandbox.newcomer("Eve")
    await eve.sends("/start")
    await employ(bot, eve)
    await eve.joins(sandbox.group)
    await eve.blocks()
    await files(smith, "The lift is stuck")
    await eve.taps("Claim", chat=sandbox.group)
    card = await clerk.sees("With Eve", chat=sandbox.group)
    await eve.sends("A mechanic comes at 15:00.", chat=sandbox.group, reply_to=card)
    await clerk.sees("open your chat with me", chat=sandbox.group)
    await smith.sees_nothing_of("A mechanic comes")
    await eve.unblocks()
    await eve.sends("A mechanic comes at 15:00.", chat=sandbox.group, reply_to=card)
    await eve.taps("Send")
    await smith.sees("an answer from Eve", "A mechanic comes")


async def test_talk_of_the_group_is_none_of_ours(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    before = await clerk.screen(sandbox.group)
    sent = await clerk.sends("Who has the key?", chat=sandbox.group)
    await clerk.sends("I have", chat=sandbox.group, reply_to=sent)
    await clerk.sends("/help", chat=sandbox.group)
    await clerk.edits(sent, "Who has the keys?", chat=sandbox.group)
    assert len(await clerk.screen(sandbox.group)) == len(before) + 3
    assert await smith.screen() == []
    assert await clerk.screen() == []


async def test_a_wrong_invitation_makes_nobody_a_colleague(bot: Running, sandbox: Sandbox) -> None:
    eve = await sandbox.newcomer("Eve")
    for token in ("wrong", "' OR 1=1 --", "x" * 3000, "\ud83d"):
        await eve.sends(f"/start {token}")
        await eve.sees("This invitation has been used or has expired")
    person = await person_of(bot, eve.id)
    assert person
    assert person.roles == {Role.RESIDENT}


async def test_an_invitation_is_good_for_one_and_once(bot: Running, sandbox: Sandbox) -> None:
    await invite(bot, "good-one")
    crowd = [await sandbox.newcomer(f"Newcomer {number}") for number in range(2)]
    await asyncio.gather(*(who.sends("/start good-one", settle=False) for who in crowd))
    await sandbox.settle()
    people = [await person_of(bot, who.id) for who in crowd]
    assert sorted(Role.CLERK in person.roles for person in people if person) == [False, True]
    for who, person in zip(crowd, people, strict=True):
        assert person
        await who.sees("Welcome to the team" if Role.CLERK in person.roles else "used or has expired")
    late = await sandbox.newcomer("Late")
    await late.sends("/start good-one")
    await late.sees("This invitation has been used or has expired")


async def test_an_invitation_that_has_expired_is_worth_nothing(bot: Running, sandbox: Sandbox) -> None:
    await invite(bot, "good-one")
    await sandbox.advance(hours=25)
    late = await sandbox.newcomer("Late")
    await late.sends("/start good-one")
    await late.sees("This invitation has been used or has expired")


async def test_a_person_who_is_no_longer_a_colleague_can_do_nothing_with_old_buttons(
    bot: Running, sandbox: Sandbox, smith: Phone, technician: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await change_person(bot, technician.id, lambda person: replace(person, roles=frozenset({Role.RESIDENT})))
    answer = await technician.taps("Claim", chat=sandbox.group)
    assert answer["text"] == in_words(SENTENCES[Refusal.NOT_PERMITTED].message, Language.SIMPLIFIED)
    await technician.sees("Nobody yet", chat=sandbox.group)


async def test_a_restart_in_the_middle_of_a_draft_is_not_noticed(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    async with working_on(tmp_path, clock) as sandbox:
        smith = await sandbox.phone("smith")
        await smith.sends("The lift is stuck", photo=JPEG)
    async with working_on(tmp_path, clock) as sandbox:
        smith = await sandbox.phone("smith")
        await smith.sends("on floor 3")
        await smith.taps("Question")
        await smith.sees("This is how we understood it", "The lift is stuck", "on floor 3", "Photos: 1")
    async with working_on(tmp_path, clock) as sandbox:
        smith, clerk = await sandbox.phone("smith"), await sandbox.phone("clerk")
        await smith.taps("Submit")
        await clerk.sees("HT-2026-0001", "The lift is stuck", "on floor 3", "Files below: 1", chat=sandbox.group)


async def test_what_is_sent_while_the_bot_stops_is_handled_when_it_is_back(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    async with working_on(tmp_path, clock) as sandbox:
        smith = await sandbox.phone("smith")
        await smith.sends("The lift is stuck")
        await smith.taps("Question")
        await smith.sends("on floor 3", settle=False)
        await smith.sends("with somebody in it", settle=False)
    async with working_on(tmp_path, clock) as sandbox:
        await sandbox.settle()
        smith = await sandbox.phone("smith")
        await smith.sees("This is how we understood it", "The lift is stuck", "on floor 3", "with somebody in it")
        screens = [m for m in await smith.screen() if "This is how we understood it" in m.get("text", "")]
        assert len(screens) <= 3
