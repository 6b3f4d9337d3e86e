"""Every wrong thing that a tired colleague might tap ends in a clear sentence, and changes nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.people import Role
from bot.main import Running
from tests.e2e.acts import change_person, claims, data_of, employ, files, rows
from tests.e2e.conftest import MORNING
from tests.phones import Json, Phone, Sandbox, labels


@pytest.fixture
async def ticket(sandbox: Sandbox, smith: Phone, clerk: Phone) -> Json:
    """A ticket that the clerk has claimed: the card in the group, as it was before."""
    await files(smith, "The lift is stuck")
    card = await clerk.sees("HT-2026-0001", "Claim", chat=sandbox.group)
    await claims(clerk, sandbox)
    return card


def history(tmp_path: Path) -> list[str]:
    """Return what has happened to all tickets, by name."""
    return [name for (name,) in rows(tmp_path, "SELECT name FROM history ORDER BY ticket_id, ordinal")]


def refused(answer: Json, *fragments: str) -> None:
    """Make sure that a tap was refused with a sentence that has these words in it."""
    assert answer["show_alert"], answer
    for fragment in fragments:
        assert fragment in answer["text"], answer


async def offers(giver: Phone, *choices: str) -> None:
    await giver.taps("Transfer")
    for choice in choices:
        await giver.taps(choice)


async def closes(smith: Phone, clerk: Phone, head: Phone) -> None:
    """Bring the clerk's ticket to its end."""
    await clerk.taps("✅ Done")
    await clerk.sends("Belt replaced")
    for label in ("✅ Solved", "Wear and tear", "✅ Done"):
        await clerk.taps(label)
    await head.taps("核實無誤")
    await smith.taps("Yes, solved")


async def test_claiming_and_working_on_what_is_closed(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, supervisor: Phone, ticket: Json, tmp_path: Path
) -> None:
    old = await clerk.sees("HT-2026-0001", "Transfer")
    await closes(smith, clerk, supervisor)
    before = history(tmp_path)
    claim = await technician.forges(data_of(ticket, "Claim"), ticket, chat=sandbox.group)
    refused(claim, "HT-2026-0001", "已经结束")
    for label in ("Answer", "Start", "Done", "Judge", "Transfer", "Undo"):
        refused(await clerk.forges(data_of(old, label), old), "HT-2026-0001 has ended")
    assert history(tmp_path) == before


async def test_undoing_a_claim_after_its_minute(sandbox: Sandbox, clerk: Phone, ticket: Json, tmp_path: Path) -> None:
    await sandbox.advance(minutes=2)
    refused(await clerk.taps("Undo the claim"), "for a minute", "give no. HT-2026-0001 back", "More")
    card = await clerk.sees("HT-2026-0001", "With Clerk Lam")
    assert not any("Undo" in label for label in labels(card)), "what cannot be done any more is not offered"
    await clerk.taps("More")
    await clerk.taps("Give it back")
    assert history(tmp_path)[-1] == "released"


async def test_a_transfer_to_oneself(clerk: Phone, ticket: Json, tmp_path: Path) -> None:
    await clerk.taps("Transfer")
    screen = await clerk.sees("Who should take it?")
    assert not any("Clerk Lam" in label for label in labels(screen)), "nobody is offered their own work"
    own = rows(tmp_path, "SELECT id FROM people WHERE name LIKE 'Clerk Lam%'")[0][0]
    data = data_of(screen, "Technician He").rpartition(".")[0] + f".p{own}"
    refused(await clerk.forges(data, screen), "moved on")
    assert "transferred" not in history(tmp_path)


async def test_a_transfer_to_somebody_who_leaves_while_it_is_written(
    bot: Running, clerk: Phone, technician: Phone, ticket: Json, tmp_path: Path
) -> None:
    await clerk.taps("Transfer")
    await clerk.taps("Technician He")
    await change_person(bot, technician.id, lambda person: replace(person, left_at=MORNING))
    refused(await clerk.taps("Needs a specialist"), "Technician He cannot take no. HT-2026-0001", "somebody else")
    assert "transferred" not in history(tmp_path)


async def test_a_transfer_in_a_circle(clerk: Phone, technician: Phone, ticket: Json, tmp_path: Path) -> None:
    await offers(clerk, "Technician He", "Needs a specialist")
    await technician.taps("接手")
    await technician.taps("转派")
    await technician.taps("Clerk Lam")
    refused(await technician.taps("手上事情太多"), "Clerk Lam", "HT-2026-0001")
    assert history(tmp_path).count("transferred") == 1


async def test_going_on_with_a_ticket_that_one_no_longer_holds(
    clerk: Phone, technician: Phone, supervisor: Phone, ticket: Json, tmp_path: Path
) -> None:
    await clerk.taps("✅ Done")
    await clerk.sends("Belt replaced")
    await clerk.taps("✅ Solved")
    await clerk.taps("Wear and tear")
    await supervisor.sends("/find HT-2026-0001")
    await supervisor.taps("轉派")
    await supervisor.taps("Technician He")
    await supervisor.taps("需要專業人員")
    await technician.taps("接手")
    refused(await clerk.taps("✅ Done", message=await clerk.sees("Is this right?")), "Technician He")
    assert "handled" not in history(tmp_path)


