"""Where somebody lives: by code, by asking the office, guessed, out of date, twice at once (registration)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.homes import MOST_WRONG, digest_of_code, printed, read_code
from bot.domain.people import Role
from bot.flows.register import ASK, CODE
from bot.flows.screen import Action
from bot.ports.outbox import Strip, TapAnswer
from bot.ports.store import Transaction
from bot.services import drawing, registering, stock_taking
from bot.services.refusals import SENTENCES
from tests.office import GROUP, Office, account_of

WRONG = "K7QX-2M9T"


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"clerk": Role.CLERK})
    yield opened
    opened.close()


def taps_home(office: Office, name: str, choice: str) -> None:
    """Let somebody tap one of the buttons that begin a registration."""
    office.taps(name, Action(registering.HOME, "-", 0, choice).encode())


def running(office: Office, name: str) -> str | None:
    """Return the id of the conversation that somebody is in."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    return draft.flow if draft else None


def wrong_codes(office: Office) -> Iterator[str]:
    """Yield codes that nobody has been given."""
    yield from (printed(f"{WRONG[:4]}{number:04}".translate(str.maketrans("015", "BCD"))) for number in range(100))


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " ")])
def test_the_code_on_the_letter_opens_the_home(office: Office, write: Callable[[str], str]) -> None:
    office.writes("wong", write(office.letter("3-12A")))
    assert office.person("wong").unit == "3-12A"
    assert office.home_of("wong").unit_id == office.unit("3-12A").id
    assert "Your home with us is 3-12A" in office.told("wong")


def test_a_deep_link_brings_the_code_along(office: Office) -> None:
    code = office.letter("3-12A").replace("-", "")
    office.writes("wong", f"/start u-{code}", command="start", argument=f"u-{code}")
    assert office.person("wong").unit == "3-12A"


def test_inside_the_conversation_a_code_may_be_written_in_any_way_and_stays_in_no_draft(office: Office) -> None:
    code = office.letter("3-12A").replace("-", "").lower()
    office.writes("wong", "/settings", command="settings")
    taps_home(office, "wong", CODE)
    office.writes("wong", code)
    assert office.person("wong").unit == "3-12A"
    assert code not in str(office.rows("drafts", "units", "unit_codes", "people"))
    office.writes("wong", "The lift is stuck.")
    office.presses("wong", "c.enquiry")


def test_what_is_no_code_in_the_conversation_names_the_home(office: Office) -> None:
    office.writes("wong", "/start", command="start")
    taps_home(office, "wong", CODE)
    office.writes("wong", "Block 3, Flat 12A")
    office.presses("wong", "submit")
    assert office.request_of("wong").words == "Block 3, Flat 12A"
    assert "wong asks us to confirm their home:\nBlock" in office.told(GROUP).replace("</b>", "")
    office.letter("3-12A")
    office.taps("clerk", Action(registering.ADMIT, office.request_of("wong").ref, 0, "yes").encode(), chat=GROUP)
    assert office.person("wong").unit == "3-12A"
    assert "confirmed by clerk" in office.told(GROUP)


def test_the_office_enters_a_home_as_it_was_written_but_nothing_that_a_spreadsheet_would_run(office: Office) -> None:
    office.asks_for_home("wong", "=cmd|'/c calc'!A1\n3座12A")
    office.taps("clerk", Action(registering.ADMIT, office.request_of("wong").ref, 0, "yes").encode(), chat=GROUP)
    assert office.person("wong").unit == "cmd /c calc A1 3座12A"


def test_not_yet_is_told_kindly_and_one_may_ask_again(office: Office) -> None:
    office.asks_for_home("wong", "Block 3, Flat 12A")
    request = Action(registering.ADMIT, office.request_of("wong").ref, 0, "no").encode()
    office.taps("clerk", request, chat=GROUP, message_id=5)
    assert "could not confirm your home yet" in office.told("wong")
    assert any(posted.letter.content == Strip(5) for posted in office.letters())
    answer = office.taps("clerk", request.replace(":no", ":yes"), chat=GROUP)
    assert answer is not None
    assert answer.words is not None
    assert answer.words.params == {"by": "clerk"}
    assert office.person("wong").unit is None
    office.asks_for_home("wong", "3-12A")
    assert office.request_of("wong").words == "3-12A"


