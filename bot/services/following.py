"""What the filer can do with a ticket of theirs: look at it, add to it, ask for a call, take it back (UX 15, 17)."""

from bot.domain.commands import Agree, AskForCall, Chase, Disagree, Reply, Withdraw
from bot.domain.decisions import decide
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended, Enclosed, Event
from bot.domain.people import Person
from bot.domain.policy import Act, Relation, is_on_foot, offered, relations, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft, Item
from bot.flows.labels import KIND, STAGE, stage_line
from bot.flows.reply import ADD, DISAGREE, REPLY, TO
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.ports.incoming import Tapped
from bot.ports.outbox import Audience, Lane, Letter, Notice
from bot.ports.store import Source, Transaction
from bot.services import cards, drafting, households, merging
from bot.services.acknowledging import Sign, acknowledge_items
from bot.services.drafting import finish, start
from bot.services.opening import open_card
from bot.services.presenting import enclose
from bot.services.recording import carry_out, record
from bot.services.telling import strip, tell
from bot.services.writing import files_of, words_of

#: Verbs of the buttons that a filer has.
SHOW = "show"
_YES = "yes"
_MOST_LISTED = 8
_EXCERPT = 300


def mine(tx: Transaction, person: Person, chat_id: int) -> None:
    """List what `person` has begun, filed and passed on, newest first, each a button that shows it, and others' shared.

    Who works with tickets finds what they took down for others in their work.
    """
    told = tx.tickets.of_recorder(person.id, _MOST_LISTED) if is_on_foot(person) else ()
    own = sorted((*tx.tickets.of_filer(person.id, _MOST_LISTED), *told), key=lambda ticket: ticket.id, reverse=True)
    tickets = (*own[:_MOST_LISTED], *households.matters_of_others(tx, person))
    filed = tuple((Press(_named(ticket, person), Action(SHOW, ticket.ref, ticket.version)),) for ticket in tickets)
    if rows := drafting.listed(tx, person, chat_id) + filed:
        screen = Screen((text("These are your matters with us. Tap one to see how it stands."),), rows)
    else:
        screen = Screen((text("You have nothing open with us. Just write what happened, and we will look after it."),))
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))


def show(tx: Transaction, person: Person, ticket: Ticket, chat_id: int) -> None:
    """Bring the card of one's own ticket to the end of the chat; another's of the household can only be read."""
    if Relation.TELLER in relations(person, ticket):
        open_card(tx, person, ticket, chat_id)
        return
    if ticket.filer_id != person.id:
        _show_to_household(tx, person, ticket)
        return
    cards.bring(tx, ticket, Audience.FILER, chat_id, person)


