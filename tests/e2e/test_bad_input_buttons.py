"""Buttons that are forged, foreign, stale or pressed too often: answered kindly, and nothing happens that may not."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.people import Estate, Language, Person, Role
from bot.main import Running
from bot.ports.store import Transaction
from tests.e2e.acts import claims, data_of, employ, files, nobody_else_sees, rows
from tests.phones import JPEG, Phone, Sandbox, labels

FORGED = {
    "empty parts": ":::",
    "no version": "claim:{ref}:x:",
    "a verb nobody knows": "destroy:{ref}:1:",
    "a version beyond all bounds": "claim:{ref}:99999999999999999999:",
    "too few parts": "claim:{ref}",
    "too many parts": "claim:{ref}:1:a:b",
    "markup": "<b>&{ref}</b>",
    "SQL": "claim:' OR 1=1 --:1:",
    "controls": "claim:\x00\u202e:1:",
    "a language nobody speaks": "lang:-:0:xx",
    "a ticket nobody filed": "claim:AAAAAAAAAAAA:1:",
    "an answer to a ticket nobody filed": "answer:AAAAAAAAAAAA:1:",
    "a draft nobody began": "d:AAAAAAAAAAAA:1:submit",
}


@pytest.mark.parametrize("data", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_button_is_answered_and_changes_nothing(
    data: str, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    before = await clerk.screen(sandbox.group), await smith.screen(), await clerk.screen()
    answer = await clerk.forges(data.replace("{ref}", data_of(card, "Claim").split(":")[1]), card, chat=sandbox.group)

    assert answer["answered"]
    assert answer["text"]
    assert answer["show_alert"]
    assert (await clerk.screen(sandbox.group), await smith.screen(), await clerk.screen()) == before


async def test_a_resident_cannot_use_another_residents_draft(sandbox: Sandbox, smith: Phone, chan: Phone) -> None:
    await smith.sends("The lift is stuck")
    await smith.taps("Question")
    summary = await smith.sees("Submit")
    own = await chan.sends("電梯壞了")
    for label in ("Submit", "✏️ Your question", "Cancel"):
        answer = await chan.forges(data_of(summary, label), own)
        assert answer["show_alert"]
    assert await smith.sees("Submit") == summary
    await chan.sees_nothing_of("The lift is stuck", "HT-2026")
    await chan.sees("報修")
    await smith.taps("Submit")
    await smith.sees("HT-2026-0001")
    await nobody_else_sees(sandbox, "The lift is stuck", smith)


async def test_a_resident_cannot_claim_or_answer(sandbox: Sandbox, smith: Phone, chan: Phone, clerk: Phone) -> None:
    card = await files(smith, "The lift is stuck")
    claim = data_of(await clerk.sees("Claim", chat=sandbox.group), "Claim")
    answer = await smith.forges(claim, card)
    assert "colleagues on duty" in answer["text"]
    own = await chan.sends("電梯壞了")
    for data in (claim, claim.replace("claim", "answer")):
        answer = await chan.forges(data, own)
        assert answer["show_alert"]
    await clerk.sees("Nobody yet", "Claim", chat=sandbox.group)
    await chan.sees_nothing_of("HT-2026-0001")


async def test_a_resident_in_the_staff_group_cannot_claim(sandbox: Sandbox, smith: Phone, chan: Phone) -> None:
    await chan.joins(sandbox.group)
    await files(smith, "The lift is stuck")
    answer = await chan.taps("Claim", chat=sandbox.group)
    assert "由當值同事" in answer["text"]
    await chan.sees("Nobody yet", "Claim", chat=sandbox.group)


async def test_somebody_unknown_in_the_staff_group_cannot_claim(sandbox: Sandbox, smith: Phone) -> None:
    eve = await sandbox.newcomer("Eve")
    await eve.joins(sandbox.group)
    await files(smith, "The lift is stuck")
    answer = await eve.taps("Claim", chat=sandbox.group)
    assert "colleagues on duty" in answer["text"]
    await eve.sees("Nobody yet", "Claim", chat=sandbox.group)


async def test_staff_of_another_estate_cannot_touch_a_ticket(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    eve = await sandbox.newcomer("Eve")

    def elsewhere(tx: Transaction) -> None:
        estate = tx.estates.add(Estate(0, "ZZ", "Elsewhere", "Asia/Hong_Kong", Language.ENGLISH))
        tx.people.add(Person(0, eve.id, "Eve", estate.id, frozenset({Role.CLERK, Role.DIRECTOR})))

    await bot.store.transact(elsewhere)
    await eve.joins(sandbox.group)
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    for data in (data_of(card, "Claim"), data_of(card, "Claim").replace("claim", "answer")):
        answer = await eve.forges(data, card, chat=sandbox.group)
        assert "cannot find this ticket" in answer["text"]
    await eve.sends("All is well", chat=sandbox.group, reply_to=card)
    await clerk.sees("Nobody yet", "Claim", chat=sandbox.group)
    await smith.sees_nothing_of("All is well")
    await eve.sees_nothing_of("HT-2026-0001")


async def test_an_answer_by_who_does_not_hold_the_ticket_names_who_does(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    held = await clerk.sees("Answer")
    shown = await technician.sees("With Clerk Lam", chat=sandbox.group)
    answer = await technician.forges(data_of(held, "Answer"), shown, chat=sandbox.group)
    assert "Clerk Lam 林文員" in answer["text"]
    await technician.sees_nothing_of("HT-2026-0001")


async def test_fifty_claims_at_once_have_one_winner_and_the_others_are_told_who(
    bot: Running, sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    crowd = [await sandbox.newcomer(f"Colleague {number:02}") for number in range(50)]
    for colleague in crowd:
        await colleague.sends("/start", settle=False)
        await colleague.joins(sandbox.group, settle=False)
    await sandbox.settle(30)
    for colleague in crowd:
        await employ(bot, colleague)
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    told = await asyncio.gather(
        *(colleague.taps("Claim", message=card, chat=sandbox.group, settle=False, timeout_s=30) for colleague in crowd)
    )
    await sandbox.settle(30)

    winners = [who for who, answer in zip(crowd, told, strict=True) if "is yours now" in answer["text"]]
    (winner,) = winners
    others = [answer["text"] for who, answer in zip(crowd, told, strict=True) if who is not winner]
    assert set(others) == {f"No. HT-2026-0001 has already been taken on by {winner.name}."}
    await clerk.sees("HT-2026-0001", f"With {winner.name}", chat=sandbox.group)
    await smith.sees(f"{winner.name} will see it through")
    await winner.sees("HT-2026-0001", "Answer")
    for colleague in crowd:
        if colleague is not winner:
            await colleague.sees_nothing_of("HT-2026-0001")


async def test_claiming_twice_at_once_is_claiming_once(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    data = data_of(card, "Claim")
    told = await asyncio.gather(*(clerk.forges(data, card, chat=sandbox.group, settle=False) for _ in range(2)))
    await sandbox.settle()
    assert sorted(answer["text"] for answer in told) == [
        "No. HT-2026-0001 is already yours.",
        "No. HT-2026-0001 is yours now.",
    ]
    await smith.sees("Clerk Lam 林文員 will see it through")


async def test_a_stale_claim_says_who_was_first_and_the_card_shows_it(
    sandbox: Sandbox, smith: Phone, clerk: Phone, technician: Phone
) -> None:
    await files(smith, "The lift is stuck")
    card = await clerk.sees("Claim", chat=sandbox.group)
    await claims(clerk, sandbox)
    answer = await technician.forges(data_of(card, "Claim"), card, chat=sandbox.group)
    assert "已由 Clerk Lam 林文員认领" in answer["text"]
    await technician.sees("With Clerk Lam", chat=sandbox.group)


async def test_submitting_twice_at_once_files_once(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await smith.sends("The lift is stuck")
    await smith.taps("Question")
    summary = await smith.sees("Submit")
    submit = data_of(summary, "Submit")
    told = await asyncio.gather(*(smith.forges(submit, summary, settle=False) for _ in range(3)))
    await sandbox.settle()
    assert sorted(answer["text"] for answer in told) == [
        "Thank you. We have it as no. HT-2026-0001.",
        *["We already have this one: it is no. HT-2026-0001."] * 2,
    ]
    await clerk.sees_nothing_of("HT-2026-0002", chat=sandbox.group)


async def test_an_answer_sent_twice_at_once_reaches_the_resident_once(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await files(smith, "The lift is stuck")
    await claims(clerk, sandbox)
    await clerk.taps("Answer")
    await clerk.sends("We are at it.")
    preview = await clerk.sees("Send")
    send = data_of(preview, "Send")
    told = await asyncio.gather(*(clerk.forges(send, preview, settle=False) for _ in range(3)))
    await sandbox.settle()
    assert sorted(answer["text"] for answer in told) == ["Sent.", *["This answer has already been sent."] * 2]
    assert len([shown for shown in await smith.screen() if "an answer from" in shown.get("text", "")]) == 1


async def test_a_stale_button_of_a_draft_is_answered_and_the_draft_goes_on(sandbox: Sandbox, smith: Phone) -> None:
    await smith.sends("The lift is stuck")
    question = await smith.sees("What is it about?")
    await smith.sends("on floor 3", photo=JPEG)
    answer = await smith.forges(data_of(question, "Complaint"), question)
    assert "Things have moved on" in answer["text"]
    await smith.taps("Question")
    await smith.sees("This is how we understood it", "Question", "The lift is stuck", "on floor 3", "Photos: 1")


async def test_the_buttons_of_an_older_screen_are_taken_away(sandbox: Sandbox, smith: Phone) -> None:
    await smith.sends("The lift is stuck")
    question = await smith.sees("What is it about?")
    await smith.sends("on floor 3")
    shown = {message["message_id"]: message for message in await smith.screen()}
    assert labels(shown[question["message_id"]]) == []


async def test_a_button_of_a_cancelled_draft_says_how_to_begin_anew(smith: Phone) -> None:
    await smith.sends("The lift is stuck")
    question = await smith.sees("What is it about?")
    await smith.taps("Cancel")
    answer = await smith.forges(data_of(question, "Question"), question)
    assert "Just write to us again" in answer["text"]


async def test_a_draft_that_is_over_takes_no_more_and_says_so(sandbox: Sandbox, smith: Phone, tmp_path: Path) -> None:
    await smith.sends("The lift is stuck")
    question = await smith.sees("What is it about?")
    await sandbox.advance(hours=25)
    await smith.sends("The light is out")
    await smith.taps("Question")
    shown = await smith.sees("This is how we understood it", "The light is out")
    assert "The lift is stuck" not in shown["text"]
    answer = await smith.forges(data_of(question, "Question"), question)
    assert "closed after a day" in answer["text"]
    assert rows(tmp_path, "SELECT count(*) FROM drafts WHERE items LIKE '%The lift%'") == [(0,)]
