"""What the sandbox's page shows of the bot: what falls due next and why, and a ticket's file."""

from datetime import datetime

import aiohttp
import pytest

from bot.domain.events import EVENTS
from bot.domain.people import Language
from bot.main import Running
from bot.services import outlook
from tests.e2e.acts import answers, claims, files
from tests.phones import Phone, Sandbox

NUMBER = "HT-2026-0001"


async def test_what_falls_due_next_names_ticket_rule_and_reason(sandbox: Sandbox, smith: Phone) -> None:
    await sandbox.freeze()
    await files(smith, "May I keep a dog?")
    first, second = (await sandbox.get("agenda?language=en"))["due"][:2]
    assert (first["alarm"], first["number"], first["rule"], first["stage"]) == (
        "window", NUMBER, "FC-9", "reminder-50",
    )  # fmt: skip
    assert first["why"].startswith("Rule FC-9: within 60 minutes a resident hears")
    assert await sandbox.to_next() == datetime.fromisoformat(first["at"])
    assert (await sandbox.get("agenda"))["due"][0] == second


async def test_the_day_begins_with_its_stock_take_ahead_alone(sandbox: Sandbox, smith: Phone) -> None:
    agenda = await sandbox.get("agenda")
    assert [(due["alarm"], due["rule"], due["number"]) for due in agenda["due"]] == [("stock_take", "CP-7", None)]
    assert agenda["tickets"] == []
    await smith.sends("Something is")
    assert "nudge" in [due["alarm"] for due in (await sandbox.get("agenda"))["due"]]


@pytest.mark.parametrize(
    ("language", "begins"),
    [(Language.SIMPLIFIED, "依据 FC-9"), (Language.TRADITIONAL, "依據 FC-9"), ("xx", "Rule FC-9")],
)
async def test_reasons_come_in_the_language_of_the_page(
    sandbox: Sandbox, smith: Phone, language: str, begins: str
) -> None:
    await files(smith, "May I keep a dog?")
    assert (await sandbox.get(f"agenda?language={language}"))["due"][0]["why"].startswith(begins)
    assert (await sandbox.get(f"tickets/{NUMBER}?language={language}"))["clocks"][0]["why"].startswith(begins)


async def test_a_file_shows_who_has_it_its_clocks_and_its_history(sandbox: Sandbox, smith: Phone, clerk: Phone) -> None:
    await files(smith, "May I keep a dog?")
    await claims(clerk, sandbox)
    await answers(clerk, "Yes, on a leash.")
    file = await sandbox.get(f"tickets/{NUMBER}")
    assert file["assignee"] == file["first_contact"] == "Clerk Lam 林文員"
    assert ("FC-9", "met") in [(clock["rule"], clock["state"]) for clock in file["clocks"]]
    told = [(row["event"], row["who"], row["rule"]) for row in file["history"]]
    assert told[:2] == [("filed", "Mr Smith", "FC-10"), ("claimed", "Clerk Lam 林文員", "FC-2")]
    assert told[-1] == ("answer_delivered", None, "CP-6")
    assert "Yes, on a leash" not in str(file)
    assert [ticket["number"] for ticket in (await sandbox.get("agenda"))["tickets"]] == [NUMBER]


async def test_what_arrived_and_what_was_repeated_is_counted(sandbox: Sandbox, smith: Phone) -> None:
    await sandbox.fault("reset_after", rate=1.0, methods=["sendMessage"])
    await smith.sends("Hello", settle=False)
    while not (await sandbox.get("agenda"))["traffic"]["repeated"]:
        pass
    await sandbox.fault(None)
    await sandbox.advance(minutes=2)
    traffic = (await sandbox.get("agenda"))["traffic"]
    assert (traffic["received"], traffic["waiting"], traffic["unsent"], traffic["given_up"]) == (1, 0, 0, 0)
    assert traffic["sent"] >= 1


async def test_a_ticket_that_is_not_there_and_strangers_are_refused(bot: Running) -> None:
    async with aiohttp.ClientSession() as session:
        for path, headers, status in (
            ("tickets/HT-2026-0009", {}, 404),
            ("agenda", {"Origin": "https://elsewhere.example"}, 403),
            ("tickets/HT-2026-0001", {"Host": "rebound.example"}, 403),
        ):
            async with session.get(f"{bot.url}/sandbox/{path}", headers=headers) as response:
                assert response.status == status


def test_every_event_that_serves_a_rule_is_one_that_exists() -> None:
    assert outlook._RULES.keys() <= EVENTS.keys()
