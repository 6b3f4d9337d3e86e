"""Taking something down for who called, wrote or came by; and for who tells us again of what is open already."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import Person, Role
from bot.domain.policy import Act
from bot.domain.tickets import Channel, Ticket
from bot.flows.draft import Draft
from bot.flows.matter import LIKE_OTHERS, LIKE_OWN
from bot.flows.screen import Action
from bot.ports.outbox import Audience
from bot.services import cards
from bot.services.households import move_in
from tests.office import GROUP, Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """Two residents, a clerk on duty, a colleague, and who alone reads of colleagues."""
    cast = {"Chan": Role.RESIDENT, "Li": Role.RESIDENT, "clerk": Role.CLERK, "lam": Role.CLERK}
    opened = Office({**cast, "director": Role.DIRECTOR})
    yield opened
    opened.close()


def lives(office: Office, name: str, label: str) -> None:
    def write(label: str = label) -> None:
        person = office.person(name)
        office.work(lambda tx: move_in(tx, person, tx.units.named(1, label) or tx.units.add(person.estate_id, label)))

    write()


def draft_of(office: Office, name: str) -> Draft:
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft is not None
    return draft


def begins(office: Office, typed: str, channel: str = "phone", name: str = "clerk") -> None:
    office.writes(name, "/for", command="for")
    office.presses(name, f"c.{channel}")
    office.writes(name, typed)


def tells(office: Office, words: str = "The lift is stuck", name: str = "clerk", way: str = "submit") -> Ticket:
    """Let a colleague write down a broken lift and file it."""
    for choice in ("c.repair", "c.lift"):
        office.presses(name, choice)
    office.writes(name, words)
    for choice in ("c.lobby", "skip", "skip", way):
        office.presses(name, choice)
    office.delivers()
    return office.tickets()[-1]


def filer_of(office: Office, ticket: Ticket) -> Person:
    return office.work(lambda tx: tx.people.get(ticket.filer_id))


def taps(office: Office, name: str, verb: str, ticket: Ticket) -> bool:
    """Tap a button of the ticket; return whether it was done."""
    now = office.work(lambda tx: tx.tickets.get(ticket.id))
    answer = office.taps(name, Action(verb, now.ref, now.version).encode())
    assert answer is not None
    return not answer.alert


@pytest.mark.parametrize("channel", ["phone", "visit", "letter", "email", "forum", "press", "hq", "sister_unit"])
def test_who_takes_it_down_is_its_first_contact_and_has_it(office: Office, channel: str) -> None:
    begins(office, "Mr Wong 3-12A 9123 4567", channel)
    ticket = tells(office)
    clerk = office.person("clerk").id
    assert ticket.channel is Channel(channel)
    assert (ticket.recorded_by, ticket.first_contact_id, ticket.assignee_id) == (clerk, clerk, clerk)
    wong = filer_of(office, ticket)
    assert (wong.account, wong.name, wong.phone) == (None, "Mr Wong 3-12A", "91234567")
    assert [o.rule for o in office.work(lambda tx: tx.obligations.running(ticket.id))] == ["FC-9"]
    texts = office.work(lambda tx: tx.texts.of(ticket.id))
    assert [(passage.role, passage.content) for passage in texts] == [("report", "The lift is stuck")]
    assert "9123" not in repr(wong), "a phone stands in no log"
    audiences = {card.audience for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id))}
    assert audiences == {Audience.GROUP, Audience.HOLDER}


def test_whom_no_message_reaches_is_called(office: Office) -> None:
    begins(office, "Mr Wong 9123 4567")
    ticket = tells(office)
    office.begins_answer("clerk", ticket)
    office.writes("clerk", "The fitter comes at three.")
    office.presses("clerk", "submit")
    told = office.told("clerk")
    assert "please call Mr Wong, 91234567, who has no chat with us" in told
    assert told.count("The fitter comes at three.") == 1
    assert not any(posted.letter.receipt for posted in office.letters()), "nothing that could never be delivered"
    assert taps(office, "clerk", Act.CALLED, ticket)
    office.writes("clerk", "He thanks us.")
    assert office.work(lambda tx: tx.obligations.running(ticket.id)) == (), "who was told has their answer (FC-9)"


def test_without_a_phone_it_is_told_in_person(office: Office) -> None:
    begins(office, "somebody in the forum", "forum")
    ticket = tells(office)
    office.begins_answer("clerk", ticket)
    office.writes("clerk", "The fitter comes at three.")
    office.presses("clerk", "submit")
    assert "somebody in the forum has no chat with us. Please tell them in person" in office.told("clerk")


def test_who_calls_again_is_known_by_their_number(office: Office) -> None:
    begins(office, "Mr Wong 9123 4567")
    wong = filer_of(office, tells(office))
    begins(office, "someone 9123-4567")
    office.presses("clerk", f"c.p{wong.id}")
    assert filer_of(office, tells(office, "The gate squeaks")).id == wong.id


def test_a_new_number_of_somebody_known_is_kept(office: Office) -> None:
    begins(office, "Mr Wong 9123 4567")
    wong = filer_of(office, tells(office))
    begins(office, "Wong 9876 5432")
    office.presses("clerk", f"c.p{wong.id}")
    tells(office, "The gate squeaks")
    assert filer_of(office, office.tickets()[-1]).phone == "98765432"


def test_colleagues_are_not_taken_for_residents(office: Office) -> None:
    office.files("lam", "A broken tile")
    begins(office, "lam")
    assert draft_of(office, "clerk").step == "kind"


@pytest.mark.parametrize("typed", ["3-12A", "Flat 12A Block 3", "Chan", "chan 3-12a"])
def test_a_resident_is_found_and_gets_the_ticket(office: Office, typed: str) -> None:
    lives(office, "Chan", "3-12A")
    office.files("Chan", "Is the pool open?")
    chan = office.person("Chan")
    if typed == "Flat 12A Block 3":
        office.work(lambda tx: tx.units.add(chan.estate_id, "9-9"))
        typed = "3座12樓A室 3-12A"
    begins(office, typed)
    assert dict(draft_of(office, "clerk").options["whom"])[f"p{chan.id}"] == "Chan · 3-12A"
    office.presses("clerk", f"c.p{chan.id}")
    ticket = tells(office)
    assert ticket.filer_id == chan.id
    told = office.told("Chan")
    assert "clerk has taken this down for you" in told
    assert "The lift is stuck" in told
    assert Audience.FILER in {card.audience for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id))}


def test_who_is_somebody_else_after_all_is_entered(office: Office) -> None:
    lives(office, "Chan", "3-12A")
    begins(office, "3-12A, the tenant")
    office.presses("clerk", "c.new")
    ticket = tells(office)
    assert filer_of(office, ticket).name == "3-12A, the tenant"
    assert "taken this down" not in office.told("Chan")


def test_the_owner_finds_it_right_or_corrects_it(office: Office) -> None:
    lives(office, "Chan", "3-12A")
    begins(office, "3-12A")
    office.presses("clerk", f"c.p{office.person('Chan').id}")
    ticket = tells(office)
    assert not taps(office, "Li", cards.RIGHT, ticket)
    assert taps(office, "Chan", cards.RIGHT, ticket)
    assert not taps(office, "Li", Act.ADD, ticket)
    assert taps(office, "Chan", Act.ADD, ticket)
    office.writes("Chan", "It is the lift of block 4.")
    texts = office.work(lambda tx: tx.texts.of(ticket.id))
    assert [(p.role, p.content) for p in texts][-1] == ("amendment", "It is the lift of block 4.")
    assert "It is the lift of block 4." in office.told("clerk")


def test_what_is_about_a_colleague_goes_to_the_director_alone(office: Office) -> None:
    begins(office, "Mr Wong 9123 4567")
    office.presses("clerk", "c.complaint")
    office.presses("clerk", "c.colleague")
    office.writes("clerk", "Guard Ho shouted at him")
    for choice in ("c.lobby", "skip", "skip", "submit"):
        office.presses("clerk", choice)
    ticket = office.tickets()[-1]
    assert (ticket.first_contact_id, ticket.assignee_id) == (None, None)
    assert ticket.recorded_by == office.person("clerk").id
    assert ticket.number not in office.told("clerk")
    assert ticket.number not in office.told(GROUP)


def test_only_colleagues_take_things_down(office: Office) -> None:
    office.writes("Chan", "/for", command="for")
    person = office.person("Chan")
    assert office.work(lambda tx: tx.drafts.current(person.id, account_of("Chan"), office.now)) is None


@pytest.mark.parametrize("words", ["代客报事", "代客報事", "代客登记", "代客登記"])
def test_plain_words_begin_it(office: Office, words: str) -> None:
    office.writes("clerk", words)
    assert draft_of(office, "clerk").flow == "for"


def test_what_was_typed_with_the_command_says_who_it_is(office: Office) -> None:
    office.writes("clerk", "/for 3-12A", command="for", argument="Mr Wong")
    office.presses("clerk", "c.phone")
    assert draft_of(office, "clerk").step == "kind"


def test_a_letter_may_be_a_photo(office: Office) -> None:
    begins(office, "Mr Wong", "letter")
    office.presses("clerk", "c.suggestion")
    office.writes("clerk", photo=True)
    office.presses("clerk", "skip")
    office.presses("clerk", "submit")
    ticket = office.tickets()[-1]
    assert len(office.work(lambda tx: tx.attachments.of(ticket.id))) == 1


# The same again (CP-12)


def reports(office: Office, name: str, words: str, where: str = "c.lobby") -> Draft:
    """Let a resident report a broken lift up to the summary; return the draft."""
    office.writes(name, words)
    draft = draft_of(office, name)
    if draft.step == "about":
        office.presses(name, "c.new")
    for choice in ("c.repair", "c.lift", where, "skip", "skip"):
        office.presses(name, choice)
    return draft_of(office, name)


def test_who_tells_us_again_need_not_raise_it_twice(office: Office) -> None:
    reports(office, "Chan", "The lift in block 1 is stuck")
    office.presses("Chan", "submit")
    first = office.tickets()[-1]
    office.claims("clerk", first)
    office.passes(hours=2)
    draft = reports(office, "Chan", "Lift in block 1 stuck again")
    assert draft.options[LIKE_OWN] == ((first.ref, first.number),)
    office.presses("Chan", "submit.same")
    again = office.tickets()[-1]
    assert again.merged_into == first.id
    assert "the resident has told us of it again" in office.told("clerk")
    assert "Lift in block 1 stuck again" in office.told("clerk")
    assert office.work(lambda tx: tx.obligations.running(again.id)) == (), "nobody owes it a second answer"
    assert "Others have told us" not in office.told("Chan"), "they know"


def test_what_a_neighbour_told_us_is_offered_without_their_words(office: Office) -> None:
    reports(office, "Chan", "The lift in block 1 is stuck, says Chan")
    office.presses("Chan", "submit")
    first = office.tickets()[-1]
    draft = reports(office, "Li", "Lift in block 1 is stuck")
    assert draft.options[LIKE_OTHERS] == ((first.ref, first.number),)
    office.presses("Li", "submit.same")
    assert office.tickets()[-1].merged_into == first.id
    office.claims("clerk", first)
    office.begins_answer("clerk", first)
    office.writes("clerk", "On our way.")
    office.presses("clerk", "submit")
    assert "On our way." in office.told("Li")
    assert "says Chan" not in office.told("Li")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("Rubbish everywhere", "c.lobby"),  # other words
        ("The lift in block 1 is stuck", "c.carpark"),  # another place
        ("The lift in block 1 is stuck", "c.home"),  # each has a home of their own
    ],
)
def test_what_is_not_alike_is_not_offered(office: Office, words: str, where: str) -> None:
    reports(office, "Chan", "The lift in block 1 is stuck", "c.home" if where == "c.home" else "c.lobby")
    office.presses("Chan", "submit")
    draft = reports(office, "Li", words, where)
    assert not draft.options.get(LIKE_OTHERS)
    assert office.presses("Li", "submit.same").alert  # type: ignore[union-attr]
    assert len(office.tickets()) == 1


def test_what_ended_meanwhile_is_filed_by_itself(office: Office) -> None:
    reports(office, "Chan", "The lift in block 1 is stuck")
    office.presses("Chan", "submit")
    first = office.tickets()[-1]
    reports(office, "Li", "The lift in block 1 is stuck")
    office.taps("Chan", Action(Act.WITHDRAW, first.ref, first.version, "yes").encode())
    office.presses("Li", "submit.same")
    ticket = office.tickets()[-1]
    assert ticket.merged_into is None
    assert ticket.open


def test_who_calls_about_what_they_told_us_is_linked_too(office: Office) -> None:
    lives(office, "Chan", "3-12A")
    reports(office, "Chan", "The lift in block 1 is stuck")
    office.presses("Chan", "submit")
    first = office.tickets()[-1]
    begins(office, "3-12A")
    office.presses("clerk", f"c.p{office.person('Chan').id}")
    ticket = tells(office, "Lift in block 1 still stuck", way="submit.same")
    assert ticket.merged_into == first.id


# Deep links


def test_a_link_shows_a_ticket_to_who_may_see_it(office: Office) -> None:
    ticket = office.files("Chan")

    def follows(name: str) -> str:
        before = len(office.rows("cards"))
        office.writes(name, f"/start t-{ticket.ref}", command="start", argument=f"t-{ticket.ref}")
        return "card" if len(office.rows("cards")) > before else office.told(name).splitlines()[-1]

    assert follows("clerk") == "card"
    assert follows("Li").startswith("We cannot find this ticket")
    mine = office.work(lambda tx: next(c for c in tx.cards.of_ticket(ticket.id) if c.audience is Audience.FILER))
    office.writes("Chan", f"/start t-{ticket.ref}", command="start", argument=f"t-{ticket.ref}")
    assert office.work(lambda tx: tx.cards.by_message(mine.chat_id, mine.message_id or 0)) is not None
    office.writes("Li", "/start t-nonsense", command="start", argument="t-nonsense")
    assert office.told("Li").splitlines()[-1].startswith("We cannot find this ticket")
    other = replace(office.person("lam"), roles=frozenset({Role.RESIDENT}))
    office.work(lambda tx: tx.people.update(other))
    assert follows("lam").startswith("We cannot find this ticket")