def test_one_request_at_a_time(office: Office) -> None:
    office.asks_for_home("wong", "3-12A")
    before = office.rows("home_requests", "drafts")
    answer = office.taps("wong", Action(registering.HOME, "-", 0, ASK).encode())
    assert answer is not None
    assert answer.alert
    assert office.rows("home_requests", "drafts") == before


def test_a_code_that_comes_after_all_settles_the_request(office: Office) -> None:
    office.asks_for_home("wong", "3-12A")
    office.writes("wong", office.letter("3-12A"))
    assert office.person("wong").unit == "3-12A"
    assert office.work(lambda tx: tx.households.open_requests(office.estate_id, 5)) == ()


def test_who_still_waits_is_laid_before_the_office_again_with_the_days_count(office: Office) -> None:
    office.asks_for_home("wong", "3-12A")
    asked = office.told(GROUP).count("wong asks us")

    def count_the_day(tx: Transaction) -> None:
        stock_taking.plan(tx, office.rules, tx.estates.get(office.estate_id))

    office.work(count_the_day)
    office.now += timedelta(days=1)
    office.work(lambda tx: stock_taking.fire(tx, office.rules, 10))
    assert office.told(GROUP).count("wong asks us") == asked + 1
    office.taps("clerk", Action(registering.ADMIT, office.request_of("wong").ref, 0, "yes").encode(), chat=GROUP)
    office.now += timedelta(days=1)
    office.work(lambda tx: stock_taking.fire(tx, office.rules, 10))
    assert office.told(GROUP).count("wong asks us") == asked + 1, "that is decided"


def without_group(office: Office) -> None:
    """Take the staff group away."""
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    office.work(lambda tx: tx.estates.update(replace(estate, group_chat=None)))


def test_without_a_group_who_is_on_duty_is_asked() -> None:
    office = Office({"director": Role.DIRECTOR, "clerk": Role.CLERK})
    without_group(office)
    office.asks_for_home("wong", "3-12A")
    assert "wong asks us" in office.told("clerk")
    assert "wong asks us" not in office.told("director")
    office.close()


def test_where_nobody_is_there_to_be_asked_the_resident_is_told() -> None:
    office = Office({"guard": Role.FRONTLINE})
    without_group(office)
    office.asks_for_home("wong", "3-12A")
    assert office.work(lambda tx: tx.households.open_requests(office.estate_id, 5)) == ()
    answers = [posted.letter.content for posted in office.letters() if isinstance(posted.letter.content, TapAnswer)]
    assert answers[-1].words == SENTENCES[Refusal.NO_OFFICE]
    office.close()


def test_guessing_is_slowed_by_account_and_survives_a_right_code(office: Office) -> None:
    right = office.letter("3-12A")
    wrong = wrong_codes(office)
    for _ in range(MOST_WRONG):
        office.writes("eve", next(wrong))
        office.passes(minutes=1)
    assert "many codes" not in office.told("eve")
    for code in (right, next(wrong)):
        office.writes("eve", code)
        assert office.told("eve").count("We do not find this code") == MOST_WRONG
    assert office.told("eve").count("Those were many codes") == 2
    assert office.person("eve").unit is None
    office.writes("wong", right)
    assert office.person("wong").unit == "3-12A", "others are not slowed"
    office.passes(hours=1)
    office.writes("eve", right)
    assert office.person("eve").unit == "3-12A"


def test_what_cannot_be_a_code_is_no_guess(office: Office) -> None:
    office.writes("wong", "/settings", command="settings")
    for _ in range(MOST_WRONG + 1):
        office.writes("wong", "/start u-xyz", command="start", argument="u-xyz")
    assert office.rows("wrong_codes") == ()


