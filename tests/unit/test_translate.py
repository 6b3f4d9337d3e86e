"""What raw updates mean, and that whatever comes is either understood soundly or refused in one way."""

import copy
import dataclasses
import json
from datetime import UTC, datetime
from typing import Any, Final, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.translate import Untranslatable, translate
from bot.domain.places import Location
from bot.flows.draft import Media, MediaKind
from bot.ports.incoming import (
    BotMembershipChanged,
    Chat,
    GroupMigrated,
    Ignored,
    Incoming,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Sender,
    Tapped,
)

BOT: Final = 900
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHAN: Final = {"id": 5, "is_bot": False, "first_name": "Ms", "last_name": "Chan", "language_code": "zh-hant"}
PRIVATE: Final = {"id": 5, "type": "private", "first_name": "Ms"}
GROUP: Final = {"id": -1007, "type": "supergroup", "title": "Staff", "is_forum": True}
FILE: Final = {"file_id": "f", "file_unique_id": "u"}
SENDER: Final = Sender(5, "Ms Chan", "zh-hant")
ALONE: Final = Chat(5, private=True)
TOGETHER: Final = Chat(-1007, private=False, title="Staff")


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    """Return a message of Ms Chan's as Telegram sends it."""
    return {"message_id": 9, "date": int(NOON.timestamp()), "chat": chat, "from": CHAN, **content}


def meaning(**update: Any) -> Incoming:
    """Return what an update of that content means."""
    return translate(json.dumps({"update_id": 1, **update}), BOT, "Shouwen_Bot")


def received(chat: Chat = ALONE, **content: Any) -> MessageReceived:
    """Return a message of Ms Chan's as we understand it."""
    return MessageReceived(SENDER, chat, 9, NOON, **content)


