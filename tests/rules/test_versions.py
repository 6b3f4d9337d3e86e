"""A ticket keeps the rule set it began under, whatever program or estate decide later; who decided it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from bot.domain.people import Estate, Role
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.screen import Action
from bot.ports.store import Transaction
from bot.regulations import adopting, loader
from bot.regulations.explaining import explain, explain_decisions
from bot.regulations.loader import WrongRuleSet
from bot.services import ringing
from tests.office import Office

OWN: Final = """
version = "HT-1"

[hours]
quiet_from = 23:00:00
quiet_until = 07:00:00

[on_the_spot]
source = "decision of 2 March"
checked = 0.5

[[windows]]
rule = "FC-9"
source = "decision of 2 March"
started_by = ["filed"]
met_by = ["answer_delivered"]
length = "30 minutes"
"""


@pytest.fixture
def office() -> Iterator[Office]:
    """An office that goes by the rule set that comes with the program."""
    opened = Office(
        {"chan": Role.RESIDENT, "li": Role.RESIDENT, "clerk": Role.CLERK, "supervisor": Role.GENERAL_SUPERVISOR}
    )
    opened.rules = opened.work(adopting.adopt)
    yield opened
    opened.close()


def estate_of(tx: Transaction) -> Estate:
    """Return the only estate."""
    estate = tx.estates.first()
    assert estate is not None
    return estate


def decides(office: Office, own: str) -> RuleSet:
    """Put the estate's own rules in force."""
    return office.work(lambda tx: adopting.decide(tx, estate_of(tx), own, "own.toml", "Director Ho"))


def minutes_of(office: Office, ticket: Ticket) -> float:
    """Return how long the hour of FC-9 is for `ticket`."""
    runs = office.work(lambda tx: tx.obligations.of(ticket.id))
    (run,) = (run for run in runs if run.rule == "FC-9")
    return (run.due_at - run.started_at) / timedelta(minutes=1)


def test_what_an_estate_decides_holds_for_what_is_filed_from_then_on(office: Office) -> None:
    before = office.files("chan")
    effective = decides(office, OWN)
    office.passes(minutes=5)
    after = office.files("li")
    assert (minutes_of(office, before), minutes_of(office, after)) == (60, 30)
    assert (before.regulation, after.regulation) == (office.rules.version, f"{office.rules.version}+HT-1")
    assert len(effective.windows) == len(office.rules.windows)
    assert effective.hours.quiet_from.hour == 23


def test_a_running_ticket_goes_on_under_its_own_rules_after_an_update_of_the_program(office: Office) -> None:
    ticket = office.files("chan")
    office.work(lambda tx: adopting.decide(tx, estate_of(tx), OWN, "own.toml", "Director Ho"))
    (window,) = (window for window in office.rules.windows if window.rule == "FC-9")
    shorter = window.model_copy(update={"met_by": ("claimed",)})
    office.rules = RuleSet(version="next", windows=(shorter,))
    office.claims("clerk", ticket)
    run = office.work(lambda tx: next(run for run in tx.obligations.of(ticket.id) if run.rule == "FC-9"))
    assert run.settled_at is None, "under its own rules a claim is no answer"


def test_it_is_kept_who_decided_and_when(office: Office) -> None:
    decides(office, OWN)
    (adopted,) = office.work(lambda tx: tx.regulations.of(estate_of(tx).id))
    assert (adopted.decided_by, adopted.since, adopted.own) == ("Director Ho", office.now, OWN)
    (line,) = explain_decisions((adopted,))
    assert line == f"{adopted.version}: decided by Director Ho, in force since 2026-03-02 01:30 UTC."


def test_the_same_decision_twice_is_one_and_another_needs_another_version(office: Office) -> None:
    decides(office, OWN)
    decides(office, OWN)
    with pytest.raises(WrongRuleSet, match=r"own.toml: version HT-1 was in force with other rules; give it a new one"):
        decides(office, OWN.replace("30 minutes", "20 minutes"))
    decides(office, OWN.replace("30 minutes", "20 minutes").replace("HT-1", "HT-2"))
    assert minutes_of(office, office.files("chan")) == 20


def test_starting_again_changes_nothing(office: Office) -> None:
    decides(office, OWN)
    kept = office.rows("regulations")
    assert office.work(adopting.adopt) == office.rules
    assert office.rows("regulations") == kept


def test_a_changed_rule_set_needs_a_new_version(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = loader.default_text().replace('length = "60 minutes"', 'length = "50 minutes"', 1)
    monkeypatch.setattr(loader, "default_text", lambda: changed)
    with pytest.raises(WrongRuleSet, match="another rule set was in force as"):
        office.work(adopting.adopt)


def test_an_update_of_the_program_takes_the_estate_s_own_along(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    decides(office, OWN)
    newer = loader.default_text().replace(f'"{office.rules.version}"', '"2027-1"', 1)
    monkeypatch.setattr(loader, "default_text", lambda: newer)
    office.rules = office.work(adopting.adopt)
    ticket = office.files("chan")
    assert (ticket.regulation, minutes_of(office, ticket)) == ("2027-1+HT-1", 30)


@pytest.mark.parametrize(
    ("wrong", "instead", "reason"),
    [
        ('"HT-1"', '"HT-1"\nwithout = ["XX-1"]', "own.toml: line 3: there is no rule XX-1 to leave out in"),
        ('"HT-1"', '"HT-1"\nwithout = ["FC-9"]', "own.toml: line 14: rule FC-9 is both given and left out"),
        ('"HT-1"', '"HT 1"', "own.toml: line 2: version:"),
        ('"30 minutes"', '"soon"', "own.toml: line 17: rule FC-9, length: 'soon' is no length"),
        ("[hours]", "[days]", "own.toml: line 4: days:"),
        (OWN, OWN + "[[windows]]" + OWN.partition("[[windows]]")[2], "own.toml: line 19: rule FC-9 is given twice"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    office: Office, wrong: str, instead: str, reason: str
) -> None:
    kept = office.rows("regulations")
    with pytest.raises(WrongRuleSet) as error:
        decides(office, OWN.replace(wrong, instead))
    assert reason in str(error.value)
    assert office.rows("regulations") == kept


def test_a_rule_set_is_explained_in_plain_words(office: Office) -> None:
    lines = list(explain(decides(office, OWN)))
    assert lines[0] == f"Rule set {office.rules.version}+HT-1: the day ends at midnight; quiet from 23:00 to 07:00."
    assert (
        "FC-9 (decision of 2 March): from filed, whoever has taken it on, or else the person on duty has 30 minutes "
        "until answer delivered; after that it is late."
    ) in lines
    assert "AS-4 (decision of 2 March): of what was fixed on the spot 50% is looked at by a second person" in str(lines)
    assert len(lines) >= 1 + len(office.rules.windows)


def test_why_somebody_is_reminded_is_told_by_the_rules_of_the_ticket(office: Office) -> None:
    before = office.files("chan")
    decides(office, OWN)
    after = office.files("li")
    for ticket, source in ((before, "S0 §10"), (after, "decision of 2 March")):
        assert source not in office.told("clerk")
        office.taps("clerk", Action(ringing.WHY, ticket.ref, 0, "FC-9").encode())
        assert f"Source: {source}" in office.told("clerk")