def ask_for_call(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Have whoever holds the ticket call the filer."""
    carry_out(tx, rules, person, ticket, AskForCall())
    return text("A colleague will call you.")


def chase(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Ask whoever has it how it stands, for oneself or for one's people (AS-5)."""
    carry_out(tx, rules, person, ticket, Chase())
    return text("🔔 Asked. You will hear how it stands.")


def withdraw(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, tap: Tapped, choice: str) -> Text | None:
    """Take the matter back, after asking once whether that is meant."""
    events = decide(ticket, Withdraw(), person, tx.now)
    if choice == _YES:
        strip(tx, person, tap)
        merging.part_all(tx, rules, record(tx, rules, ticket, events), person.id)
        return text("Taken back. Thank you for telling us.")
    screen = Screen(
        (text("Shall we take no. {number} back? Nobody will work on it then.", number=ticket.number),),
        (
            (Press(text("↩️ Yes, take it back"), Action(Act.WITHDRAW, ticket.ref, ticket.version, _YES), "danger"),),
            (Press(text("Keep it"), Action(SHOW, ticket.ref, ticket.version)),),
        ),
    )
    tx.outbox.put(Letter(tap.sender.account, ticket.estate_id, Notice(screen), person.id, lane=Lane.TAP))
    return None


def add(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Ticket:
    """Add the words and files of `draft` to the ticket; staff see them where they see the ticket."""
    require(person, ticket, Act.ADD, tx.now)
    events: list[Event] = []
    for item in draft.items:
        if item.words:
            source = Source(draft.chat_id, item.message_id)
            text_id, digest = tx.texts.add(ticket.id, person.id, "amendment", item.words, source)
            events.append(Amended(by=person.id, text_id=text_id, digest=digest))
    files = tuple(tx.attachments.reserve(item.media, item.album) for item in draft.items if item.media)
    if files:
        tx.attachments.own(files, ticket.id)
        events.append(Enclosed(by=person.id, attachments=files))
        enclose(tx, ticket, draft.media)
    acknowledge_items(tx, ticket.estate_id, draft.chat_id, draft.items, Sign.SEEN)
    return record(tx, rules, ticket, events)


def begin_adding(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what is to be changed or added."""
    start(tx, person, ticket, ADD)
    return text("What should we change or add? Please write it in your chat with me.")


def added(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Pass on what the filer changed or added."""
    add(tx, rules, person, ticket, draft)
    finish(tx, person, draft)
    return text("Passed on. Thank you.")


def right(tx: Transaction, person: Person, ticket: Ticket, tap: Tapped) -> Text:
    """Thank who finds what a colleague took down for them right."""
    if ticket.filer_id != person.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    strip(tx, person, tap)
    return text("Thank you. We will see to it.")


def asked(tx: Transaction, person: Person) -> Ticket | None:
    """Return the resident's latest ticket on which they have not answered our question yet."""
    if person.is_staff:
        return None
    latest = tx.tickets.of_filer(person.id, _MOST_LISTED)
    return next((ticket for ticket in latest if Act.REPLY in offered(person, ticket, tx.now)), None)


def begin_reply(tx: Transaction, person: Person, ticket: Ticket, item: Item | None = None) -> None:
    """Take down what the filer replies to a question; `item` is what they wrote already."""
    start(tx, person, ticket, REPLY, item=item, options={TO: ((ticket.number, ""),)})


def reply(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Pass the reply to a question on to staff."""
    words = words_of(tx, ticket, person, "reply", draft)
    ticket = carry_out(tx, rules, person, ticket, Reply(words, files_of(tx, ticket, draft)))
    enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Passed on. Thank you.")


def agree(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Agree to what staff proposed (CP-8)."""
    carry_out(tx, rules, person, ticket, Agree())
    return text("Thank you. We will go ahead.")


def begin_disagreeing(tx: Transaction, person: Person, ticket: Ticket) -> None:
    """Ask what is missing in what staff proposed."""
    start(tx, person, ticket, DISAGREE)


def disagree(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Say what is missing; staff propose again (CP-8)."""
    words = words_of(tx, ticket, person, "objection", draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    ticket = carry_out(tx, rules, person, ticket, Disagree(words))
    files_of(tx, ticket, draft)
    enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Passed on. Thank you.")


def _show_to_household(tx: Transaction, person: Person, ticket: Ticket) -> None:
    if not households.sees(tx, person, ticket):
        raise DomainError(Refusal.NO_SUCH_TICKET)
    words = "\n".join(passage.content for passage in tx.texts.of(ticket.id) if passage.role == "report")
    lines: list[Line] = [
        text("👪 <b>No. {number}</b>, from {name}", number=ticket.number, name=tx.people.get(ticket.filer_id).name),
        KIND[ticket.kind],
    ]
    if words:
        lines.append(Quote(words, limit=_EXCERPT))
    lines.append(
        text("↩️ Taken back by whoever filed it, {time}", time=ticket.withdrawn_at)
        if ticket.withdrawn_at
        else stage_line(ticket.stage)
    )
    tell(tx, person, *lines)


def _named(ticket: Ticket, reader: Person) -> Text:
    stage = text("withdrawn") if ticket.withdrawn_at else STAGE[ticket.stage]
    if Relation.TELLER in relations(reader, ticket):
        return text("🗣 {number} · {kind} · {stage}", number=ticket.number, kind=KIND[ticket.kind], stage=stage)
    if ticket.filer_id != reader.id:
        return text("👪 {number} · {kind} · {stage}", number=ticket.number, kind=KIND[ticket.kind], stage=stage)
    return text("{number} · {kind} · {stage}", number=ticket.number, kind=KIND[ticket.kind], stage=stage)
