"""What a running conversation holds: where somebody is in it, and what they have said and sent so far.

A draft lives in the database, never in memory, and names its step by id and its flow by version, so it survives a
restart and a new version of the program. What a flow asks is told by `flows/flow`, what a message or a tap changes by
`flows/engine`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

#: Drafts live so long after the last touch (UX 4).
DRAFT_LIFE = timedelta(hours=24)
#: The id of the last screen of every flow.
SUMMARY = "summary"
#: The answer of a step that was passed over.
SKIPPED = "-"


class MediaKind(StrEnum):
    """The kinds of media a message can bring."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"
    ANIMATION = "animation"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Media:
    """A file as the platform names it; `size` in bytes and `duration_s` where it says so."""

    kind: MediaKind
    file_id: str
    unique_id: str
    size: int | None = None
    mime: str | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One message that joined a draft: words, media, or media with words. `album` groups what was sent as one.

    `step` is the step that its words answer; empty for the matter itself. `shows` is the step that its file answers,
    where the step asks for one of its own.
    """

    message_id: int
    words: str = ""
    media: Media | None = None
    album: str | None = None
    step: str = ""
    shows: str = ""


class DraftState(StrEnum):
    """Whether a draft can still be worked on."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Draft:
    """Where somebody is in a conversation.

    `revision` rises with each change, so that a button shows whether it is current; `ticket_id` is what the
    conversation is about, or what became of it. `editing` while a line of the summary is being changed. `nudge_at` is
    when its writer is to be reminded of it, None once they were; it is `resting` from then until they touch it again.
    `options` are the choices of steps that are not the same for everybody, as (id, label) pairs by step: people,
    departments.
    """

    ref: str
    flow: str
    flow_version: int
    person_id: int
    chat_id: int
    step: str
    expires_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    ticket_id: int | None = None
    revision: int = 1
    state: DraftState = DraftState.OPEN
    editing: bool = False
    nudge_at: datetime | None = None
    resting: bool = False
    options: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What was written of the matter itself, a paragraph a message."""
        return self.said("")

    def said(self, step_id: str) -> str:
        """Return what was written in answer to a step, a paragraph a message."""
        return "\n".join(item.words for item in self.items if item.words and item.step == step_id)

    @property
    def media(self) -> tuple[Media, ...]:
        """All media that were sent, in their order."""
        return tuple(item.media for item in self.items if item.media)

    def shown(self, step_id: str) -> tuple[Media, ...]:
        """Return the media that were sent in answer to a step that asks for some of its own."""
        return tuple(item.media for item in self.items if item.media and item.shows == step_id)