def membership(chat: dict[str, Any], status: str, member: int = BOT, *, manages_topics: bool = True) -> dict[str, Any]:
    """Return a change of somebody's membership by Ms Chan."""
    user = {"id": member, "is_bot": True, "first_name": "B"}
    new = {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    if status == "administrator":
        new |= dict.fromkeys(RIGHTS.split(), True) | {"can_manage_topics": manages_topics}
    old = {"user": user, "status": "left"}
    date = int(NOON.timestamp())
    return {
        "my_chat_member": {"chat": chat, "from": CHAN, "date": date, "old_chat_member": old, "new_chat_member": new}
    }


RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
SIZES = [{**FILE, "file_id": "small", "width": 1, "height": 1}, {**FILE, "width": 9, "height": 9, "file_size": 77}]
VOICE = {**FILE, "duration": 4, "mime_type": "audio/ogg", "file_size": 8}
LOCATION = {"latitude": 22.302711, "longitude": 114.177216}
TABLE: Final[dict[str, tuple[dict[str, Any], Incoming]]] = {
    "words": ({"message": message(text="電梯壞了")}, received(words="電梯壞了")),
    "a photo, the largest of its sizes": (
        {"message": message(photo=SIZES, caption="here", media_group_id="A")},
        received(words="here", media=Media(MediaKind.PHOTO, "f", "u", 77, "image/jpeg"), album="A"),
    ),
    "a voice message": (
        {"message": message(voice=VOICE)},
        received(media=Media(MediaKind.VOICE, "f", "u", 8, "audio/ogg", 4)),
    ),
    "a document": (
        {"message": message(document={**FILE, "file_name": "../../x<b>.pdf", "mime_type": "application/pdf"})},
        received(media=Media(MediaKind.DOCUMENT, "f", "u", None, "application/pdf")),
    ),
    "a place": (
        {"message": message(location=LOCATION)},
        received(words="📍 22.302711, 114.177216", location=Location(22.302711, 114.177216)),
    ),
    "a command": (
        {"message": message(text="/START@shouwen_bot  token ")},
        received(words="/START@shouwen_bot  token ", command="start", argument="token"),
    ),
    "a command for another bot": ({"message": message(text="/start@other_bot")}, Ignored("command for another bot")),
    "a slash that is no command": ({"message": message(text="/電梯壞了")}, received(words="/電梯壞了")),
    "a reply in a topic": (
        {
            "message": message(
                GROUP, text="ok", is_topic_message=True, message_thread_id=3, reply_to_message=message(GROUP)
            )
        },
        received(Chat(-1007, private=False, title="Staff", thread_id=3), words="ok", reply_to=9),
    ),
    "a kind that nobody knows": ({"message": message(hologram={"x": 1})}, received(unknown_kind="other")),
    "a poll": (
        {"message": message(dice={"emoji": "🎲", "value": 3})},
        received(unknown_kind="other"),
    ),
    "a service message of a group": (
        {"message": message(GROUP, new_chat_title="Crew")},
        Ignored("service message"),
    ),
    "another bot": (
        {"message": message(GROUP, text="hi", **{"from": {**CHAN, "is_bot": True}})},
        Ignored("not from a person"),
    ),
    "a group that becomes a supergroup": (
        {"message": message({"id": -7, "type": "group", "title": "Staff"}, migrate_to_chat_id=-1007)},
        GroupMigrated(-7, -1007),
    ),
    "changed words": (
        {"edited_message": message(text="new", edit_date=1)},
        MessageEdited(SENDER, ALONE, 9, "new"),
    ),
    "a tap": (
        {
            "callback_query": {
                "id": "q",
                "from": CHAN,
                "chat_instance": "c",
                "data": "claim:r:1:",
                "message": message(GROUP),
            }
        },
        Tapped(SENDER, TOGETHER, 9, "q", "claim:r:1:"),
    ),
    "a tap on a message that is long gone": (
        {
            "callback_query": {
                "id": "q",
                "from": CHAN,
                "chat_instance": "c",
                "data": "x",
                "message": {"chat": GROUP, "message_id": 9, "date": 0},
            }
        },
        Tapped(SENDER, TOGETHER, 9, "q", "x"),
    ),
    "a tap without a message": (
        {"callback_query": {"id": "q", "from": CHAN, "chat_instance": "c", "inline_message_id": "i"}},
        Tapped(SENDER, None, None, "q", ""),
    ),
    "the bot is blocked": (membership(PRIVATE, "kicked"), ReachabilityChanged(SENDER, reachable=False)),
    "the bot is unblocked": (membership(PRIVATE, "member"), ReachabilityChanged(SENDER, reachable=True)),
    "the bot is added": (membership(GROUP, "member"), BotMembershipChanged(SENDER, TOGETHER, member=True)),
    "the bot may open topics": (
        membership(GROUP, "administrator"),
        BotMembershipChanged(SENDER, TOGETHER, member=True, topics=True),
    ),
    "the bot is an administrator without that right": (
        membership(GROUP, "administrator", manages_topics=False),
        BotMembershipChanged(SENDER, TOGETHER, member=True),
    ),
    "the bot is an administrator of a group without topics": (
        membership({**GROUP, "is_forum": False}, "administrator"),
        BotMembershipChanged(SENDER, TOGETHER, member=True),
    ),
    "the bot is removed": (membership(GROUP, "left"), BotMembershipChanged(SENDER, TOGETHER, member=False)),
    "the bot is added to a channel": (membership({**GROUP, "type": "channel"}, "member"), Ignored("channel")),
    "somebody else is added": (membership(GROUP, "member", member=77), Ignored("somebody else's membership")),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_an_update_means(case: str) -> None:
    update, expected = TABLE[case]
    assert meaning(**update) == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "malformed"),
        ("null", "malformed"),
        ("[]", "malformed"),
        ('{"update_id": 1', "malformed"),
        ("[" * 100_000, "malformed"),
        ('{"update_id": 1, "message": 7}', "malformed"),
        ('{"update_id": 1, "message": {"text": "x"}}', "malformed"),
        ('{"update_id": 1}', "unknown"),
        ('{"update_id": 1, "teleported_message": {"to": "the moon"}}', "unknown"),
        (json.dumps({"update_id": 1, "message": message(text={"not": "words"})}), "malformed"),
        (json.dumps({"update_id": 1, "message": message({**PRIVATE, "id": "5"}, text="x")}), "malformed"),
        (json.dumps({"update_id": 1, "message": message({**PRIVATE, "id": 2**63}, text="x")}), "malformed"),
    ],
)
def test_what_is_not_understood(raw: str, reason: str) -> None:
    with pytest.raises(Untranslatable) as error:
        translate(raw, BOT, "shouwen_bot")
    assert error.value.reason == reason
    assert str(error.value) == reason, "nobody's words"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return an update of the table in which some values were replaced, dropped or added."""
    update, _ = TABLE[draw(st.sampled_from(list(TABLE)))]
    broken: dict[str, Any] = {"update_id": 1, **copy.deepcopy(update)}
    for _ in range(draw(st.integers(1, 3))):
        place: Any = broken
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 3)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(JSON)
            else:
                del place[key]
            break
    return json.dumps(broken)


def sound(value: object) -> bool:
    """Whether every field of a dataclass is of the type it declares."""
    for name, hint in get_type_hints(type(value)).items():
        field = getattr(value, name)
        if type(field) not in (get_args(hint) or (hint,)):
            return False
        if dataclasses.is_dataclass(field) and not sound(field):
            return False
    return True


@settings(max_examples=300, deadline=None)
@given(mutated() | st.text(max_size=60) | JSON.map(json.dumps))
def test_whatever_comes_is_sound_or_refused(raw: str) -> None:
    try:
        incoming: Incoming | None = translate(raw, BOT, "shouwen_bot")
    except Untranslatable as error:
        incoming = error.remains
    if incoming is not None:
        assert isinstance(incoming, get_args(Incoming))
        assert sound(incoming)
