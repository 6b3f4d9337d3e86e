"""Updates that nobody can make sense of, that come twice or in the wrong order: kept, and no neighbour is disturbed."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import logging
from bot.domain.regulation import RuleSet
from bot.ports.incoming import Incoming, MessageReceived
from bot.ports.store import Transaction
from bot.services.handling import handle
from tests.e2e.acts import files, nobody_else_sees, quarantined, rows
from tests.phones import JPEG, Json, Phone, Sandbox

SECRET = "my door code is 4711"
SMITH = 4_000_900_000_103


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logging.configure(level="info", form="json", stream=stream)
    yield stream
    logging.configure(level="warning", form="console")


def message(sender: int, text: object = SECRET, **others: object) -> Json:
    user = {"id": sender, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
    chat = {"id": sender, "type": "private", "first_name": "Somebody"}
    return {"message_id": 500, "date": 1_772_415_000, "chat": chat, "from": user, "text": text, **others}


#: What bears no number to be confirmed by: it comes again and again, each time a little later.
NAMELESS: list[Any] = [
    [SECRET],
    SECRET,
    7,
    None,
    {"update_id": None, "message": message(SMITH)},
    {"update_id": "seven", "message": message(SMITH)},
    {"update_id": 10**30, "message": message(SMITH)},
]
MALFORMED: dict[str, Any] = {
    "a message that is a string": {"message": SECRET},
    "a message that is a list": {"message": [SECRET]},
    "an empty message": {"message": {}},
    "a message without a chat": {"message": {"message_id": 1, "date": 1, "text": SECRET}},
    "a chat that is a string": {"message": message(SMITH, chat=SECRET)},
    "a chat whose id is a string": {"message": message(SMITH, chat={"id": SECRET, "type": "private"})},
    "a chat whose id is beyond all bounds": {"message": message(SMITH, chat={"id": 2**70, "type": "private"})},
    "a sender whose id is beyond all bounds": {
        "message": message(SMITH, **{"from": {"id": 2**70, "is_bot": False, "first_name": SECRET}})
    },
    "a sender whose name is a number": {
        "message": message(SMITH, **{"from": {"id": 5, "is_bot": False, "first_name": 7, "last_name": None}})
    },
    "a text that is a number": {"message": message(SMITH, 4711)},
    "a text that is a list": {"message": message(SMITH, [SECRET])},
    "a date beyond all time": {"message": message(SMITH, date=10**18)},
    "a message number beyond all bounds": {"message": message(SMITH, message_id=2**64)},
    "a photo that is a string": {"message": message(SMITH, photo=SECRET)},
    "a photo without a file": {"message": message(SMITH, photo=[{"width": 1, "height": 1}])},
    "an album that is an object": {"message": message(SMITH, media_group_id={"a": SECRET})},
    "a tap without a tapper": {"callback_query": {"id": "1", "chat_instance": "1", "data": SECRET}},
    "a tap whose data is a number": {
        "callback_query": {"id": "1", "chat_instance": "1", "data": 7, "from": message(SMITH)["from"]}
    },
    "a membership without a member": {"my_chat_member": {"chat": message(SMITH)["chat"], "date": 1}},
}


@pytest.mark.parametrize(
    "updates", [NAMELESS, *([one] for one in MALFORMED.values())], ids=["without a number", *MALFORMED]
)
async def test_what_is_malformed_is_set_aside_raw_and_its_neighbours_go_on(
    updates: list[Any], sandbox: Sandbox, smith: Phone, clerk: Phone, tmp_path: Path, log: io.StringIO
) -> None:
    await smith.sends("The lift is stuck", settle=False)
    for update in updates:
        await sandbox.raw_update(update)
    await sandbox.settle()
    await smith.taps("Question")
    await smith.taps("Submit")

    await smith.sees("HT-2026-0001")
    await clerk.sees("HT-2026-0001", "The lift is stuck", chat=sandbox.group)
    for update, (raw, reason) in zip(updates, quarantined(tmp_path), strict=True):
        kept = json.loads(raw)
        if isinstance(update, dict):
            kept = {name: value for name, value in kept.items() if name in update}
        assert kept == update, "nothing of it is lost"
        assert reason in {"malformed", "unreadable"}
    lines = [line for line in log.getvalue().splitlines() if "quarantined" in line]
    assert len(lines) == len(updates)
    assert all(len(line.encode()) <= logging.LINE_BYTES for line in lines)
    assert SECRET not in log.getvalue()
    await nobody_else_sees(sandbox, SECRET)


FUTURE: dict[str, Json] = {
    "a kind from the future": {"hologram": {"beams": [1, 2, 3], "text": SECRET}},
    "a kind that was not asked for": {"channel_post": message(SMITH)},
    "nothing but a number": {},
}


@pytest.mark.parametrize("update", FUTURE.values(), ids=FUTURE.keys())
async def test_an_unknown_kind_of_update_is_kept_for_a_later_version(
    update: Json, sandbox: Sandbox, smith: Phone, tmp_path: Path, log: io.StringIO
) -> None:
    await sandbox.raw_update(update)
    await sandbox.settle()
    await files(smith, "The lift is stuck")

    ((raw, reason),) = quarantined(tmp_path)
    assert json.loads(raw).items() >= update.items()
    assert reason == "unknown"
    assert "update_quarantined" in log.getvalue()
    assert SECRET not in log.getvalue()
    await nobody_else_sees(sandbox, SECRET)


async def test_a_huge_malformed_update_is_kept_whole_and_logged_in_one_short_line(
    sandbox: Sandbox, smith: Phone, tmp_path: Path, log: io.StringIO
) -> None:
    await sandbox.raw_update({"message": [SECRET] * 20_000})
    await sandbox.settle()

    ((raw, _),) = quarantined(tmp_path)
    assert raw.count(SECRET) == 20_000
    assert all(len(line.encode()) <= logging.LINE_BYTES for line in log.getvalue().splitlines())
    assert SECRET not in log.getvalue()
    await files(smith, "The lift is stuck")


async def test_a_fault_of_ours_is_told_with_a_reference_and_breaks_nobody_elses_conversation(
    sandbox: Sandbox,
    smith: Phone,
    chan: Phone,
    tmp_path: Path,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(tx: Transaction, rules: RuleSet, incoming: Incoming) -> None:
        handle(tx, rules, incoming)
        if isinstance(incoming, MessageReceived) and incoming.words == SECRET:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr("bot.adapters.telegram.handle.handle", faulty)
    await smith.sends(SECRET, settle=False)
    await chan.sends("電梯壞了", settle=False)
    await sandbox.settle()

    ((raw, reason),) = quarantined(tmp_path)
    assert SECRET in raw
    assert reason == "failed"
    ((reference,),) = rows(tmp_path, "SELECT reference FROM inbox WHERE state = 'quarantined'")
    await smith.sees("Something went wrong on our side", str(reference))
    await smith.sees_nothing_of("What is it about?")
    await chan.sees("報修")
    assert reference in log.getvalue()
    assert SECRET not in log.getvalue()

    monkeypatch.undo()
    await files(smith, "Once more: the lift")


async def test_an_update_delivered_twice_is_carried_out_once(sandbox: Sandbox, smith: Phone, tmp_path: Path) -> None:
    update = {"update_id": 800_000_000, "message": message(smith.id, "The lift is stuck")}
    await sandbox.raw_update(update)
    await sandbox.settle()
    await sandbox.raw_update(update)
    await smith.sends("Between floors 3 and 4")

    screen = [shown["text"] for shown in await smith.screen() if "What is it about?" in shown.get("text", "")]
    assert len(screen) <= 2
    await smith.taps("Question")
    summary = await smith.sees("This is how we understood it")
    assert summary["text"].count("The lift is stuck") == 1
    assert len(rows(tmp_path, "SELECT 1 FROM inbox WHERE update_id = 800000000")) == 1


async def test_a_tap_delivered_twice_files_one_ticket(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The lift is stuck")
    await smith.taps("Question")
    summary = await smith.sees("Submit")
    submit = summary["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    tap = {"id": "4711", "from": summary["chat"] | {"is_bot": False}, "message": summary, "data": submit}
    update = {"update_id": 800_000_000, "callback_query": tap | {"chat_instance": "1"}}
    for _ in range(3):
        await sandbox.raw_update(update)
    await sandbox.settle()

    await smith.sees("HT-2026-0001")
    await clerk.sees("HT-2026-0001", chat=sandbox.group)
    await clerk.sees_nothing_of("HT-2026-0002", chat=sandbox.group)


async def test_two_messages_at_once_join_one_draft(sandbox: Sandbox, smith: Phone) -> None:
    await asyncio.gather(
        smith.sends("The lift is stuck", settle=False), smith.sends("on floor 3", photo=JPEG, settle=False)
    )
    await sandbox.settle()
    await smith.taps("Question")

    await smith.sees("This is how we understood it", "The lift is stuck", "on floor 3", "Photos: 1")


async def test_updates_in_the_wrong_order_lose_nothing_and_disturb_nobody(
    sandbox: Sandbox, smith: Phone, chan: Phone
) -> None:
    words = [f"part {part} of it" for part in range(5)]
    updates = [
        {"update_id": 800_000_000 + part, "message": message(smith.id, words[part], message_id=500 + part)}
        for part in range(5)
    ]
    await chan.sends("電梯壞了", settle=False)
    for part in (3, 0, 4, 2, 1):
        await sandbox.raw_update(updates[part])
    await sandbox.settle()
    await smith.taps("Question")
    await smith.sees("This is how we understood it", *words)
    await chan.sees("報修")
    await chan.sees_nothing_of("part")


async def test_a_button_pressed_before_its_message_arrives_is_answered_kindly(sandbox: Sandbox, smith: Phone) -> None:
    draft = await smith.sends("The lift is stuck")
    shown = await smith.sees("Question")
    answer = await smith.forges("d:AAAAAAAAAAAA:7:submit", shown)
    assert "draft was closed" in answer["text"]
    await smith.taps("Question")
    await smith.sees("This is how we understood it", draft["text"])
