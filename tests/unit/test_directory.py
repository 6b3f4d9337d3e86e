"""A directory is read from a file, taken over whole, and shown so that somebody can go there at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters import directory_file
from bot.domain.directory import Body, Entry
from bot.domain.people import Language
from bot.flows.screen import Line, Text, text
from bot.sandbox.neighbours import DIRECTORY
from bot.services.directory import TakenOver, entry_lines, take_over
from tests.contract.stores import Desk, SqliteStore, open_desk

EXAMPLE = Path(__file__).parents[2] / "deploy" / "directory.example.toml"
WATER = """
[[outside]]
code = "water"
name = "Water Works"
names = { zh_Hant = "水務署" }
phone = "+852 2345-6001, 2345 6002"
"""


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = SqliteStore(None)
    yield open_desk(store)
    store.close()


def test_the_example_can_be_used_as_it_stands() -> None:
    water, repairs = directory_file.read(EXAMPLE)
    assert (water.kind, repairs.kind) == (Body.OUTSIDE, Body.SISTER)
    assert repairs.name_in(Language.TRADITIONAL) == "發展商維修處"


def test_what_is_left_out_is_not_there() -> None:
    (water,) = directory_file.parse(WATER, "x.toml")
    names = {Language.TRADITIONAL: "水務署"}
    assert water == Entry(0, 0, Body.OUTSIDE, "water", "Water Works", names, phone="+852 2345-6001, 2345 6002")
    assert water.name_in(Language.SIMPLIFIED) == "Water Works"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "x.toml lists nobody: it needs [[outside]] or [[sister]] entries."),
        ("[[outside]", "x.toml is not TOML: "),
        ("[[inside]]", "x.toml: inside: Extra inputs are not permitted."),
        ("outside = 1", "x.toml: outside: Input should be a valid list."),
        (WATER + WATER, "x.toml: the code water is there twice."),
        (WATER + WATER.replace("outside", "sister"), "x.toml: the code water is there twice."),
        (WATER + '[[sister]]\nname = "H"', "x.toml: sister entry 1, code: Field required."),
        (WATER + '[[outside]]\ncode = "gas"\nname = "G"', "x.toml: gas needs a phone, an address or a chat."),
        (WATER.replace('"water"', '"Wasser:1"'), "x.toml: outside entry 1, code: String should match pattern"),
        (WATER.replace("Water Works", " "), "x.toml: outside entry 1, name: String should have at least 1 character."),
        (WATER.replace("Water Works", "W" * 191), "x.toml: outside entry 1, name: String should have at most 190"),
        (WATER.replace("zh_Hant", "fr"), "x.toml: outside entry 1, names.fr.[key]: Input should be "),
        (WATER.replace("+852", "call"), "x.toml: outside entry 1, phone: String should match pattern"),
        (WATER + "fax = 1", "x.toml: outside entry 1, fax: Extra inputs are not permitted."),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(content: str, problem: str) -> None:
    with pytest.raises(ValueError) as refused:
        directory_file.parse(content, "x.toml")
    assert str(refused.value).startswith(problem)
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.toml cannot be read: No such file or directory\."):
        directory_file.read(tmp_path / "none.toml")
    (tmp_path / "other.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"other\.toml is not a text in UTF-8\."):
        directory_file.read(tmp_path / "other.toml")


def test_a_list_is_taken_over_whole(desk: Desk) -> None:
    water, power, *others = DIRECTORY
    with desk.transaction() as tx:
        assert take_over(tx, desk.estate.id, DIRECTORY) == TakenOver(len(DIRECTORY), 0, 0)
        before = tx.directory.by_code(desk.estate.id, "water")
        assert take_over(tx, desk.estate.id, DIRECTORY) == TakenOver(0, 0, 0)
        assert take_over(tx, desk.estate.id, [replace(water, phone="1"), *others]) == TakenOver(0, 1, 1)
        after = tx.directory.by_code(desk.estate.id, "water")
        assert before
        assert after == replace(before, phone="1")
        assert [entry.code for entry in tx.directory.of_estate(desk.estate.id)] == ["water", *(o.code for o in others)]
        assert take_over(tx, desk.estate.id, [power]) == TakenOver(0, 1, len(others) + 1)
        assert [entry.code for entry in tx.directory.of_estate(desk.estate.id)] == ["power"], "it has come back"


def test_an_entry_tells_all_that_is_known_of_it() -> None:
    names = {Language.TRADITIONAL: "水務署", Language.ENGLISH: "Water Works"}
    full = Entry(1, 1, Body.OUTSIDE, "water", "Water Works", names, "1 Road", "2345", "24/7", "chat")
    known: tuple[Line, ...] = (
        text("📍 {address}", address="1 Road"),
        text("☎️ {phone}", phone="2345"),
        text("🕑 {hours}", hours="24/7"),
        text("💬 {chat}", chat="chat"),
    )
    assert entry_lines(full, Language.TRADITIONAL) == (text("🏢 <b>{name}</b>", name="水務署"), *known)
    assert entry_lines(full) == (text("🏢 <b>{name}</b>", name="Water Works · 水務署"), *known)
    (bare,) = entry_lines(replace(full, address=None, phone=None, hours=None, chat=None), Language.ENGLISH)
    assert isinstance(bare, Text)
