"""One sentence for each refusal of the domain: what happened, what was kept, what to do next (UX 16)."""

from datetime import datetime

from bot.domain.errors import DomainError, Refusal
from bot.domain.tickets import Stage
from bot.flows.labels import STAGE
from bot.flows.screen import Param, Text, text, text_with

SENTENCES: dict[Refusal, Text] = {
    Refusal.NOT_PERMITTED: text(
        "This is for colleagues on duty only. If you think it should be you, ask your supervisor."
    ),
    Refusal.GROUP_LANGUAGE: text(
        "The director chooses the language of this group. For your own, send /language in your chat with me."
    ),
    Refusal.HAS_LEFT: text(
        "You are no longer on our team, so this is not possible any more. Thank you for your time with us. "
        "If this is a mistake, please ask the management office for a new invitation."
    ),
    Refusal.ALREADY_CLAIMED: text("No. {number} has already been taken on by {by}."),
    Refusal.ALREADY_YOURS: text("No. {number} is already yours."),
    Refusal.NOT_YOURS: text("No. {number} is with {by} now, so the answer has to come from them."),
    Refusal.STALE_BUTTON: text("Things have moved on since this button was shown. Here is how they stand now."),
    Refusal.ALREADY_FILED: text("We already have this one: it is no. {number}."),
    Refusal.ALREADY_SENT: text("This answer has already been sent."),
    Refusal.NOTHING_TO_FILE: text("There is nothing in it yet. Please write what happened, or send a photo."),
    Refusal.CALL_ASKED: text("We have noted that already; a colleague will call you."),
    Refusal.HELP_ASKED: text("Those nearby have been asked already to go there for no. {number}."),
    Refusal.HELP_GIVEN: text("Thank you! Somebody else is on the way already for no. {number}."),
    Refusal.CHASED_LATELY: text(
        "No. {number} is in good hands, and its holder knows that you are waiting. You hear how it stands each morning."
    ),
    Refusal.TICKET_ENDED: text("No. {number} has ended. Just write to us again, and we will start a new one."),
    Refusal.NO_SUCH_TICKET: text("We cannot find this ticket any more. Please write to us and we will look into it."),
    Refusal.DRAFT_GONE: text("This draft was closed. Just write to us again, and we will start a new one."),
    Refusal.DRAFT_EXPIRED: text(
        "This was closed after a day, and what was in it is erased. Just write to us, and we will start anew."
    ),
    Refusal.FILED_ENOUGH: text(
        "You have sent us {count} matters within the hour. Nothing is lost: this one is kept, and you can send it from "
        "{time}."
    ),
    Refusal.FILED_ENOUGH_CALL: text(
        "You have sent us {count} matters within the hour. Nothing is lost: this one is kept, and you can send it from "
        "{time}. For anything urgent call {phone}."
    ),
    Refusal.TOO_FAST: text(
        "That was a lot at once. What you are writing is kept in your draft; we answer again from {time}."
    ),
    Refusal.TOO_FAST_CALL: text(
        "That was a lot at once. What you are writing is kept in your draft; we answer again from {time}. "
        "For anything urgent call {phone}."
    ),
    Refusal.DRAFT_FULL: text("That is as much as one report can hold. Please submit it; what comes after can follow."),
    Refusal.TOO_LONG: text("This is longer than one message can be ({limit} characters). Please shorten it a little."),
    Refusal.WORDS_WANTED: text("An answer needs words. Please write it as a text message."),
    Refusal.UNREADABLE_KIND: text(
        "We cannot read this kind of message. Please write it in words, or send a photo, a video or a voice message."
    ),
    Refusal.NO_PRIVATE_CHAT: text(
        "Nothing was lost, but I cannot write to you in private. "
        "Please open your chat with me, press Start, and try again."
    ),
    Refusal.HOME_ASKED: text("The office has your question already and will tell you here."),
    Refusal.HOME_DECIDED: text("{by} has already seen to it."),
    Refusal.NO_OFFICE: text("Nobody is here yet to confirm it. Please call or drop by: /contact shows how."),
    Refusal.NO_DEPARTMENT: text("You are in no department yet. Please ask your director to put you into yours."),
    Refusal.SEARCH_GONE: text("You have looked for something else since. Please write /find and the words again."),
    Refusal.INVITE_SPENT: text("This invitation has been used or has expired. Please ask for a new one."),
    Refusal.STAGE_PASSED: text("No. {number} has moved on; it is {stage} now."),
    Refusal.FAR_AWAY: text("Thank you. That point is far from {estate}. Please tap where it is, or write it."),
    Refusal.TOO_LATE_TO_UNSEND: text("Sending can be undone for a minute. You can still take no. {number} back."),
    Refusal.TOO_LATE_TO_UNDO: text(
        "A claim can be undone for a minute. You can still give no. {number} back: tap ⋯ More, then ↩️ Give it back."
    ),
    Refusal.TOO_LATE_TO_PART: text(
        "That can be undone for a minute. If no. {number} is another matter after all, please tell a colleague."
    ),
    Refusal.TRANSFER_OPEN: text(
        "No. {number} is offered to somebody who has not answered yet. Recall the offer first, if you like."
    ),
    Refusal.NO_TRANSFER: text("No. {number} is not on offer any more; {by} has it."),
    Refusal.CANNOT_TAKE: text("{name} cannot take no. {number}. Please choose somebody else."),
    Refusal.NOBODY_ELSE: text("There is nobody else who can take no. {number}; it stays where it is."),
    Refusal.TO_HOLDER: text("{name} has no. {number} already."),
    Refusal.IN_A_CIRCLE: text(
        "{name} has had no. {number} before and passed it on. Please speak with them, or ask your head to decide."
    ),
    Refusal.NOTHING_ASKED: text("Thank you, we have your reply to this one already."),
    Refusal.NO_PROPOSAL: text("Thank you, we have your word on this one already."),
    Refusal.OWN_WORK: text("Nobody checks their own work. A colleague will look at no. {number}."),
    Refusal.LEADER_WANTED: text("No. {number} was explained and not solved: the head or a supervisor has to agree."),
    Refusal.REASON_WANTED: text("Please say why in a few words, so that the next one understands."),
    Refusal.VOID_ASKED: text("No. {number} is before a second person already."),
    Refusal.NO_VOID: text("This has been decided already."),
    Refusal.NOBODY_DECIDES: text(
        "A second person has to decide that no. {number} does not count, and nobody else here may. "
        "Please have /team changed first."
    ),
    Refusal.OWN_PROPOSAL: text("You have proposed it yourself; a second person decides."),
    Refusal.CUSTOMERS_LEAD: text(
        "No. {number} comes from a resident, so it leads. Please open no. {other} and let that one go on in it."
    ),
    Refusal.CANNOT_MERGE: text("No. {number} cannot go on in that one. Please choose another that is still open."),
    Refusal.NO_SUCH_NUMBER: text("We find no ticket of that number. Please look once more, or tap one of those above."),
    Refusal.NOT_MERGED: text("No. {number} goes on by itself already."),
    Refusal.REVIEWED: text("This return visit has been gone through already. Thank you."),
    Refusal.OWN_VISIT: text("Nobody reviews their own visit. Somebody else will look at no. {number}."),
    Refusal.HQ_KNOWS: text("HQ knows how no. {number} stands already. Thank you."),
    Refusal.SUMMED_UP: text("No. {number} is summed up already. Thank you."),
    Refusal.NO_TIME: text(
        "We could not read a time in that. Please write it like {example}, or tap one of the buttons."
    ),
    Refusal.ROSTER_SAYS: text("The roster says who is on duty there. Please change it with /roster."),
    Refusal.NO_TURN: text(
        "We could not read days and hours in that. Please write them like Mon-Fri 8:00-20:00, or 2026-12-24 8:00-16:00."
    ),
    Refusal.TURN_TAKEN: text(
        "{name} is on duty there at that time. Please take that turn out of the /roster first, or choose other hours."
    ),
    Refusal.CANNOT_BE_ON_DUTY: text("{name} has no role for that post. Please choose somebody else, or see /team."),
    Refusal.LEAVE_BACKWARDS: text("That leave would end before it begins, or is over already. Please look once more."),
    Refusal.LEAVE_KNOWN: text(
        "Leave from {first} to {last} is in the roster already. Please take that out of the /roster first."
    ),
    Refusal.CANNOT_STAND_IN: text("{name} cannot stand in for themselves. Please choose somebody else, or nobody."),
    Refusal.TIME_OUT_OF_REACH: text(
        "That time has passed or is more than a year away. Please give the resident one they can count on."
    ),
    Refusal.TOO_LATE_TO_CHANGE: text(
        "An answer can be changed for a day. If something is wrong with no. {number}, just write to us."
    ),
    Refusal.RESIDENTS_WORD: text(
        "What was said at this visit of no. {number} is the resident's to change now, for a day, in their chat with us."
        " Otherwise please add a note, or take down with /for what they say."
    ),
    Refusal.ERASED: text(
        "What was said in no. {number} has been erased, as the sender had asked, so it stays as it is."
    ),
    Refusal.DUTY_RECORD: text(
        "You work or worked here, and what you did on duty stays in its record under your name. "
        "For anything else that we keep about you, please speak with the management office."
    ),
    Refusal.REOPEN_PAST: text("No. {number} was closed some time ago. Just write to us, and we will start a new one."),
}


def sentence(error: DomainError) -> Text:
    """Return what to tell the person whose request was refused, the facts of the case in it."""
    facts: dict[str, Param] = {name: _fact(name, value) for name, value in error.facts.items()}
    return text_with(SENTENCES[error.refusal], facts)


def _fact(name: str, value: str | datetime) -> Param:
    return STAGE[Stage(str(value))] if name == "stage" else value
