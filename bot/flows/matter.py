"""What the draft of a report amounts to: its category, where and since when, and how its writer reads it."""

from collections.abc import Mapping

from bot.domain.categories import CATEGORIES, Category
from bot.domain.tickets import Kind
from bot.flows.draft import SKIPPED, Draft, MediaKind
from bot.flows.labels import PLACE, SINCE, WISH
from bot.flows.screen import Line, Quote, Text, text

EMERGENCY = "emergency"
#: The step at which a colleague says what they have found, or what they were told: a category, or an emergency.
FOUND = "found"
#: The step that says where, and the one that says it finer: a place of the estate, or a sort of place.
WHERE = "where"
WITHIN = "within"
#: The options that name an open ticket that seems to be the same (CP-12): one of the filer's own, or of the same place.
LIKE_OWN = "like_own"
LIKE_OTHERS = "like_others"
#: The options that name a ticket that was dealt with lately and seems to have come again.
LIKE_BEFORE = "like_before"
KEEP_BACK = "keep"
_CATEGORY_AT: dict[str, str] = {EMERGENCY: "danger", Kind.REPAIR: "broken", Kind.COMPLAINT: "wrong"}


def category_of(draft: Draft) -> Category:
    """Return the category that a report's draft amounts to."""
    kind = draft.answers.get("kind") or draft.answers.get(FOUND, Kind.FINDING)
    code = draft.answers.get(_CATEGORY_AT[kind], "other_repair") if kind in _CATEGORY_AT else kind
    return CATEGORIES.get(code, CATEGORIES[Kind.FINDING])


def is_emergency(draft: Draft) -> bool:
    """Whether its writer says that there is danger: then nothing is asked but what it is (RS-1)."""
    return EMERGENCY in (draft.answers.get("kind"), draft.answers.get(FOUND))


def nameless(draft: Draft) -> bool:
    """Whether staff are not to learn who filed it."""
    return category_of(draft).nameless and draft.answers.get("name") == KEEP_BACK


def details(draft: Draft) -> Mapping[str, str]:
    """Return the answers that were given by buttons: where, since when, what would help, by their codes."""
    given = {
        step: answer
        for step in (WHERE, "since", "wish")
        if (answer := draft.answers.get(step, SKIPPED)) != SKIPPED and not draft.said(step)
    }
    finer = draft.answers.get(WITHIN, "")
    return {**given, WHERE: finer} if WHERE in given and finer in dict(draft.options.get(WITHIN, ())) else given


def named_where(draft: Draft) -> Text | None:
    """Return where it is, as its writer reads it: a place by its name, a sort of place, or their words."""
    code = draft.answers.get(WHERE, "")
    name = dict(draft.options.get(WHERE, ())).get(code)
    if name is None or draft.said(WHERE):
        return where_line(code, draft.said(WHERE))
    finer = dict(draft.options.get(WITHIN, ())).get(draft.answers.get(WITHIN, ""))
    return text("📍 {place} · {finer}", place=name, finer=finer) if finer else text("📍 {place}", place=name)


def enclosed(draft: Draft) -> tuple[Line, ...]:
    """Return how many photos and other files come along."""
    photos = sum(media.kind is MediaKind.PHOTO for media in draft.media)
    others = len(draft.media) - photos
    lines: list[Line] = [text("📷 Photos: {count}", count=photos)] if photos else []
    return (*lines, text("📎 Other files: {count}", count=others)) if others else tuple(lines)


def contents(draft: Draft) -> tuple[Line, ...]:
    """Return what a draft holds, as its writer sees it: words quoted, media counted, answers named."""
    lines: list[Line] = [Quote(draft.words)] if draft.words else []
    lines += enclosed(draft)
    if where := named_where(draft):
        lines.append(where)
    for step, named in (("since", since_line), ("wish", wish_line)):
        if line := named(details(draft).get(step, ""), draft.said(step)):
            lines.append(line)
    return tuple(lines)


def where_line(code: str, said: str) -> Text | None:
    """Return the line that says where: a label, which has its own icon, or somebody's words."""
    return PLACE.get(code) or (text("📍 {words}", words=said) if said else None)


def since_line(code: str, said: str) -> Text | None:
    """Return the line that says since when."""
    since = SINCE.get(code) or (text("{words}", words=said) if said else None)
    return text("🕑 {since}", since=since) if since else None


def wish_line(code: str, said: str) -> Text | None:
    """Return the line that says what would help."""
    return WISH.get(code) or (text("🙏 {words}", words=said) if said else None)


def like_lines(draft: Draft) -> tuple[Line, ...]:
    """Return the question whether it is the same as a ticket that is open, where there is one like it."""
    own, others = draft.options.get(LIKE_OWN, ()), draft.options.get(LIKE_OTHERS, ())
    if own:
        return (text("🔗 It is much like no. {number}, which is still open. Is it the same?", number=own[0][1]),)
    if others:
        return (
            text("🔗 Others have told us of something like it, as no. {number}. Is it the same?", number=others[0][1]),
        )
    if before := draft.options.get(LIKE_BEFORE, ()):
        return (
            text(
                "🔁 It is much like no. {number}, which was dealt with lately. Has it come again?", number=before[0][1]
            ),
        )
    return ()


def waiting(draft: Draft) -> tuple[Line, ...]:
    """Return what reminds its writer of what they have not sent yet."""
    kept = text(
        "You have begun to tell us something and not sent it yet. We keep it until {time}.", time=draft.expires_at
    )
    return (kept, *contents(draft))
