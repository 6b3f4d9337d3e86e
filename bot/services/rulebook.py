"""What each rule demands, in plain words: in reminders, in escalations, and whenever somebody asks for the rules."""

from dataclasses import dataclass

from bot.domain.policy import Act
from bot.flows.screen import Text, text, text_with


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a window: what its rule demands, that it waits, and that it is late.

    `waits`, `late` and `resident` are about the ticket {number} and have the window's end as {time}. `resident` is
    what who brought the matter hears when it is late, None where that would only worry them. `settling` is what settles
    the window; of these everybody is offered what they may do. What is `inner` is shown to staff alone.
    """

    demands: Text
    waits: Text
    late: Text
    resident: Text | None = None
    settling: frozenset[Act] = frozenset({Act.CLAIM, Act.ACCEPT, Act.ANSWER, Act.VERIFY, Act.REJECT})
    inner: bool = True


_ANSWERED = frozenset({Act.CLAIM, Act.ACCEPT, Act.ANSWER, Act.PROMISE, Act.VERIFY, Act.REJECT})
_BEGUN = frozenset({Act.CLAIM, Act.ACCEPT, Act.START, Act.HANDLE, Act.PROMISE})
_REACHED = frozenset({Act.CLAIM, Act.REACHED})
_CONTACT_GIVEN = frozenset({Act.CLAIM, Act.ANSWER, Act.CALLED})
_HANDLED = frozenset({Act.CLAIM, Act.HANDLE, Act.PROMISE})
_HQ_TOLD = frozenset({Act.TELL_HQ})
_CHECKED = frozenset({Act.VERIFY, Act.REJECT})


#: Windows of the regulation, by their rule.
WORDS: dict[str, Words] = {
    "FC-9": Words(
        text("<i>Rule FC-9: within 60 minutes a resident hears what happens next, or by when they will know.</i>"),
        text("⏰ No. {number} is waiting for an answer, due by {time}."),
        text("🔴 No. {number}: the answer was due by {time} and is late."),
        text(
            "We were to answer you on no. {number} by {time} and have not done so. We are sorry. "
            "Our supervisor knows now."
        ),
        _ANSWERED,
        inner=False,
    ),
    "FC-9/found": Words(
        text(
            "<i>Rule FC-9: within 60 minutes somebody sees to what was found on site, "
            "or whoever found it knows when.</i>"
        ),
        text("⏰ No. {number} was found on site; please begin by {time}, or say by when it is done."),
        text("🔴 No. {number} was found on site; by {time} somebody was to begin, and nobody has."),
        settling=_BEGUN,
    ),
    "FC-4": Words(
        text("<i>Rule FC-4: what we promise a resident we keep, or tell them in time and say why.</i>"),
        text("⏰ No. {number}: you promised the resident something by {time}."),
        text("🔴 No. {number}: what was promised for {time} has not been kept."),
        text(
            "We promised you something on no. {number} by {time} and have not kept it. We are sorry. "
            "Our supervisor knows now."
        ),
        _HANDLED,
        inner=False,
    ),
    "FC-5": Words(
        text("<i>Rule FC-5: what is a sister unit's reaches their local office within 30 minutes.</i>"),
        text("⏰ No. {number}: please reach the sister unit by {time}, and note whom you reached."),
        text("🔴 No. {number}: the sister unit was to be reached by {time}; nobody has noted that yet."),
        settling=_REACHED,
    ),
    "FC-5/chase": Words(
        text("<i>Rule FC-5: we keep asking a sister unit until its result is back with the resident.</i>"),
        text("⏰ No. {number}: please ask the sister unit how it stands, by {time}."),
        text("🔴 No. {number}: there is no result of the sister unit yet; we were to ask by {time}."),
        settling=_REACHED | _HANDLED,
    ),
    "FC-7": Words(
        text("<i>Rule FC-7: for what is an outside body's, a resident gets its address and contact from us.</i>"),
        text("⏰ No. {number}: please send the resident the outside body's contact by {time}."),
        text("🔴 No. {number}: the resident was to get the outside body's contact by {time} and has not."),
        settling=_CONTACT_GIVEN,
    ),
    "FC-8": Words(
        text("<i>Rule FC-8: where it is unclear whose it is, the department head decides at once.</i>"),
        text("⏰ No. {number}: please decide by {time} whose it is."),
        text("🔴 No. {number}: by {time} it was to be decided whose it is."),
        settling=frozenset({Act.JUDGE}),
    ),
    "FC-11": Words(
        text("<i>Rule FC-11: whoever is given a matter takes it on in time, or it goes back to whoever gave it.</i>"),
        text("⏰ No. {number} was passed to you; please accept it by {time}, or it goes back."),
        text("🔴 No. {number}: the transfer was to be accepted by {time} and was not."),
        settling=frozenset({Act.ACCEPT, Act.DECLINE}),
    ),
    "CP-5": Words(
        text("<i>Rule CP-5: what cannot be settled now gets a time of feedback and is passed on at once.</i>"),
        text("⏰ No. {number} is yours; please say by {time} when the resident will hear from you."),
        text("🔴 No. {number}: by {time} the resident was to know when they will hear from us."),
        settling=frozenset({Act.PROMISE, Act.PROPOSE, Act.ANSWER, Act.CALLED}),
    ),
    "CP-6": Words(
        text("<i>Rule CP-6: every complaint is answered within 24 hours.</i>"),
        text("⏰ No. {number}: the complaint must be answered by {time}."),
        text("🔴 No. {number}: the complaint was to be answered by {time} and is not."),
        settling=_CONTACT_GIVEN,
        inner=False,
    ),
    "CP-8": Words(
        text("<i>Rule CP-8: we look at it on site, propose what to do, and go on until both sides agree.</i>"),
        text("⏰ No. {number}: please propose by {time} what we will do."),
        text("🔴 No. {number}: a proposal was due by {time} and has not been made."),
        settling=frozenset({Act.PROPOSE, Act.HANDLE}),
        inner=False,
    ),
    "CP-10": Words(
        text("<i>Rule CP-10: done means verified; somebody else checks before we ask the resident.</i>"),
        text("⏰ No. {number} is reported done; please verify it by {time}."),
        text("🔴 No. {number}: it was to be verified by {time} and is not."),
        settling=_CHECKED,
        inner=False,
    ),
    "CP-11": Words(
        text("<i>Rule CP-11: a matter is closed when the resident is satisfied, or after a week of quiet.</i>"),
        text("⏰ No. {number} closes by itself {time} if nothing more is heard."),
        text("🔴 No. {number}: its quiet week was over {time}."),
        settling=frozenset({Act.READ}),
        inner=False,
    ),
    "CP-9": Words(
        text("<i>Rule CP-9: what came through HQ goes back to HQ, once it is checked and once it is over.</i>"),
        text("⏰ No. {number} is checked; please tell HQ by {time}."),
        text("🔴 No. {number} is checked; HQ was to be told by {time} and has not been."),
        settling=_HQ_TOLD,
    ),
    "CP-9/end": Words(
        text("<i>Rule CP-9: what came through HQ goes back to HQ, once it is checked and once it is over.</i>"),
        text("⏰ No. {number} is closed; please tell HQ by {time}."),
        text("🔴 No. {number} is closed; HQ was to be told by {time} and has not been."),
        settling=_HQ_TOLD,
    ),
    "FC-14": Words(
        text("<i>Rule FC-14: the last of seven steps is to sum up: how to prevent it, and what to change.</i>"),
        text("🧭 No. {number} is closed; please sum up by {time} what we learn of it."),
        text("🔴 No. {number}: by {time} it was to be summed up what we learn of it."),
        settling=frozenset({Act.SUM_UP}),
    ),
    "RV-1": Words(
        text(
            "<i>Rule RV-1: after a matter was dealt with we ask the resident how it is; "
            "whoever does not answer is called or visited.</i>"
        ),
        text("⏰ No. {number}: please call or visit the resident by {time}, and record what they say."),
        text("🔴 No. {number}: the return visit was due by {time} and has not been made."),
        settling=frozenset({Act.VISIT}),
        inner=False,
    ),
    "RV-6": Words(
        text("<i>Rule RV-6: what a return visit finds wrong is put to the maintenance people within 12 hours.</i>"),
        text("⏰ No. {number} was found at a return visit; please pass it on by {time} to whoever puts it right."),
        text("🔴 No. {number} was found at a return visit and was to be passed on by {time}; it has not been."),
        settling=frozenset({Act.CLAIM, Act.JUDGE, Act.TRANSFER, Act.HANDLE}),
    ),
    "AS-4": Words(
        text("<i>Rule AS-4: what cannot be fixed on the spot, the nearest colleague makes safe first.</i>"),
        text("⏰ No. {number}: somebody is to go there by {time}."),
        text("🔴 No. {number}: the nearest were asked to go there by {time}, and nobody goes."),
        settling=_HANDLED,
    ),
    "AS-5": Words(
        text("<i>Rule AS-5: whoever reported something hears every morning how it stands, without asking.</i>"),
        text("📋 No. {number}, which you reported, is still open. You will hear of it again by {time}."),
        text("📋 No. {number}, which you reported, is still open today."),
        settling=frozenset({Act.READ}),
    ),
    "AS-6": Words(
        text("<i>Rule AS-6: urgent and on-the-spot matters are handled the same day.</i>"),
        text("⏰ No. {number} is to be handled today, by {time}."),
        text("🔴 No. {number}: it was to be handled the same day, by {time}, and is not."),
        settling=_HANDLED,
    ),
    "AS-7": Words(
        text("<i>Rule AS-7: what was found on site is handled within two days.</i>"),
        text("⏰ No. {number} is to be handled by {time}."),
        text("🔴 No. {number}: it was to be handled within two days, by {time}, and is not."),
        settling=_HANDLED,
    ),
}

#: What the day's stock-take is for; it is no window of a ticket.
STOCK_TAKE = text("<i>Rule CP-7: the day's matters are counted each day, so that none slips.</i>")

#: What the analysis of what comes again is for; it is no window of a ticket either.
PATTERNS = text("<i>Rule RV-9: what comes again within a quarter is analysed, and somebody decides what is done.</i>")

#: What holds of return visits beside their windows, by rule: what a resident meets, and what staff do.
VISITS_OF_RESIDENTS: dict[str, Text] = {
    "RV-2": text(
        "<i>Rule RV-2: after an urgent repair we ask within a day and once more two days later; within two days after "
        "a complaint or where safety is concerned; within three after a leak, and again after rain; otherwise within a "
        "week.</i>"
    ),
    "RV-4": text("<i>Rule RV-4: after serious matters the director asks; nobody asks about their own work.</i>"),
    "RV-5": text(
        "<i>Rule RV-5: we ask about the work, what it brought, how satisfied you are, what fell short and what would "
        "be better. Your confirmation counts as your signature; for a day you can change it.</i>"
    ),
    "RV-7": text(
        "<i>Rule RV-7: what is not solved, or leaves you unsatisfied, is opened again, one level further up each time, "
        "and management hears of it.</i>"
    ),
    "RV-10": text("<i>Rule RV-10: for what cannot be answered at a visit we agree a time with you.</i>"),
}
VISITS_OF_STAFF: dict[str, Text] = {
    "RV-3": text(
        "<i>Rule RV-3: every complaint and every repair is visited, of other matters some by lot; /overview shows how "
        "many were, beside the goal.</i>"
    ),
    "RV-8": text(
        "<i>Rule RV-8: supervisors go through each visit and may add an opinion. What the resident said goes back to "
        "who did the work, their marks do not.</i>"
    ),
    "RV-9": PATTERNS,
}

#: What is said of a window whose rule an estate has written itself.
_OWN_DEMAND = text("<i>Rule {rule} of this estate.</i>")
_OWN_WAITS = text("⏰ No. {number} is waiting for you, until {time}.")
_OWN_LATE = text("🔴 No. {number}: this was due by {time} and is late.")


def words_of(rule: str) -> Words:
    """Return what is said of the window `rule`; of one that only an estate's own rule set knows, in general terms."""
    return WORDS.get(rule) or Words(text_with(_OWN_DEMAND, {"rule": rule}), _OWN_WAITS, _OWN_LATE)


def reason_for(rule: str) -> Text:
    """Return the sentence that says by which rule somebody is reminded ("why did I get this?")."""
    return words_of(rule).demands