async def test_a_reply_to_an_old_card_answers_that_ticket_and_no_other(
    sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone, ticket: Json
) -> None:
    await files(chan, "水管漏水", language="zh_Hant")
    await claims(clerk, sandbox)
    await clerk.sends("A mechanic comes at 15:00.", chat=sandbox.group, reply_to=ticket)
    await clerk.taps("Send")
    await smith.sees("HT-2026-0001", "A mechanic comes at 15:00.")
    await chan.sees_nothing_of("mechanic", "HT-2026-0001")


@pytest.mark.parametrize("words", ["/start", "/team", "/work", "/find HT-2026-0001", "/cancel"])
async def test_commands_of_an_outsider_in_the_group(
    sandbox: Sandbox, clerk: Phone, ticket: Json, tmp_path: Path, words: str
) -> None:
    stranger = await sandbox.newcomer("Mallory")
    await stranger.joins(sandbox.group)
    before, shown = history(tmp_path), len(await clerk.screen(sandbox.group))
    await stranger.sends(words, chat=sandbox.group)
    assert history(tmp_path) == before
    bots = [one for one in await clerk.screen(sandbox.group) if one["from"]["is_bot"]]
    assert not any("Mallory" in one.get("text", "") for one in bots)
    assert len(await clerk.screen(sandbox.group)) == shown + 1, "their own message, and no answer to it"


async def test_a_leavers_taps(bot: Running, sandbox: Sandbox, clerk: Phone, ticket: Json, tmp_path: Path) -> None:
    card = await clerk.sees("HT-2026-0001", "Transfer")
    await change_person(bot, clerk.id, lambda person: replace(person, left_at=MORNING))
    before = history(tmp_path)
    for label in ("Answer", "Start", "Done", "Judge", "Transfer", "Undo", "More"):
        refused(await clerk.taps(label, message=card), "no longer on our team")
    refused(await clerk.forges(data_of(ticket, "Claim"), ticket, chat=sandbox.group), "no longer on our team")
    assert history(tmp_path) == before


@pytest.mark.parametrize("label", ["Accept", "Decline"])
async def test_answering_an_offer_that_has_gone_back_in_the_meantime(
    sandbox: Sandbox, clerk: Phone, ticket: Json, tmp_path: Path, label: str
) -> None:
    await offers(clerk, "Department Head Zhao", "Needs a specialist")
    head = await sandbox.phone("head")
    offer = await head.sees("HT-2026-0001", label)
    data = data_of(offer, label)
    await sandbox.advance(minutes=31)
    before = history(tmp_path)
    refused(await head.forges(data, offer), "HT-2026-0001", "is not on offer any more; Clerk Lam 林文員 has it")
    assert history(tmp_path) == before


async def test_everybody_of_a_department_accepts_at_once(
    bot: Running, sandbox: Sandbox, clerk: Phone, technician: Phone, ticket: Json, tmp_path: Path
) -> None:
    he = rows(tmp_path, "SELECT department_id FROM people WHERE name LIKE '%Technician He'")[0][0]
    crowd = [await sandbox.newcomer(f"Fitter {number}") for number in range(12)]
    for one in crowd:
        await one.joins(sandbox.group)
        await one.sends("/start")
        await employ(bot, one, Role.TECHNICIAN)
        await change_person(bot, one.id, lambda person: replace(person, department_id=he))
    await offers(clerk, "Engineering", "Needs a specialist")
    offer = await technician.sees("HT-2026-0001", "Accept", chat=sandbox.group)
    taps = [one.taps("Accept", message=offer, chat=sandbox.group, settle=False) for one in (*crowd, *crowd)]
    said = await asyncio.gather(*taps)
    await sandbox.settle()
    assert sum("is yours now" in answer["text"] for answer in said) == 1
    assert all(answer["text"] for answer in said)
    assert history(tmp_path).count("transfer_accepted") == 1


async def test_names_that_are_markup_and_placeholders(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone, ticket: Json
) -> None:
    hostile = "<b>{number}</b> & {name}"
    await change_person(bot, technician.id, lambda person: replace(person, name=hostile))
    await offers(clerk, hostile, "Needs a specialist")
    await technician.taps("接手")
    await clerk.sees("HT-2026-0001", f"With {hostile}")
    await clerk.sees("HT-2026-0001", hostile, chat=sandbox.group)
    await technician.taps("更多")
    await technician.taps("提方案")
    await technician.sends("<i>Tomorrow</i> {number}")
    await technician.taps("发送")
    await smith.sees("HT-2026-0001", f"{hostile} proposes", "<i>Tomorrow</i> {number}")


@pytest.mark.parametrize("verb", ["accept", "decline", "verify", "reject", "recall", "reply", "agree", "solved"])
async def test_the_button_of_a_step_that_is_not_now(clerk: Phone, ticket: Json, tmp_path: Path, verb: str) -> None:
    card = await clerk.sees("HT-2026-0001", "Transfer")
    before = history(tmp_path)
    forged = data_of(card, "Transfer").replace("transfer", verb, 1)
    answer = await clerk.forges(forged, card)
    refused(answer)
    assert answer["text"].strip()
    assert history(tmp_path) == before
