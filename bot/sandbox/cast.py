"""The people and the staff group of the sandbox estate.

Identifiers are fixed, so that a bot's data and the emulator's chats still fit together after either was
restarted. They lie far above any that Telegram has given to anybody.
"""

from dataclasses import dataclass
from typing import Final

SANDBOX_TOKEN: Final = "0:shouwen-sandbox-is-not-a-real-bot"  # noqa: S105 (public on purpose: no real bot has the id 0)
"""The only token the emulator answers to. It has the form of a token, but no bot can have this id."""

BOT_ID: Final = 4_000_900_000_000
BOT_USERNAME: Final = "shouwen_sandbox_bot"
BOT_NAME: Final = "Shouwen 首问"


@dataclass(frozen=True, slots=True)
class Person:
    """One phone of the sandbox."""

    key: str
    """Short name for tests and the page, such as `clerk`."""
    id: int
    first_name: str
    language_code: str
    """IETF tag as Telegram's clients send it: `en`, `zh-hans`, `zh-hant`."""
    role: str
    """What the person does on the estate; a description for people, it grants nothing."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic; its thread id is the id of the message that created it."""

    thread_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat in which the bot is an administrator."""

    id: int
    title: str
    members: tuple[str, ...]
    """Keys of the people in it; the first is its owner."""
    topics: tuple[Topic, ...] = ()
    """Non-empty makes it a forum; topics belong to supergroups alone."""
    supergroup: bool = True


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there when the sandbox opens. Each person has a private chat with the bot already."""

    people: tuple[Person, ...]
    group: Group | None
    time_zone: str = "UTC"
    """IANA name of the time zone in which the page shows times: the estate's."""


ESTATE: Final = Cast(
    people=(
        Person("chan", 4_000_900_000_101, "陳太 Ms Chan", "zh-hant", "resident"),
        Person("li", 4_000_900_000_102, "李先生 Mr Li", "zh-hans", "resident"),
        Person("smith", 4_000_900_000_103, "Mr Smith", "en", "resident"),
        Person("guard", 4_000_900_000_201, "王保安 Guard Wang", "zh-hans", "guard"),
        Person("cleaner", 4_000_900_000_202, "方姐 Cleaner Fang", "zh-hant", "cleaner (contractor)"),
        Person("foreman", 4_000_900_000_203, "梁督導 Supervisor Leung", "zh-hant", "contractor's supervisor"),
        Person("clerk", 4_000_900_000_301, "Clerk Lam 林文員", "en", "service-centre clerk"),
        Person("technician", 4_000_900_000_302, "何师傅 Technician He", "zh-hans", "technician"),
        Person("head", 4_000_900_000_401, "Department Head Zhao", "en", "department head"),
        Person("supervisor", 4_000_900_000_402, "錢主管 Supervisor Chin", "zh-hant", "general supervisor"),
        Person("director", 4_000_900_000_403, "Director Sun 孙经理", "en", "director"),
    ),
    group=Group(
        id=-1_009_000_000_001,
        title="Staff · 管理處",
        members=("director", "clerk", "technician", "head", "supervisor", "guard", "cleaner"),
        topics=(
            Topic(2, "客服 Customer service"),
            Topic(3, "工程 Engineering"),
            Topic(4, "安保 Security"),
            Topic(5, "保潔 Cleaning"),
        ),
    ),
    time_zone="Asia/Hong_Kong",
)
"""The seeded estate."""