def test_a_code_of_another_estate_is_like_any_that_we_do_not_know(office: Office) -> None:
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    other = office.work(lambda tx: tx.estates.add(replace(estate, id=0, code="ZZ", group_chat=None)))
    foreign = "W7QX-2M9T"
    unit = office.work(lambda tx: tx.units.add(other.id, "1-1"))
    office.work(lambda tx: tx.units.issue(unit.id, digest_of_code(read_code(foreign) or ""), office.now))
    office.writes("wong", foreign)
    assert office.person("wong").unit is None
    assert "We do not find this code" in office.told("wong")
    assert len(office.rows("wrong_codes")) == 1


def test_the_code_of_an_older_letter_says_so(office: Office) -> None:
    old = office.letter("3-12A")
    office.letter("3-12A")
    office.writes("wong", old)
    assert office.person("wong").unit is None
    assert "from an older letter" in office.told("wong")


def test_who_has_a_home_is_told_so_and_reports_with_a_number_that_looks_like_a_code(office: Office) -> None:
    office.writes("wong", office.letter("3-12A"))
    other = office.letter("3-12B")
    office.writes("wong", f"/start u-{other}", command="start", argument=f"u-{other}")
    assert "We have you in 3-12A already" in office.told("wong")
    office.writes("wong", WRONG)
    office.presses("wong", "c.enquiry")
    assert office.rows("wrong_codes") == ()


@pytest.mark.parametrize("words", ["電梯壞了", "2346 7893", "K7QX2M9T is on the meter", "🔑", "THEY PAID"])
def test_a_first_word_that_is_no_code_is_a_report(office: Office, words: str) -> None:
    office.writes("wong", words)
    office.presses("wong", "c.enquiry")
    assert office.rows("wrong_codes") == ()


@pytest.mark.parametrize("words", ["", "x" * 121])
def test_a_photo_or_a_long_story_during_registration_is_a_report(office: Office, words: str) -> None:
    office.writes("wong", "/settings", command="settings")
    taps_home(office, "wong", CODE)
    office.writes("wong", words, photo=not words)
    assert running(office, "wong") == "report"


def test_plain_words_work_during_a_registration(office: Office) -> None:
    office.writes("wong", "/settings", command="settings")
    taps_home(office, "wong", CODE)
    office.writes("wong", "help")
    assert "/my shows your matters" in office.told("wong")
    office.writes("wong", "lift")
    office.presses("wong", "c.home")


def test_one_is_asked_once_after_the_first_matter_and_not_in_an_emergency(office: Office) -> None:
    office.writes("wong", "救命")
    office.presses("wong", "c.trapped")
    office.presses("wong", "submit")
    assert "which home is yours" not in office.told("wong")
    for words in ("And the light is out.", "And the door."):
        office.writes("wong", words)
        for choice in ("c.new", "c.enquiry", "submit"):
            office.presses("wong", choice)
    assert len(office.tickets()) == 3
    assert office.told("wong").count("which home is yours") == 1


def test_staff_see_that_a_home_is_not_confirmed_until_it_is(office: Office) -> None:
    ticket = office.files("wong")
    card = next(c for c in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if c.chat_id == GROUP)

    def shown() -> str:
        screen = office.work(lambda tx: drawing.draw(tx, tx.cards.get(card.id)))
        assert screen is not None
        return " ".join(str(line) for line in screen.lines)

    assert "(unit not confirmed)" in shown()
    office.writes("wong", office.letter("3-12A"))
    assert "(unit not confirmed)" not in shown()
    assert "'3-12A'" in shown()
    assert GROUP in {posted.letter.chat_id for posted in office.letters() if posted.state == "pending"}, "drawn anew"


def test_a_message_that_was_refused_is_put_right_by_editing_it(office: Office) -> None:
    code = office.letter("3-12A")
    office.writes("wong", "/settings", command="settings")
    taps_home(office, "wong", CODE)
    office.delivers()
    number = office.writes("wong", WRONG)
    office.edits("wong", number, code)
    assert office.person("wong").unit == "3-12A"


def test_a_draft_of_a_registration_ends_after_a_day(office: Office) -> None:
    office.writes("wong", "/settings", command="settings")
    taps_home(office, "wong", CODE)
    office.passes(hours=25)
    office.writes("wong", "3-12A")
    assert running(office, "wong") == "report"
