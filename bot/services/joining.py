"""Coming and going: newcomers, invitations, languages, blocking, and the staff group."""

import hashlib
from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Estate, Language, Permission, Person, Role, language_of
from bot.flows.matter import EMERGENCY
from bot.flows.screen import Action, Press, Screen, Text, text
from bot.ports.incoming import BotMembershipChanged, Chat, GroupMigrated, ReachabilityChanged, Sender, Tapped
from bot.ports.outbox import Lane, Letter, Notice, Redraw
from bot.ports.store import Transaction
from bot.services import cards, menus, topics
from bot.services.presenting import lay_before_newcomers
from bot.services.telling import Rows, tell

#: The verb of the buttons that choose a language.
SPEAK = "lang"
#: What such a button refers to where the question is put on its own, and where it is put for the staff group.
ASKED_ALONE = "alone"
OF_GROUP = "group"
#: The verb of the buttons that begin a report.
BEGIN = cards.BEGIN
#: The choice of the button that takes something down for somebody else.
FOR_SOMEBODY = "for"
#: The languages, each in its own.
NAMES = {Language.ENGLISH: "English", Language.SIMPLIFIED: "简体中文", Language.TRADITIONAL: "繁體中文"}


def known(tx: Transaction, sender: Sender) -> Person | None:
    """Return who that account is, or None."""
    return tx.people.by_account(sender.account)


def admit(tx: Transaction, sender: Sender, *, welcomed: bool = False) -> Person | None:
    """Return the person behind a private chat, made a resident of the estate at their first word.

    None while no estate was set up. Whoever writes can be written to again. A newcomer is asked for their language,
    unless they are about to be `welcomed`, which asks for it as well.
    """
    person = known(tx, sender)
    if person is None:
        estate = tx.estates.first()
        if estate is None:
            return None
        newcomer = Person(
            id=0,
            account=sender.account,
            name=sender.name,
            estate_id=estate.id,
            roles=frozenset({Role.RESIDENT}),
            language=language_of(sender.language_tag),
        )
        person = tx.people.add(newcomer)
        if not welcomed:
            ask_language(tx, person)
        return person
    if not person.reachable:
        person = replace(person, reachable=True)
        tx.people.update(person)
    return person


def welcome(tx: Transaction, person: Person, chat_id: int) -> None:
    """Say how to begin, and let the language be chosen where that was not done yet."""
    estate = tx.estates.get(person.estate_id)
    screen = Screen(
        (
            text("<b>Welcome to the front desk of {estate}.</b>", estate=estate.name),
            text("Tell us in your own words what happened, or send a photo or a voice message. That is all it takes."),
        ),
        (
            (
                Press(text("🚨 Emergency"), Action(BEGIN, "-", 0, EMERGENCY), "danger"),
                Press(text("✏️ Report something"), Action(BEGIN, "-", 0), "primary"),
            ),
            *(
                ((Press(text("☎️ For somebody else"), Action(BEGIN, "-", 0, FOR_SOMEBODY)),),)
                if person.may(Permission.CLAIM)
                else ()
            ),
            *(() if person.language_chosen else languages()),
        ),
    )
    tx.outbox.put(Letter(chat_id, estate.id, Notice(screen), reader_id=person.id, lane=Lane.TAP))


def ask_language(tx: Transaction, person: Person) -> None:
    """Ask in which language to write; who has come with their first word goes on with the matter meanwhile."""
    tell(tx, person, text("🌐 Which language shall we write in?"), buttons=languages(ASKED_ALONE))


def languages(ref: str = "-") -> Rows:
    """Return the buttons that choose a language, each in its own."""
    presses = tuple(
        Press(text("{name}", name=name), Action(SPEAK, ref, 0, language.value)) for language, name in NAMES.items()
    )
    return presses[:1], presses[1:]


def offer_languages(tx: Transaction, person: Person) -> None:
    """Show the languages because somebody asked for them."""
    tell(tx, person, text("🌐 Which language shall we write in?"), buttons=languages())


def choose_language(tx: Transaction, person: Person, choice: str) -> Text:
    """Speak to `person` in the language they chose from now on."""
    person = replace(person, language=_language(choice), language_chosen=True)
    tx.people.update(person)
    menus.renew(tx, person)
    return text("We will write to you in English.")


def offer_group_languages(tx: Transaction, person: Person, chat: Chat) -> None:
    """Ask in the staff group in which language it is written to; in other groups the bot keeps quiet."""
    if tx.estates.get(person.estate_id).group_chat != chat.id:
        return
    _require_group_language(person)
    question = Screen((text("🌐 In which language shall we write here?"),), languages(OF_GROUP))
    letter = Letter(chat.id, person.estate_id, Notice(question), person.id, thread_id=chat.thread_id, lane=Lane.TAP)
    tx.outbox.put(letter)


