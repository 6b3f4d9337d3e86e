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
length = "60 minutes"
reminders = [0.5, 0.8]
"""
END = "reminders = [0.5, 0.8]\n"
PAUSED = GOOD.replace("FC-9", "CP-6") + 'pauses = [{by = "claimed", until = ["amended"], reason = "question"}]\n'


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
        ('["filed"]', '["opened"]', "rule FC-9: there is no event 'opened'; known: agreed, amended"),
        ('["answer_delivered"]', '["anwser"]', "rule FC-9: there is no event 'anwser'"),
        ('["answer_delivered"]', '["filed"]', "rule FC-9: filed cannot both start and meet the window"),
        (
            '["answer_delivered"]',
            '["reminded"]',
            "rule FC-9: reminded comes of a window and cannot start, meet, pause or end one",
        ),
        ('["withdrawn"]', '["taken back"]', "rule FC-9: there is no event 'taken back'"),
        ('["withdrawn"]', '["window_broken"]', "rule FC-9: window_broken comes of a window and cannot"),
        ('["withdrawn"]', '["filed"]', "rule FC-9: filed cannot both start and end the window"),
        ('["withdrawn"]', '["answer_delivered"]', "rule FC-9: answer_delivered cannot both meet and end the window"),
        (
            '"60 minutes"',
            '"0 minutes"',
            "line 10: windows.0.length: '0 minutes' is no length; write it like",
        ),
        ('"60 minutes"', "60", "line 10: windows.0.length: a length is written in words, like '60 minutes'"),
        ('length = "60 minutes"\n', "", "line 4: windows.0.length: Field required"),
        ('"60 minutes"', '"an hour"', "windows.0.length: 'an hour' is no length"),
        ("[0.5, 0.8]", "[0.8, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.5, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.501, 0.502]", "rule FC-9: reminders must differ by whole hundredths"),
        ("[0.5, 0.8]", "[0.5, 1.0]", "windows.0.reminders.1"),
        ("[0.5, 0.8]", "[0.0]", "windows.0.reminders.0"),
        ("[0.5, 0.8]", "[0.5, 0.8]\nleast_gap_minutes = -1", "windows.0.least_gap_minutes"),
        ("[0.5, 0.8]", '[0.5, 0.8]\nholder = "the cat"', "windows.0.holder"),
        ("[0.5, 0.8]", '[0.5, 0.8]\ncolour = "red"', "windows.0.colour"),
        (GOOD, GOOD + GOOD.partition("\n\n")[2], "rules given twice: FC-9"),
        (
            'met_by = ["answer_delivered"]\nended_by = ["withdrawn"]\n',
            "",
            "line 4: windows.0: rule FC-9: nothing meets or ends it, so everybody would always be late",
        ),
        (
            END,
            END + 'pauses = [{by = "claimed", until = ["amended"], reason = "question"}]',
            "this window is never paused",
        ),
        (END, END + 'ladder = [{after = "2 hours", to = "hq"}, {after = "1 hour", to = "hq"}]', "ladder must rise"),
        (
            END,
            END + 'ladder = [{after = "same day", to = "director"}]',
            "a step of the ladder comes",
        ),
        (END, END + 'ladder = [{after = "1 day", to = "the mayor"}]', "windows.0.ladder.0.to"),
        (END, END + 'consequence = "close"\ntells = ["director"]', "nothing is missed where the consequence is close"),
        (END, END + 'when = [{categories = ["weather"]}]', "there is no category 'weather'; known: burst, cleaning"),
        (END, END + "when = [{}]", "windows.0.when.0: a condition says something of the ticket"),
        (END, END + "unless = [{kinds = []}]", "windows.0.unless.0: a condition says something of the ticket"),
        (END, END + 'when = [{kinds = ["party"]}]', "windows.0.when.0.kinds.0"),
        (END, END + "[hours]\nquiet_from = 08:00:00", "line 12: hours: the quiet hours begin and end at the same time"),
        (END, END + "[hours]\nopens = 08:00:00", "line 13: hours.opens"),
        ('"2026-1"', '"2026-1"\nended_by = ["forgotten"]', "'forgotten' cannot end every window"),
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


@pytest.mark.parametrize(
    ("wrong", "instead", "reason"),
    [
        ('["amended"]', "[]", "windows.0.pauses.0.until"),
        ('["amended"]', '["asked nicely"]', "there is no event 'asked nicely'"),
        ('["amended"]', '["claimed"]', "claimed cannot both pause and resume the window"),
        ('["amended"]', '["withdrawn"]', "withdrawn cannot both pause or resume the window and settle it"),
        ('"claimed"', '"reminded"', "reminded comes of a window and cannot"),
        ('"question"', '"laziness"', "windows.0.pauses.0.reason"),
    ],
)
def test_a_pause_has_its_rules_too(wrong: str, instead: str, reason: str) -> None:
    assert loader.parse(PAUSED, "rules.toml").windows[0].pauses
    assert wrong in PAUSED
    with pytest.raises(WrongRuleSet) as error:
        loader.parse(PAUSED.replace(wrong, instead), "rules.toml")
    assert reason in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongRuleSet, match=r"rules\.toml: cannot be read: No such file"):
        loader.read(tmp_path / "rules.toml")
    (tmp_path / "rules.toml").write_bytes(b"version = '\xff'")
    with pytest.raises(WrongRuleSet, match=r"rules\.toml: not a text in UTF-8"):
        loader.read(tmp_path / "rules.toml")
