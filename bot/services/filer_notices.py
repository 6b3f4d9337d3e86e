"""What the filer is told: an answer, a question, a promise, that it is done, how it ended."""

from datetime import datetime

from bot.domain.events import (
    Answered,
    Asked,
    Closed,
    Filed,
    Judged,
    Merged,
    Promised,
    Proposed,
    Split,
    Unmerged,
    Verified,
    Voided,
)
from bot.domain.policy import Act, is_on_foot
from bot.domain.tickets import Channel, Jurisdiction, Kind, Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.labels import CHANNEL, PROMISE_CODE, PROMISE_REASON, subject
from bot.flows.screen import Action, Line, Press, Quote, text
from bot.ports.outbox import Enclosure, Letter
from bot.ports.store import Passage, Transaction
from bot.services.addressing import (
    NOTHING,
    Letters,
    name_of,
    to_filer,
    to_filers,
    to_other_filers,
    to_person,
    with_files,
)
from bot.services.cards import EXCERPT, RIGHT
from bot.services.directory import entry_lines
from bot.services.presenting import enclosures, last_work
from bot.services.resembling import words_of


def taken_down(tx: Transaction, ticket: Ticket, event: Filed) -> Letters:
    """Show whom we know by chat what a colleague has taken down for them; they can correct it (FC-1)."""
    filer = tx.people.get(ticket.filer_id)
    if event.recorded_by is None or event.split_from is not None or filer.account is None:
        return ()
    name = name_of(tx, event.recorded_by)
    heading = text("<b>No. {number}</b>: {name} has taken this down for you.", number=ticket.number, name=name)
    said = words_of(tx, ticket)
    words: tuple[Line, ...] = (Quote(said, limit=EXCERPT),) if said else ()
    lines = (heading, CHANNEL[ticket.channel], subject(ticket.kind, ticket.category), *words, text("Is it right?"))
    right = Press(text("👍 That is right"), Action(RIGHT, ticket.ref, ticket.version), "success")
    return to_filer(tx, ticket, lines, frozenset({Act.ADD}), first=((right,),))


def answered(tx: Transaction, ticket: Ticket, event: Answered) -> Letters:
    def said(of: Ticket) -> tuple[Line, ...]:
        heading = text(
            "<b>No. {number}</b>: an answer from {name}", number=of.number, name=tx.people.get(event.by).name
        )
        thanks = text("Thank you for your patience. If anything is missing, just write to us.")
        return (heading, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS), thanks)

    letters = to_filers(tx, ticket, said, receipt=event.text_id)
    return _followed_by(letters, enclosures(tx, ticket, event.attachments))


def _followed_by(letters: Letters, files: tuple[Enclosure, ...]) -> Letters:
    """Return `letters`, each with the files that it speaks of below it."""
    return tuple(
        sent
        for letter in letters
        for sent in (
            letter,
            *(Letter(letter.chat_id, letter.estate_id, file, letter.reader_id, silent=True) for file in files),
        )
    )


def asked(tx: Transaction, ticket: Ticket, event: Asked) -> Letters:
    heading = text("<b>No. {number}</b>: a question from {name}", number=ticket.number, name=name_of(tx, event.by))
    question = Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)
    lines = (heading, question, text("Just write your reply, or tap the button."))
    letters = to_filer(tx, ticket, lines, frozenset({Act.REPLY}), receipt=event.text_id)
    return _followed_by(letters, enclosures(tx, ticket, event.attachments))


def promised(tx: Transaction, ticket: Ticket, event: Promised) -> Letters:
    until = datetime.fromisoformat(event.until)
    reason = reason_line(tx.texts.get(event.text_id))

    def said(of: Ticket) -> tuple[Line, ...]:
        if ticket.promises > 1:
            first = text("<b>No. {number}</b>: we are sorry, it takes longer: {time}.", number=of.number, time=until)
        else:
            first = text("<b>No. {number}</b>: we will have it for you by {time}.", number=of.number, time=until)
        return (first, reason, text("Thank you for waiting."))

    return to_filers(tx, ticket, said, receipt=event.text_id)


def reason_line(passage: Passage) -> Line:
    """Return why it takes so long: somebody's words, or the sentence that a button stands for."""
    if passage.role == PROMISE_CODE and passage.content in PROMISE_REASON:
        return PROMISE_REASON[passage.content]
    return Quote(passage.content, limit=MOST_WORDS)


def proposed(tx: Transaction, ticket: Ticket, event: Proposed) -> Letters:
    heading = text("<b>No. {number}</b>: {name} proposes", number=ticket.number, name=name_of(tx, event.by))
    proposal = Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)
    lines = (heading, proposal, text("Does this suit you? If something is missing, tell us, and we go on together."))
    told = to_filer(tx, ticket, lines, frozenset({Act.AGREE, Act.DISAGREE}), receipt=event.text_id)
    return _followed_by(told, enclosures(tx, ticket, event.attachments))


