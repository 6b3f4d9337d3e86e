"""A rule set that contradicts itself is refused when it is read, with the file and the reason in one sentence."""

from pathlib import Path

import pytest

from bot.regulations import loader
from bot.regulations.loader import WrongRuleSet

GOOD = """
version = "2026-1"

[[windows]]
rule = "FC-9"
source = "S0 §10"
started_by = ["filed"]
met_by = ["answer_delivered"]
ended_by = ["withdrawn"]
minutes = 60
reminders = [0.5, 0.8]
"""


def test_a_rule_set_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(GOOD, encoding="utf-8")
    rules = loader.read(file)
    assert rules.version == "2026-1"
    assert rules.window("FC-9") == rules.windows[0]
    assert rules.window("XX-1") is None
    assert rules.windows[0].ended_by == ("withdrawn",)


@pytest.mark.parametrize(
    ("wrong", "instead", "reason"),
    [
        ('version = "2026-1"', "version = 2026-1", "not TOML"),
        ('version = "2026-1"', "", "version: Field required"),
        ('version = "2026-1"', 'version = ""', "version"),
        ("[[windows]]", "[[frames]]", "windows: Field required"),
        ('"FC-9"', '"fc9"', "windows.0.rule"),
        ('source = "S0 §10"', 'source = ""', "windows.0.source"),
        ('["filed"]', "[]", "windows.0.started_by"),
        ('["filed"]', '["opened"]', "rule FC-9: there is no event 'opened'; known: amended, answer_delivered"),
        ('["answer_delivered"]', '["anwser"]', "rule FC-9: there is no event 'anwser'"),
        ('["answer_delivered"]', '["filed"]', "rule FC-9: filed cannot both start and meet the window"),
        (
            '["answer_delivered"]',
            '["reminded"]',
            "rule FC-9: reminded comes of a window and cannot start, meet or end one",
        ),
        ('["withdrawn"]', '["taken back"]', "rule FC-9: there is no event 'taken back'"),
        ('["withdrawn"]', '["window_broken"]', "rule FC-9: window_broken comes of a window and cannot"),
        ('["withdrawn"]', '["filed"]', "rule FC-9: filed cannot both start and end the window"),
        ('["withdrawn"]', '["answer_delivered"]', "rule FC-9: answer_delivered cannot both meet and end the window"),
        ("minutes = 60", "minutes = 0", "windows.0.minutes"),
        ("minutes = 60", 'minutes = "an hour"', "windows.0.minutes"),
        ("[0.5, 0.8]", "[0.8, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.5, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.501, 0.502]", "rule FC-9: reminders must differ by whole hundredths"),
        ("[0.5, 0.8]", "[0.5, 1.0]", "windows.0.reminders.1"),
        ("[0.5, 0.8]", "[0.0]", "windows.0.reminders.0"),
        ("minutes = 60", "minutes = 60\nleast_gap_minutes = -1", "windows.0.least_gap_minutes"),
        ("minutes = 60", 'minutes = 60\nholder = "the cat"', "windows.0.holder"),
        ("minutes = 60", 'minutes = 60\ncolour = "red"', "windows.0.colour"),
        (GOOD, GOOD + GOOD.partition("\n\n")[2], "rules given twice: FC-9"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, wrong: str, instead: str, reason: str) -> None:
    assert wrong in GOOD
    file = tmp_path / "rules.toml"
    file.write_text(GOOD.replace(wrong, instead), encoding="utf-8")
    with pytest.raises(WrongRuleSet) as error:
        loader.read(file)
    assert str(error.value).startswith(f"{file}: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
