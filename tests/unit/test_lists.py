"""Colleagues' lists in their office: who sees which, what a page shows, and where its arrows lead."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.tickets import Stage, Ticket
from bot.flows.screen import Action, Quote, Screen, Text
from bot.ports.boards import Board, Listing
from bot.ports.outbox import Card, Notice, Redraw, ShowCard, TapAnswer
from bot.services import board_names
from bot.services.boards import LIST, OPEN, PAGE
from bot.services.refusals import SENTENCES
from tests.office import MORNING, Office, account_of

ZONE = ZoneInfo("Asia/Hong_Kong")


@pytest.fixture
def office() -> Iterator[Office]:
    """An estate whose head, technician and clerk belong to departments."""
    opened = Office(
        {
            "chan": Role.RESIDENT,
            "clerk": Role.CLERK,
            "technician": Role.TECHNICIAN,
            "head": Role.DEPARTMENT_HEAD,
            "supervisor": Role.GENERAL_SUPERVISOR,
            "director": Role.DIRECTOR,
        }
    )
    for name, department in {"clerk": "service", "technician": "engineering", "head": "engineering"}.items():
        belongs(opened, name, department)
    yield opened
    opened.close()


def belongs(office: Office, name: str, code: str) -> None:
    """Put somebody into a department."""
    person = office.person(name)
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert department
    office.work(lambda tx: tx.people.update(replace(person, department_id=department.id)))


def files(office: Office, words: str = "The lift is stuck.") -> Ticket:
    """Let a resident file one more matter, in a minute of its own; return its ticket, everything sent."""
    office.passes(minutes=2)
    office.writes("chan", words)
    chan = office.person("chan").id
    draft = office.work(lambda tx: tx.drafts.current(chan, account_of("chan"), office.now))
    assert draft
    if draft.ticket_id is not None:  # asked whether it is for the one before
        office.presses("chan", "c.new")
    for choice in ("c.enquiry", "submit"):
        office.presses("chan", choice)
    office.delivers()
    return office.tickets()[-1]


def department_of(office: Office, code: str) -> int:
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert department
    return department.id


def asks(office: Office, name: str, command: str, argument: str = "") -> Screen:
    """Let `name` write a command; return the screen that answers it."""
    before = len(office.letters())
    office.writes(name, f"/{command} {argument}".strip(), command=command, argument=argument)
    (posted,) = office.letters()[before:]
    assert posted.letter.chat_id == account_of(name)
    assert isinstance(posted.letter.content, Notice)
    return posted.letter.content.screen


def taps(office: Office, name: str, action: Action, message_id: int = 77) -> Screen | Card | Text:
    """Let `name` tap a button of a list; return the page, the card or the refusal that follows."""
    before = len(office.letters())
    office.taps(name, action.encode(), message_id=message_id)
    for posted in office.letters()[before:]:
        match posted.letter.content:
            case Notice(screen=screen):
                return screen
            case Redraw(message_id=shown, screen=screen):
                assert shown == message_id
                return screen
            case ShowCard(card_id=card_id):
                return card_of(office, card_id)
            case TapAnswer(words=Text() as words, alert=True):
                return words
    raise AssertionError("nothing follows")


def card_of(office: Office, card_id: int) -> Card:
    return office.work(lambda tx: tx.cards.get(card_id))


def numbers(screen: Screen) -> list[object]:
    """Return the numbers of the tickets on a page."""
    return [press.label.params["number"] for row in screen.buttons for press in row if press.action.verb == OPEN]


def arrow(screen: Screen, sign: str) -> Action | None:
    """Return what an arrow of a page does, None where there is none."""
    found = [press.action for row in screen.buttons for press in row if press.label.message == sign]
    return found[0] if found else None


def words_of(screen: Screen) -> str:
    """Return everything that a screen says, as it stands in the source."""
    assert not any(isinstance(line, Quote) for line in screen.lines)
    return " ".join(str(line) for line in screen.lines)


def complains_about_a_colleague(office: Office) -> Ticket:
    office.writes("chan", "The guard shouted at my mother.")
    for choice in ("c.complaint", "c.colleague", "c.lobby", "skip", "skip", "submit"):
        office.presses("chan", choice)
    office.delivers()
    return office.tickets()[-1]


def refuses(answer: object, refusal: Refusal) -> bool:
    return answer == SENTENCES[refusal]


def test_work_shows_what_one_has_and_no_more(office: Office) -> None:
    mine, theirs, _ = files(office), files(office), files(office)
    assert numbers(asks(office, "clerk", "work")) == []
    office.claims("clerk", mine)
    office.claims("technician", theirs)
    assert numbers(asks(office, "clerk", "work")) == [mine.number]
    assert numbers(asks(office, "technician", "work")) == [theirs.number]


def test_a_page_says_who_has_it_when_it_is_due_and_what_was_said(office: Office) -> None:
    office.claims("clerk", files(office, "漏水 " * 100))
    screen = asks(office, "clerk", "work")
    said = words_of(screen)
    assert "⏳ due {time} · 👤 {who}" in said
    assert "'who': 'clerk'" in said
    assert "漏水" in said
    office.passes(hours=2)
    assert "⚠️ due since {time}" in words_of(asks(office, "clerk", "work"))


def test_arrows_lead_through_all_pages_and_back(office: Office) -> None:
    filed = [files(office) for _ in range(2 * PAGE + 1)]
    for ticket in filed:
        office.claims("clerk", ticket)
        office.passes(minutes=1)
    pages = [asks(office, "clerk", "work")]
    while onward := arrow(pages[-1], "▶"):
        page = taps(office, "clerk", onward)
        assert isinstance(page, Screen)
        pages.append(page)
    assert [number for page in pages for number in numbers(page)] == [ticket.number for ticket in filed]
    assert [len(numbers(page)) for page in pages] == [PAGE, PAGE, 1]
    assert arrow(pages[0], "◀") is None
    back = [pages[-1]]
    while before := arrow(back[-1], "◀"):
        page = taps(office, "clerk", before)
        assert isinstance(page, Screen)
        back.append(page)
    assert [numbers(page) for page in reversed(back)] == [numbers(page) for page in pages]
    assert back[-1] == pages[0]
    office.passes(minutes=1)
    place = next(press for row in pages[1].buttons for press in row if press.label.message == "{page}/{pages}")
    assert (place.label.params["page"], place.label.params["pages"]) == (2, 3)
    assert taps(office, "clerk", place.action) == pages[0]


def test_a_page_whose_tickets_have_gone_meanwhile_begins_anew(office: Office) -> None:
    filed = [files(office) for _ in range(PAGE + 1)]
    for ticket in filed:
        office.claims("clerk", ticket)
    onward = arrow(asks(office, "clerk", "work"), "▶")
    assert onward
    last = office.tickets()[-1]
    for choice in ("", "yes"):
        office.taps("chan", Action("withdraw", last.ref, last.version, choice).encode())
    page = taps(office, "clerk", onward)
    assert isinstance(page, Screen)
    assert len(numbers(page)) == PAGE
    assert arrow(page, "▶") is None


def test_a_ticket_opens_as_a_card_at_the_end_of_ones_chat_and_again(office: Office) -> None:
    ticket = files(office)
    office.claims("technician", ticket)
    office.delivers()
    (ticket,) = office.tickets()
    opened = taps(office, "clerk", Action(OPEN, ticket.ref, ticket.version))
    assert isinstance(opened, Card)
    assert (opened.chat_id, opened.ticket_id) == (account_of("clerk"), ticket.id)
    office.delivers()
    again = taps(office, "clerk", Action(OPEN, ticket.ref, ticket.version))
    assert isinstance(again, Card)
    assert (again.id, again.fresh) == (opened.id, True)
    assert refuses(taps(office, "chan", Action(OPEN, ticket.ref, ticket.version)), Refusal.NOT_PERMITTED)


def test_a_board_is_ones_departments_and_to_some_everybodys(office: Office) -> None:
    engineering = department_of(office, "engineering")
    foreign = Action(LIST, f"department~{department_of(office, 'service')}", 1)
    assert "engineering" not in words_of(asks(office, "technician", "board"))
    assert asks(office, "technician", "board").buttons == ()
    for name in ("technician", "head", "clerk"):
        own = Action(LIST, f"department~{office.person(name).department_id}", 1)
        assert isinstance(taps(office, name, own), Screen)
    for name in ("technician", "head"):
        assert refuses(taps(office, name, foreign), Refusal.NOT_PERMITTED)
    choice = asks(office, "supervisor", "board")
    codes = [press.action.ref for row in choice.buttons for press in row]
    assert f"department~{engineering}" in codes
    assert len(codes) == 6
    for name in ("supervisor", "director"):
        page = taps(office, name, foreign)
        assert isinstance(page, Screen)
        assert len([press for row in page.buttons for press in row]) == 5, "the way to the others"


def test_somebody_without_a_department_is_told_so(office: Office) -> None:
    for name in ("technician", "head"):
        person = replace(office.person(name), department_id=None)
        office.work(lambda tx, changed=person: tx.people.update(changed))  # type: ignore[misc]
    for name, command in (("technician", "board"), ("head", "board"), ("head", "overview")):
        (line,) = asks(office, name, command).lines
        assert refuses(line, Refusal.NO_DEPARTMENT), command


def test_the_overview_counts_and_each_number_is_a_list(office: Office) -> None:
    first, second, _ = (files(office) for _ in range(3))
    office.claims("clerk", first)
    office.passes(hours=2)
    fresh = files(office)
    office.taps("chan", Action("withdraw", second.ref, second.version, "yes").encode())
    screen = asks(office, "director", "overview")
    presses = [press for row in screen.buttons for press in row]
    assert [press.label.params["count"] for press in presses] == [3, 2, 2, 4, 0, 0, 0]
    lists = [taps(office, "director", press.action) for press in presses]
    shown = [numbers(page) for page in lists if isinstance(page, Screen)]
    assert [len(page) for page in shown] == [3, 2, 2, 4, 0, 0, 0]
    assert fresh.number in shown[3]


def test_a_head_oversees_the_department_alone(office: Office) -> None:
    files(office)
    screen = asks(office, "head", "overview")
    presses = [press for row in screen.buttons for press in row]
    assert [press.label.params["count"] for press in presses] == [0] * 7
    own = office.person("head").department_id
    assert all(press.action.ref.endswith(f"~{own}") for press in presses)
    for ref in ("open", "overdue", f"held.{office.person('clerk').id}", f"open~{department_of(office, 'service')}"):
        assert refuses(taps(office, "head", Action(LIST, ref, 1)), Refusal.NOT_PERMITTED)
    assert isinstance(taps(office, "head", Action(LIST, f"held.{office.person('technician').id}", 1)), Screen)


@pytest.mark.parametrize("name", ["clerk", "head", "supervisor"])
def test_what_is_about_a_colleague_is_in_no_list_number_or_search(office: Office, name: str) -> None:
    secret = complains_about_a_colleague(office)
    office.claims("director", secret, chat=None)
    (secret,) = office.tickets()
    for command, argument in (("work", ""), ("find", "guard"), ("find", secret.number), ("find", "today")):
        assert secret.number not in words_of(asks(office, name, command, argument)).replace(f"'{secret.number}'", "")
        assert numbers(asks(office, name, command, argument)) == []
    for ref in ("unassigned", "stage.received", "received.20260302.20260302"):
        page = taps(office, name, Action(LIST, ref, 1))
        assert isinstance(page, Screen)
        assert numbers(page) == []
    assert refuses(taps(office, name, Action(OPEN, secret.ref, secret.version)), Refusal.NO_SUCH_TICKET)
    if name != "clerk":
        counts = [p.label.params["count"] for row in asks(office, name, "overview").buttons for p in row]
        assert counts == [0] * 7
    assert numbers(asks(office, "director", "find", "guard")) == [secret.number]
    there = asks(office, "director", "overview").buttons[0][0]
    assert there.label.params["count"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("漏水", [1]),
        ("leak", [1]),
        ("chan", [2, 1, 0]),
        ("today", [2, 1, 0]),
        ("2026-03-02", [2, 1, 0]),
        ("received", [0, 1, 2]),
        ("closed", []),
        ("yesterday", []),
        ("swimming pool", []),
    ],
)
def test_find_finds(office: Office, query: str, found: list[int]) -> None:
    for words in ("The lift is stuck.", "厨房漏水, it leaks", "The light is out."):
        files(office, words)
        office.passes(seconds=1)
    filed = [ticket.number for ticket in office.tickets()]
    assert numbers(asks(office, "clerk", "find", query)) == [filed[place] for place in found]


@pytest.mark.parametrize("query", ["1", "no. 1", "2026-1", "HT-2026-0001", "ht-2026-1"])
def test_a_number_opens_its_ticket_at_once(office: Office, query: str) -> None:
    ticket = files(office)
    office.writes("clerk", f"/find {query}", command="find", argument=query)
    (posted,) = (posted for posted in office.letters() if posted.letter.chat_id == account_of("clerk"))
    assert isinstance(posted.letter.content, ShowCard)
    assert office.work(lambda tx: tx.cards.get(1)).ticket_id == ticket.id


def test_last_years_number_is_found_while_there_is_none_of_this_year(office: Office) -> None:
    files(office)
    office.passes(days=320)
    office.writes("clerk", "/find 1", command="find", argument="1")
    assert isinstance(office.letters()[-1].letter.content, ShowCard)
    assert numbers(asks(office, "clerk", "find", "2")) == []


def test_find_without_words_says_how(office: Office) -> None:
    assert "Write /find" in words_of(asks(office, "clerk", "find"))


def test_pages_of_what_was_found_end_with_the_next_search(office: Office) -> None:
    filed = [files(office, "漏水") for _ in range(PAGE + 1)]
    first = asks(office, "clerk", "find", "漏水")
    onward = arrow(first, "▶")
    assert onward
    second = taps(office, "clerk", onward)
    assert isinstance(second, Screen)
    assert [*numbers(first), *numbers(second)] == [ticket.number for ticket in reversed(filed)]
    back = arrow(second, "◀")
    assert back
    assert taps(office, "clerk", back) == first
    assert refuses(taps(office, "technician", onward), Refusal.SEARCH_GONE), "what others look for is theirs"
    asks(office, "clerk", "find", "lift")
    assert refuses(taps(office, "clerk", onward), Refusal.SEARCH_GONE)


def test_a_colleagues_name_leads_to_their_work_where_one_may_see_it(office: Office) -> None:
    screen = asks(office, "director", "find", "technician")
    (press,) = (press for row in screen.buttons for press in row)
    assert press.action.ref == f"held.{office.person('technician').id}"
    assert asks(office, "clerk", "find", "technician").buttons == ()


def test_a_resident_who_begins_with_such_a_word_has_written_a_report(office: Office) -> None:
    office.writes("chan", "/find my cat", command="find", argument="my cat")
    person = office.person("chan")
    assert office.work(lambda tx: tx.drafts.current(person.id, account_of("chan"), office.now))


_PLACES = st.text(st.sampled_from("<>.0123456789abcz~-日 "), max_size=25)


@given(code=_PLACES | st.sampled_from(["held.1", "open", "stage.x", "received.99999999.0", "department~9"]))
def test_no_name_of_a_list_is_an_error(code: str) -> None:
    board = board_names.board_of(code, ZONE, MORNING)
    assert board is None or board == board_names.board_of(board_names.code_of(board, ZONE), ZONE, MORNING)


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "held.",
        "held.x",
        "held.99999",
        "department",
        "department~99",
        "x" * 40,
        "found.",
        "stage.~",
        f"held.{2**63}",
        f"open~{2**70}",
    ],
)
@pytest.mark.parametrize(
    "choice", ["", ">", "<", ">.", ">zzzzzzzzzzzzzz.1", "<0.0", ">-1.-1", ">1.zzzzzzzzzzzzzz", "日"]
)
def test_a_forged_button_of_a_list_is_answered_kindly(office: Office, ref: str, choice: str) -> None:
    answer = office.taps("director", f"{LIST}:{ref}:3:{choice}", message_id=5)
    assert answer is not None


def test_a_list_of_days_keeps_the_calendar_of_the_estate() -> None:
    board = board_names.board_of("received.20260301.20260302~4", ZONE, MORNING)
    assert board
    assert (board.since, board.until) == (
        MORNING.replace(month=2, day=28, hour=16, minute=0),
        MORNING.replace(day=2, hour=16, minute=0),
    )
    assert board_names.code_of(board, ZONE) == "received.20260301.20260302~4"
    longest = replace(board, department_id=10**6)
    assert Action(LIST, board_names.code_of(longest, ZONE), 167, "<" + "z" * 12 + ".zzzzz").encode()
    assert Board(Listing.STAGE, stage=Stage.HANDLED) == board_names.board_of("stage.handled", ZONE, MORNING)
