"""The page on which everything said to people can be read over shows all of it, in each language, with nothing open."""

import re
from html.parser import HTMLParser
from typing import Final

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Language
from bot.domain.policy import TABLE
from bot.flows.catalogue import FLOWS
from tests.texts import review
from tests.texts.catalogues import extracted

_OPEN: Final = re.compile(r"{\w*}")


@pytest.fixture(scope="module")
def everything() -> list[review.Section]:
    return review.sections()


def test_every_step_of_every_conversation_is_shown(everything: list[review.Section]) -> None:
    names = {shot.name for section in everything for shot in section.shots}
    for flow in FLOWS.values():
        for step in flow.steps:
            assert f"{flow.id} · {step.id}" in names
        assert any(name.startswith((f"{flow.id} · summary", f"{flow.id} · done")) for name in names)


def test_every_act_stands_in_the_table_of_who_may_do_what(everything: list[review.Section]) -> None:
    table = everything[0].diagram.splitlines()[1:]
    assert [line.split()[0] for line in table] == list(TABLE)


def test_every_refusal_and_every_sentence_is_shown(everything: list[review.Section]) -> None:
    assert {shot.name for section in everything for shot in section.shots} >= set(Refusal)
    shown = {message for section in everything for shot in section.shots for message in review.messages(shot.screen)}
    assert shown >= set(extracted())


@pytest.mark.parametrize("language", Language)
def test_nothing_is_left_open(everything: list[review.Section], language: Language) -> None:
    for section in everything:
        for shot in section.shots:
            call = review.speech(shot.screen, language)
            labels = [button.label for row in call.keyboard for button in row]
            for said in (call.plain, *labels):
                assert said.strip(), shot.name
                assert not _OPEN.search(said), shot.name


def test_the_page_stands_alone(everything: list[review.Section]) -> None:
    page = review.page(everything)
    tags: list[tuple[str, str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.extend((tag, name, value) for name, value in attrs or [("", None)])

    Reader().feed(page)
    assert not {tag for tag, _, _ in tags} & {"script", "link", "img", "iframe", "object"}
    assert [name for _, name, _ in tags if name in ("src", "style") or name.startswith("on")] == []
    assert all((value or "").startswith("#") for _, name, value in tags if name == "href")
