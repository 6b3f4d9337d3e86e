"""Only whole literal sentences are said, with all their parameters, and none that may be needed is missing."""

import ast
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import EVENTS
from bot.domain.tickets import Kind, Stage
from bot.flows.labels import KIND, STAGE
from bot.regulations import loader
from bot.services import notices
from bot.services.refusals import SENTENCES
from bot.services.rulebook import reason_for
from tests.texts.catalogues import BOT, calls, extracted, placeholders

_RULEBOOK: Final = BOT / "services" / "rulebook.py"
#: Its sentences are named who did it when they are said.
_RECAPPING: Final = BOT / "services" / "recapping.py"
_REFUSALS: Final = BOT / "services" / "refusals.py"
#: Raised by the pure domain, which knows no names; `services.recording.named` adds who holds the ticket.
_NAMED_LATER: Final = {"by"}
#: What is given as `**facts` where a receiver is refused.
_FACTS: Final = {"number", "name"}


def test_every_sentence_is_a_literal_that_the_extraction_finds() -> None:
    found: Counter[str] = Counter()
    for path, call in calls("text"):
        (message,) = call.args
        assert isinstance(message, ast.Constant), f"{path}:{call.lineno}"
        assert isinstance(message.value, str), f"{path}:{call.lineno}"
        assert message.value.strip(), f"{path}:{call.lineno}"
        found[message.value] += 1
    assert found == Counter(extracted())
    assert found.total() > 60


def test_no_sentence_goes_round_the_extraction() -> None:
    direct = list(calls("Text"))
    assert direct, "sentences get their parameters there"
    for path, call in direct:
        assert not any(isinstance(argument, ast.Constant) for argument in call.args), f"{path}:{call.lineno}"


def test_every_sentence_is_given_its_parameters() -> None:
    looked_at = 0
    for path, call in calls("text"):
        if path in (_REFUSALS, _RECAPPING):
            continue
        if path == _RULEBOOK:
            assert placeholders(ast.literal_eval(call.args[0])) <= {"number", "time", "rule"}, f"{path}:{call.lineno}"
            continue
        given = {keyword.arg for keyword in call.keywords}
        assert placeholders(ast.literal_eval(call.args[0])) == given, f"{path}:{call.lineno}"
        looked_at += 1
    assert looked_at > 50


def test_every_refusal_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Refusal)


def test_whoever_refuses_gives_the_facts_of_its_sentence() -> None:
    raised: dict[Refusal, int] = dict.fromkeys(Refusal, 0)
    for path, call in calls("DomainError"):
        refusal = call.args[0]
        if (
            not isinstance(refusal, ast.Attribute)
            or not isinstance(refusal.value, ast.Name)
            or refusal.value.id != "Refusal"
        ):
            continue  # passed on as it was
        kind = Refusal[refusal.attr]
        raised[kind] += 1
        given = {keyword.arg for keyword in call.keywords}
        missing = placeholders(SENTENCES[kind].message) - (given | _FACTS if None in given else given)
        assert missing <= (_NAMED_LATER if _is_named(path, call) else set()), f"{path}:{call.lineno}"
    for kind in policy_refusals():
        raised[kind] += 1
        known = {"number", "stage"} if kind is Refusal.STAGE_PASSED else {"number"}
        assert placeholders(SENTENCES[kind].message) - known <= _NAMED_LATER, kind
    assert [kind for kind, times in raised.items() if not times] == [], "a refusal that nobody makes"


def policy_refusals() -> list[Refusal]:
    """Return the refusals that the table of acts names; `require` gives them the ticket's number and stage."""
    tree = ast.parse((BOT / "domain" / "policy.py").read_text(encoding="utf-8"))
    named = (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return [Refusal[name.removeprefix("Refusal.")] for name in named if name.startswith("Refusal.")]


def _is_named(path: Path, raised: ast.Call) -> bool:
    if path == BOT / "domain" / "commands.py":
        return True
    at = (raised.lineno, raised.col_offset)
    inside = [arg for where, call in calls("named") if where == path for arg in call.args]
    return any((arg.lineno, arg.col_offset) == at for arg in inside)


def test_every_rule_says_why_it_rings() -> None:
    rules = [window.rule for window in loader.default().windows]
    assert rules
    for rule in rules:
        assert rule.partition("/")[0] in reason_for(rule).message


def test_what_the_domain_names_has_words() -> None:
    assert set(KIND) == set(Kind)
    assert set(STAGE) == set(Stage)


def test_every_event_is_in_the_table_of_who_is_told() -> None:
    assert set(notices._TABLE) == set(EVENTS.values())


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_says_what_to_do_and_ends_like_a_sentence(refusal: Refusal) -> None:
    assert SENTENCES[refusal].message.endswith(".")