def judged(tx: Transaction, ticket: Ticket, event: Judged) -> Letters:
    """Tell whom to turn to, with everything needed for it, where it is an outside body's (FC-7)."""
    if ticket.jurisdiction is not Jurisdiction.OUTSIDE or event.entry_id is None:
        return ()
    entry = tx.directory.get(event.entry_id)

    def said(of: Ticket) -> tuple[Line, ...]:
        language = tx.people.get(of.filer_id).language
        first = text("<b>No. {number}</b>: thank you for telling us. This is looked after by:", number=of.number)
        last = text("If they do not help you, write to us, and we will go on together.")
        return (first, *entry_lines(entry, language), last)

    return to_filers(tx, ticket, said)


def verified(tx: Transaction, ticket: Ticket, _event: Verified) -> Letters:
    """Say to who found something what was done, with its photo (AS-5); a customer hears it with what follows.

    Who passed on what a customer told them hears that it is done, and nothing of what was done at a customer's.
    """
    if ticket.kind is not Kind.FINDING:
        teller = tx.people.get(ticket.recorded_by) if ticket.recorded_by is not None else None
        return to_person(tx, ticket, teller, (_passed_on(ticket),)) if teller and is_on_foot(teller) else ()
    work = last_work(tx, ticket)
    words = (Quote(tx.texts.get(work.text_id).content, limit=EXCERPT),) if work and work.text_id else ()
    files = enclosures(tx, ticket, work.attachments if work else ())
    return with_files(to_filers(tx, ticket, lambda of: (_thanked(of), *words)), files)


def _thanked(of: Ticket) -> Line:
    return text("✅ No. {number}: what you reported is done and checked. Thank you.", number=of.number)


def _passed_on(of: Ticket) -> Line:
    return text("✅ No. {number}: what you passed on to us is done and checked. Thank you.", number=of.number)


def closed(tx: Transaction, ticket: Ticket, event: Closed) -> Letters:
    """Tell that a week has passed; whom the event concerns as well hears that the first found it solved."""

    def said(of: Ticket) -> tuple[Line, ...]:
        week = text(
            "🏁 No. {number}: a week has passed without it coming again, so we have closed it.", number=of.number
        )
        return (week, text("If it comes back, just write to us. Thank you for telling us."))

    def solved(of: Ticket) -> tuple[Line, ...]:
        return (text("🏁 No. {number}: others found it solved. If it is not for you, tell us here.", number=of.number),)

    match event.how:
        case "quiet":
            return to_filers(tx, ticket, said, frozenset({Act.REOPEN}))
        case "solved" | "visited":
            return to_other_filers(tx, ticket, solved, frozenset({Act.REOPEN}))
        case _:
            return ()


def voided(tx: Transaction, ticket: Ticket, event: Voided) -> Letters:
    def said(of: Ticket) -> tuple[Line, ...]:
        filed = text("🗂 No. {number} is filed without further steps.", number=of.number)
        return (filed, text("If you see it otherwise, just write to us, and we will look at it again."))

    decided = text("🚫 No. {number} does not count, {name} decided.", number=ticket.number, name=name_of(tx, event.by))
    asked = ticket.void_asked_by
    proposer = to_person(tx, ticket, tx.people.get(asked), (decided,)) if asked else ()
    return to_filers(tx, ticket, said) + proposer


def split(tx: Transaction, ticket: Ticket, event: Split) -> Letters:
    other = tx.tickets.get(event.into)
    if other.channel is Channel.RETURN_VISIT:
        came_up = text(
            "🔎 What came up at the return visit is no. {number} now; we will see to it.", number=other.number
        )
        return to_filer(tx, ticket, (came_up,), NOTHING)
    words = text(
        "✂️ You told us of two matters in no. {number}; the other one is no. {other} now, so that neither is forgotten.",
        number=ticket.number,
        other=other.number,
    )
    return to_filer(tx, ticket, (words,), NOTHING)


def merged(tx: Transaction, ticket: Ticket, event: Merged) -> Letters:
    words = text(
        "🔗 Others have told us of the same as no. {number}. It goes on as no. {other}, and we keep you informed.",
        number=ticket.number,
        other=tx.tickets.get(event.into).number,
    )
    return to_filer(tx, ticket, (words,), NOTHING)


def unmerged(tx: Transaction, ticket: Ticket, _event: Unmerged) -> Letters:
    words = text("No. {number} is a matter of its own after all; we look after it separately.", number=ticket.number)
    return to_filer(tx, ticket, (words,), NOTHING)
