"""Rule sets by version."""

from datetime import timedelta

from bot.domain.overrides import Adopted, composed
from bot.regulations import loader
from tests.contract.stores import NOON, Desk

OWN = 'version = "HT-1"\nwithout = ["FC-9"]\n[[windows]]\nrule = "CP-6"\nsource = "S3"\nstarted_by = ["filed"]\n'
OWN += 'met_by = ["answer_delivered"]\nlength = "12 hours"\n'
HOUR = timedelta(hours=1)


def test_a_version_is_read_as_it_was_put_in_force(desk: Desk) -> None:
    written = loader.default_text()
    with desk.transaction() as tx:
        assert tx.regulations.get("another") is None
        tx.regulations.add(Adopted("another", written, NOON))
        assert tx.regulations.get("another") == loader.parse(written, "default.toml")
        assert tx.regulations.latest_of(desk.estate.id) is None


def test_an_estate_s_own_lies_over_the_program_s_and_the_latest_counts(desk: Desk) -> None:
    written = loader.default_text()
    first = Adopted("x+HT-1", written, NOON, OWN, desk.estate.id, "Director Ho")
    second = Adopted("x+HT-2", written, NOON + HOUR, OWN.replace("12", "6"), desk.estate.id, "Director Ho")
    with desk.transaction() as tx:
        tx.regulations.add(first)
        tx.regulations.add(second)
        assert tx.regulations.latest_of(desk.estate.id) == second
        assert tx.regulations.of(desk.estate.id) == (first, second)
        assert tx.regulations.get("x+HT-1") == composed(written, OWN)
