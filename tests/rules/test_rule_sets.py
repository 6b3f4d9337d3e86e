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
        ('version = "2026-1"', "", "line 1: version: this is missing"),
        ('version = "2026-1"', 'version = ""', "line 2: version: this is empty"),
        ("[[windows]]", "[[frames]]", "line 1: windows: this is missing"),
        ('"FC-9"', '"fc9"', "line 5: window 1, rule: "),
        ('source = "S0 §10"', 'source = ""', "line 6: rule FC-9, source: this is empty"),
        ('["filed"]', "[]", "line 7: rule FC-9, started_by: this is empty"),
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
            "line 10: rule FC-9, length: '0 minutes' is no length; write it like",
        ),
        ('"60 minutes"', "60", "line 10: rule FC-9, length: a length is written in words, like '60 minutes'"),
        ('length = "60 minutes"\n', "", "line 4: rule FC-9, length: this is missing"),
        ('"60 minutes"', '"an hour"', "rule FC-9, length: 'an hour' is no length"),
        ("[0.5, 0.8]", "[0.8, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.5, 0.5]", "rule FC-9: reminders must rise"),
        ("[0.5, 0.8]", "[0.501, 0.502]", "rule FC-9: reminders must differ by whole hundredths"),
        ("[0.5, 0.8]", "[0.5, 1.0]", "line 11: rule FC-9, reminders 2: "),
        ("[0.5, 0.8]", "[0.0]", "line 11: rule FC-9, reminders 1: "),
        ("[0.5, 0.8]", "[0.5, 0.8]\nleast_gap_minutes = -1", "line 12: rule FC-9, least_gap_minutes: "),
        ("[0.5, 0.8]", '[0.5, 0.8]\nholder = "the cat"', "line 12: rule FC-9, holder: "),
        (
            "[0.5, 0.8]",
            '[0.5, 0.8]\ncolour = "red"',
            "line 12: rule FC-9, colour: there is no such entry; perhaps it is misspelt",
        ),
        (GOOD, GOOD + GOOD.partition("\n\n")[2], "line 13: rules given twice: FC-9"),
        (
            'met_by = ["answer_delivered"]\nended_by = ["withdrawn"]\n',
            "",
            "line 4: rule FC-9: nothing meets or ends it, so everybody would always be late",
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
        (END, END + 'ladder = [{after = "1 day", to = "the mayor"}]', "line 12: rule FC-9, ladder 1, to: "),
        (END, END + 'consequence = "close"\ntells = ["director"]', "nothing is missed where the consequence is close"),
        (END, END + 'when = [{categories = ["weather"]}]', "there is no category 'weather'; known: burst, cleaning"),
        (END, END + "when = [{}]", "line 12: rule FC-9, when 1: a condition says something of the ticket"),
        (
            END,
            END + "unless = [{kinds = []}]",
            "line 12: rule FC-9, unless 1: a condition says something of the ticket",
        ),
        (END, END + 'when = [{kinds = ["party"]}]', "line 12: rule FC-9, when 1, kinds 1: "),
        (END, END + "[hours]\nquiet_from = 08:00:00", "line 12: hours: the quiet hours begin and end at the same time"),
        (END, END + "[hours]\nopens = 08:00:00", "line 13: hours, opens: "),
        ('"2026-1"', '"2026-1"\nended_by = ["forgotten"]', "line 3: 'forgotten' cannot end every window"),
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
        ('["amended"]', "[]", "line 12: rule CP-6, pauses 1, until: this is empty"),
        ('["amended"]', '["asked nicely"]', "there is no event 'asked nicely'"),
        ('["amended"]', '["claimed"]', "claimed cannot both pause and resume the window"),
        ('["amended"]', '["withdrawn"]', "withdrawn cannot both pause or resume the window and settle it"),
        ('"claimed"', '"reminded"', "reminded comes of a window and cannot"),
        ('"question"', '"laziness"', "line 12: rule CP-6, pauses 1, reason: "),
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