def choose_group_language(tx: Transaction, person: Person, choice: str, tap: Tapped) -> None:
    """Write to the staff group in the language that was chosen in it, and say so in the question's place.

    It is the estate's language: that of whoever has chosen none. Cards that stand there are not all drawn anew, which
    at the pace that a group allows could hold up new ones for long.
    """
    _require_group_language(person)
    estate = tx.estates.get(person.estate_id)
    language = _language(choice)
    if tap.chat is None or tap.chat.id != estate.group_chat or tap.message_id is None:
        raise DomainError(Refusal.STALE_BUTTON)
    tx.estates.update(replace(estate, language=language))
    told = Screen(
        (text("🌐 From now on we write here in English. Cards that are already here follow with their next step."),)
    )
    tx.outbox.put(Letter(tap.chat.id, estate.id, Redraw(tap.message_id, told), lane=Lane.TAP))


def _require_group_language(person: Person) -> None:
    if not person.may(Permission.BIND_GROUP):
        raise DomainError(Refusal.GROUP_LANGUAGE)


def _language(choice: str) -> Language:
    try:
        return Language(choice)
    except ValueError:
        raise DomainError(Refusal.STALE_BUTTON) from None


def accept_invite(tx: Transaction, person: Person, token: str) -> Role:
    """Give `person` the role of a single-use invitation, and its department; of a race only one wins.

    Who had left comes back by it, with this role alone. The first who can answer residents is on duty until somebody
    else is put there.
    """
    invitation = tx.invites.spend(digest_of(token), person.estate_id, person.id, tx.now)
    if invitation is None:
        raise DomainError(Refusal.INVITE_SPENT)
    person = person.back()
    company = invitation.contractor_id or person.contractor_id
    department = invitation.department_id or person.department_id or _trade_of(tx, person, company)
    person = replace(person, roles=person.roles | {invitation.role}, department_id=department, contractor_id=company)
    tx.people.update(person)
    menus.renew(tx, person)
    estate = tx.estates.get(person.estate_id)
    if estate.duty_person is None and person.may(Permission.CLAIM):
        tx.estates.update(replace(estate, duty_person=person.id))
        if estate.group_chat is None:
            lay_before_newcomers(tx, estate.id)
    if person.may(Permission.READ_CONFIDENTIAL):
        lay_before_newcomers(tx, estate.id, confidential=True)
    return invitation.role


def _trade_of(tx: Transaction, person: Person, contractor_id: int | None) -> int | None:
    """Return the department whose work a company does."""
    if contractor_id is None:
        return None
    department = tx.departments.by_code(person.estate_id, tx.contractors.get(contractor_id).trade)
    return department.id if department else None


def digest_of(token: str) -> str:
    """Return what is stored of an invitation's token, so that the database does not hold the key itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def reachability_changed(tx: Transaction, change: ReachabilityChanged) -> None:
    """Note that somebody blocked or unblocked the bot."""
    person = known(tx, change.sender)
    if person and person.reachable != change.reachable:
        tx.people.update(replace(person, reachable=change.reachable))


def membership_changed(tx: Transaction, change: BotMembershipChanged) -> None:
    """Make a group the estate's staff group if it has none and somebody added the bot who may.

    A group that removes the bot is forgotten; only then can another take its place, so that residents' matters do not
    move to wherever a director happens to add the bot. Where the bot may open topics, or may from now on, each
    department gets one.
    """
    if not change.member:
        estate = tx.estates.by_group(change.chat.id)
        if estate:
            tx.estates.update(replace(estate, group_chat=None, group_thread=None))
            topics.forget(tx, estate.id)
        return
    ours = tx.estates.by_group(change.chat.id)
    if ours:
        if change.topics:
            topics.open_missing(tx, ours)
        return
    person = known(tx, change.sender)
    if person is None or not person.may(Permission.BIND_GROUP):
        return
    estate = tx.estates.get(person.estate_id)
    if estate.group_chat is not None:
        return
    estate = replace(estate, group_chat=change.chat.id, group_thread=None)
    tx.estates.update(estate)
    tx.outbox.put(Letter(change.chat.id, estate.id, Notice(_group_greeting(estate))))
    if change.topics:
        topics.open_missing(tx, estate)
    lay_before_newcomers(tx, estate.id)


def group_migrated(tx: Transaction, change: GroupMigrated) -> None:
    """Follow a group that goes on as a supergroup."""
    tx.outbox.rechat(change.old_chat_id, change.new_chat_id)


def _group_greeting(estate: Estate) -> Screen:
    return Screen((text("This is now the staff group of {estate}. New tickets appear here.", estate=estate.name),))
