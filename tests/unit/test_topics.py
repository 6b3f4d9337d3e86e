"""A topic for each department where the bot may open some, and everything in the general place where it may not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import STANDARD_DEPARTMENTS, Department, Estate, Role
from bot.ports.incoming import BotMembershipChanged, Chat
from bot.ports.messenger import Ambiguous, Gone, Malformed, Outcome, Sent, TopicGone, Unreachable
from bot.ports.outbox import LetterState, OpenTopic, Posted
from bot.services import topics
from tests.office import GROUP, TOPIC, Office


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"director": Role.DIRECTOR, "clerk": Role.CLERK, "chan": Role.RESIDENT})
    yield opened
    opened.close()


def promoted(office: Office, *, can: bool = True, chat: int = GROUP) -> None:
    """Let the director make the bot an administrator, who may open topics or not."""
    change = BotMembershipChanged(office.sender("director"), Chat(chat, private=False), member=True, topics=can)
    office.receives(change)


def wishes(office: Office) -> list[Posted]:
    """Return the letters that ask for a topic."""
    return [posted for posted in office.letters() if isinstance(posted.letter.content, OpenTopic)]


def estate(office: Office) -> Estate:
    return office.work(lambda tx: tx.estates.get(office.estate_id))


def departments(office: Office) -> dict[str, Department]:
    return {d.code: d for d in office.work(lambda tx: tx.departments.of_estate(office.estate_id))}


def thread_of(office: Office, code: str | None) -> int | None:
    own = departments(office)[code].thread_id if code else None
    return own or office.work(lambda tx: tx.estates.get(office.estate_id)).group_thread


def ends(office: Office, outcome: Outcome) -> LetterState:
    """Let the first topic asked for end so; return what became of the letter."""
    promoted(office)
    wish = wishes(office)[0]
    assert office.take(wish.id)
    return office.settle(wish.id, outcome).state


def test_each_department_gets_its_topic(office: Office) -> None:
    promoted(office)
    office.delivers()
    threads = [department.thread_id for department in departments(office).values()]
    assert len(set(threads)) == len(STANDARD_DEPARTMENTS)
    assert thread_of(office, "security") == departments(office)["security"].thread_id
    assert thread_of(office, None) == TOPIC


def test_topics_are_opened_once_however_often_the_bot_is_promoted(office: Office) -> None:
    promoted(office)
    promoted(office)
    office.delivers()
    promoted(office)
    sent = [posted for posted in wishes(office) if posted.state is LetterState.SENT]
    assert len(sent) == len(STANDARD_DEPARTMENTS)
    assert all(posted.state is LetterState.DROPPED for posted in wishes(office) if posted not in sent)


def test_without_the_right_nothing_is_asked_for_and_all_goes_to_the_general_place(office: Office) -> None:
    promoted(office, can=False)
    assert not wishes(office)
    assert thread_of(office, "security") == TOPIC


@pytest.mark.parametrize("outcome", [Unreachable("not enough rights"), Malformed("?"), Gone("?"), TopicGone("?")])
def test_a_refusal_is_let_go_without_a_word(office: Office, outcome: Outcome) -> None:
    assert ends(office, outcome) is LetterState.DROPPED
    assert len(office.letters()) == len(STANDARD_DEPARTMENTS)
    assert thread_of(office, "service") == TOPIC


def test_a_topic_that_was_perhaps_opened_is_not_opened_twice(office: Office) -> None:
    assert ends(office, Ambiguous("reset")) is LetterState.DEAD
    assert len(office.letters()) == len(STANDARD_DEPARTMENTS)


def test_the_service_centres_topic_becomes_the_general_place(office: Office) -> None:
    office.work(lambda tx: tx.estates.update(replace(tx.estates.get(office.estate_id), group_thread=None)))
    assert thread_of(office, None) is None
    assert ends(office, Sent((31,))) is LetterState.SENT
    assert departments(office)["service"].thread_id == 31
    assert thread_of(office, None) == 31
    assert thread_of(office, "security") == 31


def test_a_topic_opened_in_a_group_that_has_gone_meanwhile_is_nobodys(office: Office) -> None:
    promoted(office)
    wish, other = wishes(office)[:2]
    assert office.take(wish.id)
    office.receives(BotMembershipChanged(office.sender("director"), Chat(GROUP, private=False), member=False))
    office.settle(wish.id, Sent((31,)))
    assert office.take(other.id) is None
    assert {department.thread_id for department in departments(office).values()} == {None}


def test_a_new_staff_group_begins_with_topics_of_its_own(office: Office) -> None:
    promoted(office)
    office.delivers()
    office.receives(BotMembershipChanged(office.sender("director"), Chat(GROUP, private=False), member=False))
    assert {department.thread_id for department in departments(office).values()} == {None}
    promoted(office, chat=GROUP - 1)
    office.delivers()
    assert estate(office).group_chat == GROUP - 1
    assert estate(office).group_thread == departments(office)["service"].thread_id is not None


def test_an_estate_without_a_group_asks_for_nothing(office: Office) -> None:
    office.work(lambda tx: topics.open_missing(tx, replace(tx.estates.get(office.estate_id), group_chat=None)))
    assert not office.letters()
