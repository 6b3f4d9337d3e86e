"""What follows when a matter is checked and over: HQ hears of what it passed on, and we sum up what we learn of it."""

from collections.abc import Iterator
from functools import partial

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Notice, TapAnswer
from bot.services import chronicle
from bot.services.boards import Place
from tests.office import Office, account_of
from tests.rules.registering import registered


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident, a clerk on duty and a colleague, and who leads."""
    staff = {"clerk": Role.CLERK, "lam": Role.CLERK, "technician": Role.TECHNICIAN}
    above = {"head": Role.GENERAL_SUPERVISOR, "director": Role.DIRECTOR}
    opened = Office({"chan": Role.RESIDENT, **staff, **above})
    yield opened
    opened.close()


def does(office: Office, name: str, ticket: Ticket, act: Act, *steps: str) -> TapAnswer:
    """Let `name` tap a button of the ticket as it stands now, and go through what it asks; return the tap's answer."""
    now = standing(office, ticket)
    answer = office.taps(name, Action(act, now.ref, now.version).encode())
    assert answer is not None
    for step in steps:
        if step.startswith("c.") or step in ("skip", "submit"):
            office.presses(name, step)
        else:
            office.writes(name, step)
    office.delivers()
    return answer


def standing(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def filed(office: Office, channel: str = "chat", severity: str = "normal") -> Ticket:
    filer = office.person("chan")
    bring = partial(registered, channel=channel, severity=severity)
    return office.work(lambda tx: bring(tx, office.rules, filer))


def dealt_with(office: Office, ticket: Ticket) -> Ticket:
    """Let the technician take it on and deal with it, and the clerk check it."""
    does(office, "technician", ticket, Act.CLAIM)
    does(office, "technician", ticket, Act.HANDLE, "The rope was replaced.", "c.solved", "c.wear", "submit")
    does(office, "clerk", ticket, Act.VERIFY)
    return standing(office, ticket)


def offered(office: Office, name: str) -> list[str]:
    """Return the verbs of every button in the messages to `name`."""
    contents = (p.letter.content for p in office.letters() if p.letter.chat_id == account_of(name))
    screens = [content.screen for content in contents if isinstance(content, Notice)]
    return [press.action.verb for screen in screens for row in screen.buttons for press in row]


def history(office: Office, name: str, ticket: Ticket) -> str:
    """Return what the history of the ticket shows `name`."""
    person, place = office.person(name), Place(account_of(name), None)
    office.work(lambda tx: chronicle.show(tx, person, tx.tickets.get(ticket.id), "", place))
    return office.told(name)


def test_what_hq_passed_on_goes_back_to_hq_once_it_is_checked_and_once_it_is_over(office: Office) -> None:
    ticket = dealt_with(office, filed(office, channel="hq"))
    told = office.told("clerk")
    assert "Please tell HQ how it stands:" in told
    assert "The rope was replaced." in told, "in words that can be passed on"
    assert "Checked by clerk." in told
    assert Act.TELL_HQ in offered(office, "clerk")

    does(office, "clerk", ticket, Act.TELL_HQ, "Told Ms Fok on the phone; she is content.")
    assert not standing(office, ticket).hq_waits
    assert does(office, "lam", ticket, Act.TELL_HQ).alert, "once is enough"

    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert "Closed: the resident finds it solved." in office.told("clerk")
    assert standing(office, ticket).hq_waits, "it is told a second time"
    does(office, "lam", ticket, Act.TELL_HQ, "skip")
    seen = history(office, "head", ticket)
    assert seen.count("told HQ how it stands") == 2
    assert "Told Ms Fok on the phone; she is content." in seen
    assert "HQ" not in history(office, "chan", ticket), "that is among staff"


def test_what_reached_us_otherwise_is_told_to_nobody_else(office: Office) -> None:
    ticket = dealt_with(office, filed(office, channel="phone"))
    assert does(office, "clerk", ticket, Act.TELL_HQ).alert
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert "HQ" not in office.told("clerk")


def test_what_is_opened_again_is_told_to_hq_only_when_it_is_checked_again(office: Office) -> None:
    ticket = dealt_with(office, filed(office, channel="hq"))
    does(office, "chan", ticket, Act.REOPEN, "skip")
    assert not standing(office, ticket).hq_waits
    assert does(office, "clerk", ticket, Act.TELL_HQ).alert
    assert standing(office, dealt_with_again(office, ticket)).hq_waits


def dealt_with_again(office: Office, ticket: Ticket) -> Ticket:
    does(office, "technician", ticket, Act.HANDLE, "And the motor too.", "c.solved", "c.wear", "submit")
    does(office, "clerk", ticket, Act.VERIFY)
    return ticket


@pytest.mark.parametrize(("change", "said"), [("c.plan", "Upkeep, inspections"), ("A second mechanic.", None)])
def test_the_head_sums_up_what_weighed_much_and_who_did_the_work_reads_it(
    office: Office, change: str, said: str | None
) -> None:
    ticket = dealt_with(office, filed(office, severity="major"))
    assert does(office, "head", ticket, Act.SUM_UP).alert, "only when it is over"
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert does(office, "clerk", ticket, Act.SUM_UP).alert, "who leads sums up"
    assert does(office, "director", ticket, Act.HISTORY) is not None

    office.passes(hours=10)
    office.fires()
    office.delivers()
    assert "please sum up by" in office.told("head")
    assert Act.SUM_UP in offered(office, "head")

    does(office, "head", ticket, Act.SUM_UP, "Check the rope every month.", change)
    assert standing(office, ticket).summed_up_at == office.now
    learned = office.told("technician")
    assert "what head makes of it" in learned
    assert "Check the rope every month." in learned
    assert (said or change) in learned
    assert does(office, "director", ticket, Act.SUM_UP).alert, "it is summed up already"
    assert "head summed it up" in history(office, "clerk", ticket)
    assert "summed" not in history(office, "chan", ticket)
    for _ in range(9):
        office.passes(days=1)
        office.fires()
    assert "it was to be summed up" not in office.told("head")


def test_what_is_opened_again_is_summed_up_anew(office: Office) -> None:
    ticket = dealt_with(office, filed(office, severity="major"))
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    does(office, "head", ticket, Act.SUM_UP, "Check the rope every month.", "c.plan")
    does(office, "chan", ticket, Act.REOPEN, "skip")
    assert standing(office, ticket).summed_up_at is None
    dealt_with_again(office, ticket)
    does(office, "chan", ticket, Act.SOLVED, "c.fine", "submit")
    assert not does(office, "head", ticket, Act.SUM_UP, "Every week, then.", "c.plan").alert


def test_who_has_to_tell_us_again_is_counted_and_parting_takes_it_back(office: Office) -> None:
    first, second = filed(office), filed(office)
    does(office, "clerk", second, Act.CLAIM)
    does(office, "clerk", second, Act.MERGE, first.number)
    assert standing(office, first).repeats == 1
    assert "The resident had to tell us again, as no. " + second.number in history(office, "clerk", first)
    does(office, "clerk", second, Act.UNMERGE)
    assert standing(office, first).repeats == 0
