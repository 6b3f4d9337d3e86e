"""The staff group's topics on the phones: opened by the bot where it may, done without where not; silent signs."""

from bot.domain.people import STANDARD_DEPARTMENTS
from bot.main import Running
from bot.sandbox.cast import BOT_ID
from tests.e2e.acts import estate_of, files
from tests.phones import JPEG, Json, Phone, Sandbox


async def a_forum(sandbox: Sandbox, *members: Phone, bot: str = "administrator") -> int:
    """Move the staff to a forum without topics, opened by the first of `members`; return its id."""
    await sandbox.post(f"chats/{sandbox.group}/members", {"user": BOT_ID, "status": "kicked"})
    await sandbox.settle()
    ids = [member.id for member in members]
    body = {"title": "Office", "type": "supergroup", "members": ids, "bot": bot, "forum": True}
    group = await sandbox.post("chats", body)
    await sandbox.settle()
    return int(group["id"])


async def topics_of(sandbox: Sandbox, group: int) -> dict[str, int]:
    """Return the threads of a group by their names."""
    (chat,) = [chat for chat in (await sandbox.state())["chats"] if chat["id"] == group]
    return {topic["name"]: topic["id"] for topic in chat["topics"]}


async def the_card(phone: Phone, group: int, words: str) -> Json:
    """Return the card of a ticket with these words as the group shows it."""
    return await phone.sees(words, "Claim", chat=group)


async def test_a_forum_gets_a_topic_for_each_department_and_tickets_go_to_the_service_centres(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await a_forum(sandbox, director, clerk)
    topics = await topics_of(sandbox, group)
    assert len(topics) == len(STANDARD_DEPARTMENTS)
    assert {"Service centre", "Engineering", "Security"} <= topics.keys()
    assert (await estate_of(bot)).group_thread == topics["Service centre"]

    await files(smith, "The lift is stuck")
    assert (await the_card(clerk, group, "The lift is stuck"))["message_thread_id"] == topics["Service centre"]


async def test_topics_come_when_the_bot_may_open_them_at_last_and_only_once(
    sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await a_forum(sandbox, director, clerk, bot="member")
    await files(smith, "The lift is stuck")
    assert "message_thread_id" not in await the_card(clerk, group, "The lift is stuck")
    assert await topics_of(sandbox, group) == {}

    for can in (False, True, True):
        order = {"user": BOT_ID, "status": "administrator", "can_manage_topics": can}
        await sandbox.post(f"chats/{group}/members", order)
        await sandbox.settle()
        assert len(await topics_of(sandbox, group)) == (len(STANDARD_DEPARTMENTS) if can else 0)
    await clerk.taps("Claim", chat=group)
    await clerk.sees("The lift is stuck", "With Clerk Lam", chat=group)


async def test_a_deleted_topic_is_done_without(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    group = await a_forum(sandbox, director, clerk)
    before = await topics_of(sandbox, group)
    await sandbox.delete_topic(group, before["Service centre"], director)
    await files(smith, "The lift is stuck")
    assert "message_thread_id" not in await the_card(clerk, group, "The lift is stuck")
    assert (await estate_of(bot)).group_thread is None

    await sandbox.post(f"chats/{group}/members", {"user": BOT_ID, "status": "administrator"})
    await sandbox.settle()
    after = await topics_of(sandbox, group)
    assert after["Service centre"] != before["Service centre"]
    assert {name: thread for name, thread in after.items() if name != "Service centre"} == {
        name: thread for name, thread in before.items() if name != "Service centre"
    }


async def test_a_group_without_topics_works_in_one_place(
    sandbox: Sandbox, smith: Phone, clerk: Phone, director: Phone
) -> None:
    await sandbox.post(f"chats/{sandbox.group}/members", {"user": BOT_ID, "status": "kicked"})
    await sandbox.settle()
    body = {"title": "Office", "type": "supergroup", "members": [director.id, clerk.id], "bot": "administrator"}
    group = int((await sandbox.post("chats", body))["id"])
    await sandbox.settle()
    await files(smith, "The lift is stuck")
    assert "message_thread_id" not in await the_card(clerk, group, "The lift is stuck")
    await clerk.sees_nothing_of("cannot be sure", chat=group)


async def test_signs_say_what_needs_no_words(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    await clerk.taps("Claim", chat=sandbox.group)
    card = await clerk.sees("The lift is stuck", chat=sandbox.group)
    reply = await clerk.sends("A mechanic comes at 15:00.", chat=sandbox.group, reply_to=card)
    assert await signs(clerk, reply, sandbox.group) == ["✍"]

    guard = await sandbox.phone("guard")
    photo = await guard.sends("Broken tile", photo=JPEG)
    assert await signs(guard, photo) == []
    for label in ("损坏、松动", "正门", "发送"):
        await guard.taps(label)
    assert await signs(guard, photo) == ["👌"]


async def signs(phone: Phone, message: Json, chat: int | None = None) -> list[str]:
    """Return the reactions that a message has now."""
    shown = next(one for one in await phone.screen(chat) if one["message_id"] == message["message_id"])
    return [reaction["emoji"] for reaction in shown.get("reactions", [])]
