"""One sentence for each refusal of the domain: what happened, what was kept, what to do next (UX 16)."""

from bot.domain.errors import DomainError, Refusal
from bot.flows.screen import Text, text, text_with

SENTENCES: dict[Refusal, Text] = {
    Refusal.NOT_PERMITTED: text(
        "This is for colleagues on duty only. If you think it should be you, ask your supervisor."
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
    Refusal.INVITE_SPENT: text("This invitation has been used or has expired. Please ask for a new one."),
}


def sentence(error: DomainError) -> Text:
    """Return what to tell the person whose request was refused."""
    return text_with(SENTENCES[error.refusal], error.facts)
