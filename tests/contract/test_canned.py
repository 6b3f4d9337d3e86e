"""The answers that estates keep ready."""

from dataclasses import replace

from bot.domain.canned import Canned
from bot.domain.people import Language
from bot.domain.tickets import Kind
from tests.contract.stores import Desk

LIFT = Canned(
    "lift",
    {Language.ENGLISH: "Lift", Language.TRADITIONAL: "升降機"},
    {Language.ENGLISH: "A mechanic comes.", Language.TRADITIONAL: "師傅正在途中。"},
    frozenset({Kind.REPAIR}),
    frozenset({"lift"}),
)
LOOK = Canned("look", {Language.SIMPLIFIED: "上门查看"}, {Language.SIMPLIFIED: "今天上门查看。"})


def test_they_are_read_as_they_were_stored_and_replaced_whole(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.canned.take_over(desk.estate.id, (LIFT, LOOK))
        assert tx.canned.of_estate(desk.estate.id) == (LIFT, LOOK)
        renamed = replace(LOOK, titles={Language.SIMPLIFIED: "查看"})
        tx.canned.take_over(desk.estate.id, (renamed,))
        assert tx.canned.of_estate(desk.estate.id) == (renamed,)


def test_each_estate_has_its_own(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        tx.canned.take_over(desk.estate.id, (LIFT,))
        tx.canned.take_over(other.id, (LIFT, LOOK))
        tx.canned.take_over(other.id, ())
        assert tx.canned.of_estate(desk.estate.id) == (LIFT,)
        assert tx.canned.of_estate(other.id) == ()
