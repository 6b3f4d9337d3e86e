"""What colleagues do on their feet beside a plain finding: what they fixed, made safe, sent amiss or were told."""

from collections.abc import Callable, Mapping

from bot.domain.callers import read_caller
from bot.domain.commands import Handle, MakeSafe, Unsend
from bot.domain.decisions import fix_on_the_spot
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended, Noted
from bot.domain.people import Permission, Person, Role
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Channel, Outcome, Ticket
from bot.flows.draft import Draft
from bot.flows.findings import AFTER, BY_INTERCOM, FIXED, HELPED, MADE_SAFE, TOLD, UNKNOWN, WHOSE
from bot.flows.labels import SAFE_CODE
from bot.flows.matter import category_of, details
from bot.flows.screen import Text, text
from bot.ports.outbox import Audience
from bot.ports.store import Transaction
from bot.services import behalf, drafting, filing, merging, presenting
from bot.services.drafting import finish, start
from bot.services.filing import Matter
from bot.services.recording import carry_out, record
from bot.services.regulations import of_ticket
from bot.services.writing import files_of, store, words_of

Submit = Callable[[Transaction, RuleSet, Person, Draft, str], Ticket]
#: What somebody is called of whom nothing is known.
_NOBODY_KNOWN = "🙍"


def submit_fixed(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, _way: str) -> Ticket:
    """File what somebody found and set right at once, with the photos before and after (AS-4)."""
    ticket = filing.submit(tx, rules, person, draft)
    files = tx.attachments.of(ticket.id)
    shown = [item.shows for item in draft.items if item.media]
    after = tuple(file.id for file, shows in zip(files, shown, strict=True) if shows == AFTER)
    drawn = of_ticket(tx, rules, ticket).is_drawn_on_the_spot(ticket)
    return record(tx, rules, ticket, fix_on_the_spot(ticket, person, after, drawn=drawn))


def begin_made_safe(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask how it was made safe."""
    start(tx, person, ticket, MADE_SAFE)
    return text("How did you make it safe? Please tell in your chat with me.")


def make_safe(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Record that nobody can come to harm by it until it is repaired, with the photo of it and what was said (AS-4)."""
    how = store(tx, ticket, person, SAFE_CODE, draft.answers["how"])
    ticket = carry_out(tx, rules, person, ticket, MakeSafe(how, files_of(tx, ticket, draft)))
    told = Amended if person.id == ticket.filer_id else Noted
    if said := words_of(tx, ticket, person, "amendment" if told is Amended else "note", draft):
        ticket = record(tx, rules, ticket, (told(by=person.id, text_id=said.text_id, digest=said.digest),))
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Noted. Thank you for keeping everybody safe!")


def begin_helped(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask who went there for nothing but a photo of how it is now."""
    start(tx, person, ticket, HELPED)
    return text("Well done! Please send a photo of it in your chat with me.")


def helped(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Say that who went there has set it right; what lay behind it is not asked of people on their feet (AS-4)."""
    words = words_of(tx, ticket, person, "handling", draft)
    command = Handle(Outcome.SOLVED, None, words, files_of(tx, ticket, draft))
    ticket = carry_out(tx, rules, person, ticket, command)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Thank you. A colleague will check no. {number}.", number=ticket.number)


def unsend(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Undo having sent it: nobody works on it."""
    carry_out(tx, rules, person, ticket, Unsend())
    return text("Undone. Nobody works on it.")


def submit_told(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, way: str) -> Ticket:
    """File what a customer told a colleague on site, or by intercom, who is its first contact (AS-1, AS-2, FC-1).

    Their conversation becomes its card. Whose matter it is, is what was typed of them: who lives where is nothing for
    people on their feet to look up.
    """
    person.require(Permission.FILE)
    category = category_of(draft)
    matter = [item for item in draft.items if item.step != WHOSE]
    if not matter and not category.urgent:
        raise DomainError(Refusal.NOTHING_TO_FILE)
    texts, files = filing.reserve(tx, person, draft.chat_id, matter)
    ticket = filing.bring_in(
        tx,
        rules,
        _teller(tx, person, draft),
        Matter(
            category,
            Channel.INTERCOM if way == BY_INTERCOM.id else Channel.TOLD,
            texts,
            files,
            first_contact=person.id,
            details=tuple(details(draft).items()),
            recorded_by=person.id,
        ),
    )
    presenting.lay_before_staff(tx, ticket)
    merging.point_out(tx, ticket)
    tx.drafts.save(drafting.ended(draft, ticket_id=ticket.id))
    filing.show_in_place(tx, ticket, draft, person, Audience.ON_SITE)
    return ticket


def _teller(tx: Transaction, person: Person, draft: Draft) -> Person:
    typed = draft.said(WHOSE)
    if typed and draft.answers.get(WHOSE) != UNKNOWN:
        return behalf.enter(tx, person, read_caller(typed))
    estate = tx.estates.get(person.estate_id)
    nobody = Person(0, None, _NOBODY_KNOWN, estate.id, frozenset({Role.RESIDENT}), estate.language, reachable=False)
    return tx.people.add(nobody)


#: How each of these conversations is filed.
SUBMITS: Mapping[str, Submit] = {FIXED.id: submit_fixed, TOLD.id: submit_told}
