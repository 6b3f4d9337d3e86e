"""Places are read from a file, taken over whole, measured, and named to whoever reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters import places_file
from bot.domain.people import Language
from bot.domain.places import FAR_M, NEAR_M, Location, Place, PlaceKind, id_of, metres_between, nearest, token_from
from bot.ports.store import Transaction
from bot.sandbox.grounds import PLACES
from bot.services.placing import TakenOver, label, label_in, renew, take_over
from tests.contract.stores import Desk, SqliteStore, open_desk

EXAMPLE = Path(__file__).parents[2] / "deploy" / "places.example.csv"
HEAD = "code,kind,in,name,zh_Hant,latitude,longitude\n"


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = SqliteStore(None)
    yield open_desk(store)
    store.close()


def takes_over(tx: Transaction, desk: Desk, content: str) -> TakenOver:
    listed = places_file.parse(content, "places.csv")
    return take_over(tx, desk.estate.id, [(one.place, one.within) for one in listed])


def named(tx: Transaction, desk: Desk, code: str) -> Place:
    place = tx.places.by_code(desk.estate.id, code)
    assert place
    return place


def test_the_example_can_be_used_as_it_stands() -> None:
    listed = places_file.read(EXAMPLE)
    lobby = next(one for one in listed if one.place.code == "b1-lobby")
    assert (lobby.within, lobby.place.kind, lobby.place.name_in(Language.SIMPLIFIED)) == ("b1", PlaceKind.SPOT, "大堂")


def test_columns_stand_in_any_order_and_empty_lines_are_passed_over() -> None:
    (listed,) = places_file.parse("name,code,kind\n\nMain gate , gate,spot\n,,\n", "places.csv")
    assert listed.place == Place(0, 0, PlaceKind.SPOT, "gate", "Main gate", position=1)
    assert listed.within is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the first line must name the columns; code is missing."),
        ("code,kind\n", "the first line must name the columns; name is missing."),
        ("code,kind,name,colour\n", "there is no column 'colour'"),
        (HEAD, "places.csv lists no place."),
        (HEAD + "G 1,spot,,Gate", "places.csv, line 2: the code must be 1 to 32 small letters"),
        (HEAD + "g,spot,,Gate\ng,spot,,Gate", "places.csv, line 3: the code g is there twice."),
        (HEAD + "g,gate,,Gate", "line 2: the kind must be one of zone, building, floor, spot."),
        (HEAD + "g,spot,b1,Gate", "line 2: what it lies in, b1, must stand above it."),
        (HEAD + "g,spot,,Gate\nb,building,g,Block", "line 3: a building cannot lie in a spot."),
        (HEAD + "g,spot,,", "line 2: a name must have 1 to 60 characters."),
        (HEAD + f"g,spot,,Gate,{'門' * 61}", "line 2: a name must have 1 to 60 characters."),
        (HEAD + "g,spot,,Gate,,22.3,", "line 2: latitude and longitude must be degrees, both of them."),
        (HEAD + "g,spot,,Gate,,22.3,181", "line 2: latitude and longitude must be degrees, both of them."),
        (HEAD + "g,spot,,Gate,,nan,0", "line 2: latitude and longitude must be degrees, both of them."),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_where_and_why(content: str, problem: str) -> None:
    with pytest.raises(ValueError) as refused:
        places_file.parse(content, "places.csv")
    assert problem in str(refused.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read: No such file"):
        places_file.read(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_bytes(b"code,kind,name\n\xff")
    with pytest.raises(ValueError, match=r"is not a CSV file in UTF-8"):
        places_file.read(tmp_path / "odd.csv")


def test_places_are_known_again_by_their_codes_and_who_is_missing_is_retired(desk: Desk) -> None:
    with desk.transaction() as tx:
        first = takes_over(tx, desk, HEAD + "b3,building,,Block 3\nb3-12,floor,b3,12/F\ngate,spot,,Gate")
        assert first == TakenOver(3, 0, 0)
        floor, gate = named(tx, desk, "b3-12"), named(tx, desk, "gate")
        sticker, dead = tx.places.token_of(floor.id), tx.places.token_of(gate.id)
        assert sticker
        assert dead
        second = takes_over(tx, desk, HEAD + "b3,building,,Block 3\nb3-12,floor,b3,12th floor")
        assert second == TakenOver(0, 1, 1)
        assert named(tx, desk, "b3-12").id == floor.id
        assert tx.places.token_of(floor.id) == sticker, "what hangs on the wall goes on being good"
        assert tx.places.by_token(dead) == (named(tx, desk, "gate"), False)
        assert named(tx, desk, "gate").retired
        third = takes_over(tx, desk, HEAD + "b3,building,,Block 3\nb3-12,floor,b3,12th floor\ngate,spot,,Gate")
        assert third == TakenOver(0, 1, 0)
        assert tx.places.token_of(gate.id) not in (None, dead), "who comes back gets a new sticker"


def test_a_place_is_named_with_what_it_lies_in_by_the_readers_language(desk: Desk) -> None:
    with desk.transaction() as tx:
        takes_over(tx, desk, HEAD + "b3,building,,Block 3,3座\nb3-12,floor,b3,12/F,12樓\nlift,spot,b3-12,Lift")
        lift = named(tx, desk, "lift")
        assert label_in(tx, lift, Language.ENGLISH) == "Block 3 · 12/F · Lift"
        assert label_in(tx, lift, Language.TRADITIONAL) == "3座 · 12樓 · Lift"
        assert label(tx, lift, None) == "Block 3 · 12/F · Lift / 3座 · 12樓 · Lift"
        assert label(tx, lift, Language.SIMPLIFIED) == "Block 3 · 12/F · Lift"


def test_a_token_cannot_be_guessed_and_fits_a_link(desk: Desk) -> None:
    with desk.transaction() as tx:
        takes_over(tx, desk, HEAD + "gate,spot,,Gate")
        gate = named(tx, desk, "gate")
        old = tx.places.token_of(gate.id)
        new = renew(tx, gate)
        assert new != old
        assert tx.places.token_of(gate.id) == new
    assert len(token_from(bytes(16))) == 22
    assert token_from(bytes(15) + b"\x01") != token_from(bytes(16)), "all of its 128 bits count"


def test_an_answer_names_a_place_or_a_sort_of_place() -> None:
    assert id_of(Place(17, 1, PlaceKind.SPOT, "gate", "Gate").ref) == 17
    assert [id_of(code) for code in ("lobby", "p", "pool", "", "-", "p-1", "p１")] == [None] * 7


def test_a_shared_location_means_the_place_next_to_it() -> None:
    estate = [place for place, _ in PLACES]
    gate = next(place for place in estate if place.code == "gate")
    assert gate.location
    beside = Location(gate.location.latitude + 0.0002, gate.location.longitude)
    near = nearest(estate, beside)
    assert near
    assert near[1] is gate
    assert 20 < near[0] < NEAR_M
    town = nearest(estate, Location(22.2783, 114.1747))
    assert town
    assert town[0] > FAR_M
    assert nearest([Place(0, 0, PlaceKind.SPOT, "x", "X")], beside) is None


def test_distances_are_metres() -> None:
    degree = metres_between(Location(0, 0), Location(0, 1))
    assert degree == pytest.approx(111_195, abs=5)
    assert metres_between(Location(60, 0), Location(60, 1)) == pytest.approx(degree / 2, rel=1e-3)
