"""What sounds like a brush-off is found before it is sent, and what does not is left alone (FC-3)."""

from collections.abc import Iterator

import pytest

from bot.domain.events import Answered, Promised
from bot.domain.history import event_of
from bot.domain.people import Language, Role
from bot.domain.policy import Act
from bot.domain.screening import find
from bot.domain.tickets import Ticket
from bot.flows.screen import Action
from bot.ports.boards import Board, Listing
from bot.regulations import loader
from bot.services import boards
from tests.office import Office

KNOWN = loader.default().brush_offs

BRUSH_OFFS = {
    "I don’t know.": "I don't know",
    "Sorry, WE  DON'T KNOW!": "we don't know",
    "That is not our business": "not our business",
    "It can't be done, sorry": "can't be done",
    "Please ask someone else": "ask someone else",
    "You'll have to wait.": "you'll have to wait",
    "我不知道啊": "我不知道",
    "这事我们不清楚": "我们不清楚",
    "这个办不了": "办不了",
    "没办法了。": "没办法",
    "不 归 我 们 管": "不归我们管",
    "您去找别人吧": "去找别人",
    "唔關我事": "唔關我事",
    "這個我們不清楚": "我們不清楚",
    "沒辦法呀！": "沒辦法",
    "這不是我們的事": "不是我們的事",
    "這是規定。": "這是規定",
}
ORDINARY = [
    "A mechanic will be there by 15:00; please let us know whether that suits you.",
    "If you don't know which tap it is, just send us a photo.",
    "Do you know since when it leaks?",
    "The repair can't be done before noon, but it will be done by 15:00.",
    "The lift part is on its way; we don't know the courier's name yet but it arrives on Friday.",
    "Please wait in the lobby, a colleague is on the way.",
    "The picture is not clear, could you send another one?",
    "It is our business to look after the lobby, and we are on it.",
    "We ask the lift company today and come back to you by 17:00.",
    "师傅下午三点到，请在家等候。",
    "照片不清楚，麻烦再拍一张。",
    "如果有不清楚的地方，请随时联系我们。",
    "不知道您明天上午是否方便？",
    "今天办不了，明天上午十点前一定办好。",
    "我们没办法马上换零件，但今晚六点前会先恢复供水。",
    "这是规定的检修时间，下午五点结束。",
    "您不用等，我们修好后通知您。",
    "師傅下午三點到，請在家等候。",
    "相片不太清楚，麻煩再拍一張。",
    "如有不清楚的地方，請隨時聯絡我們。",
    "不知道您明早是否方便？",
    "這是規定的檢修時間，下午五點完成。",
    "我們沒辦法立即更換零件，但今晚六時前會先恢復供水。",
]


@pytest.mark.parametrize(("words", "phrase"), BRUSH_OFFS.items())
@pytest.mark.parametrize("language", Language)
def test_a_brush_off_is_found_with_what_to_say_instead(words: str, phrase: str, language: Language) -> None:
    found = find(words, KNOWN, language)
    assert found is not None
    assert found.phrase == phrase
    assert "[" in found.better


@pytest.mark.parametrize("words", ORDINARY)
@pytest.mark.parametrize("language", Language)
def test_an_ordinary_sentence_is_left_alone(words: str, language: Language) -> None:
    assert find(words, KNOWN, language) is None


def test_what_to_say_instead_is_no_brush_off_itself() -> None:
    for entry in KNOWN:
        for language, better in entry.better.items():
            assert find(better, KNOWN, language) is None


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK, "boss": Role.GENERAL_SUPERVISOR})
    yield opened
    opened.close()


@pytest.fixture
def ticket(office: Office) -> Ticket:
    filed = office.files("chan")
    office.claims("clerk", filed)
    office.delivers()
    return filed


def begins(office: Office, ticket: Ticket, act: Act) -> None:
    version = office.work(lambda tx: tx.tickets.get(ticket.id)).version
    office.taps("clerk", Action(act, ticket.ref, version).encode())


def events(office: Office, ticket: Ticket) -> list[object]:
    return [event_of(row).event for row in office.work(lambda tx: tx.tickets.history(ticket.id))]


def cautioned(office: Office, name: str) -> int:
    reader = boards.reader_of(office.person(name))
    board = Board(Listing.CAUTIONED, since=office.now, until=office.now.replace(year=2027))
    return office.work(lambda tx: tx.boards.count(reader, board, 10))


def test_it_is_sent_with_a_second_tap_and_the_supervisor_is_told_and_can_list_it(
    office: Office, ticket: Ticket
) -> None:
    begins(office, ticket, Act.ANSWER)
    office.writes("clerk", "I don't know.")
    office.presses("clerk", "submit")
    assert not any(isinstance(event, Answered) for event in events(office, ticket))
    office.presses("clerk", "submit")
    [answered] = [event for event in events(office, ticket) if isinstance(event, Answered)]
    assert answered.caution == "I don't know"
    assert "clerk wrote to the resident “I don't know”" in office.told("boss")
    assert cautioned(office, "boss") == 1


def test_what_was_rewritten_is_sent_at_once_and_nobody_is_told(office: Office, ticket: Ticket) -> None:
    begins(office, ticket, Act.ANSWER)
    office.writes("clerk", "I don't know.")
    office.presses("clerk", "submit")
    office.presses("clerk", "e.words")
    office.writes("clerk", "I will find out and tell you by five.")
    office.presses("clerk", "submit")
    [answered] = [event for event in events(office, ticket) if isinstance(event, Answered)]
    assert answered.caution == ""
    assert "brushed" not in office.told("boss")
    assert cautioned(office, "boss") == 0


def test_a_note_among_staff_is_not_looked_at(office: Office, ticket: Ticket) -> None:
    begins(office, ticket, Act.NOTE)
    office.writes("clerk", "I don't know.")
    office.presses("clerk", "submit")
    assert "Noted" in office.told("clerk") or len(events(office, ticket)) == 3


@pytest.mark.parametrize("act", [Act.ASK, Act.PROPOSE])
def test_questions_and_proposals_are_looked_at_as_well(office: Office, ticket: Ticket, act: Act) -> None:
    begins(office, ticket, act)
    office.writes("clerk", "That is not our business.")
    before = len(events(office, ticket))
    office.presses("clerk", "submit")
    assert len(events(office, ticket)) == before
    office.presses("clerk", "submit")
    assert getattr(events(office, ticket)[before], "caution", "") == "not our business"


def test_a_promises_reason_is_asked_about_before_it_is_sent(office: Office, ticket: Ticket) -> None:
    begins(office, ticket, Act.PROMISE)
    office.writes("clerk", "tomorrow 10:00")
    office.writes("clerk", "It can't be done.")
    assert not any(isinstance(event, Promised) for event in events(office, ticket))
    office.presses("clerk", "c.yes")
    [promised] = [event for event in events(office, ticket) if isinstance(event, Promised)]
    assert promised.caution == "can't be done"


def test_or_another_reason_is_given_and_nothing_is_asked(office: Office, ticket: Ticket) -> None:
    begins(office, ticket, Act.PROMISE)
    office.writes("clerk", "tomorrow 10:00")
    office.writes("clerk", "It can't be done.")
    office.presses("clerk", "back")
    office.presses("clerk", "c.parts")
    [promised] = [event for event in events(office, ticket) if isinstance(event, Promised)]
    assert promised.caution == ""
