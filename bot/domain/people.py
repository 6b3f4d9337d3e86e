"""People, their roles and departments, and what a role permits.

Invariants: permission is looked up, never inferred. A role without a row in `PERMITTED` may do nothing, neither may
whoever has left, and whoever acts is known by the numeric account of the platform, never by what a button or a message
claims.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.errors import DomainError, Refusal


class Role(StrEnum):
    """What somebody is to an estate (DESIGN, Roles). One person may hold several."""

    RESIDENT = "resident"
    FRONTLINE = "frontline"
    SQUAD_LEADER = "squad_leader"
    SITE_SUPERVISOR = "site_supervisor"
    TECHNICIAN = "technician"
    CLERK = "clerk"
    DEPARTMENT_HEAD = "department_head"
    GENERAL_SUPERVISOR = "general_supervisor"
    DIRECTOR = "director"
    HQ = "hq"
    COMMITTEE = "committee"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """Something a role may be allowed to do."""

    FILE = "file"
    CLAIM = "claim"
    ANSWER = "answer"
    BIND_GROUP = "bind_group"
    """Make a group the staff group, and choose the language in which it is written to."""
    READ_CONFIDENTIAL = "read_confidential"
    ROSTER = "roster"
    """Say who is on duty: heads in their own department, others in any."""
    KEEP_DIRECTORY = "keep_directory"
    """Say which sister units and outside bodies there are."""
    MANAGE_TEAM = "manage_team"
    ADMIT = "admit"
    """Confirm who lives where, see it, and give out codes."""
    READ_LISTS = "read_lists"
    """See one's work and the board of one's department, and search."""
    OVERSEE = "oversee"
    """See what others have, and the numbers: of the department, or with READ_BOARDS of the estate."""
    DECIDE = "decide"
    """Decide what is done about what comes again (RV-9)."""
    READ_BOARDS = "read_boards"
    """See every department's board."""
    READ_FIGURES = "read_figures"
    """See the month's figures of what was reported from site: the estate's, or a chief those of their company."""
    FOLLOW_UP = "follow_up"
    """See what one's own people reported, and follow up for them (AS-2, AS-3)."""


#: The roles of those who work here, contractors' people included.
STAFF = frozenset(Role) - {Role.RESIDENT, Role.COMMITTEE}

_STAFF = frozenset({Permission.FILE, Permission.CLAIM, Permission.ANSWER, Permission.READ_LISTS})
_OFFICE = _STAFF | {Permission.ADMIT}
_OVERSEERS = frozenset({Permission.KEEP_DIRECTORY, Permission.OVERSEE, Permission.READ_BOARDS, Permission.READ_FIGURES})

#: Role → permissions. What does not stand here is denied.
PERMITTED: dict[Role, frozenset[Permission]] = {
    Role.RESIDENT: frozenset({Permission.FILE}),
    Role.FRONTLINE: frozenset({Permission.FILE}),
    Role.SQUAD_LEADER: frozenset({Permission.FILE, Permission.FOLLOW_UP}),
    Role.SITE_SUPERVISOR: frozenset({Permission.FILE, Permission.FOLLOW_UP, Permission.READ_FIGURES}),
    Role.TECHNICIAN: _STAFF,
    Role.CLERK: _OFFICE,
    Role.DEPARTMENT_HEAD: _OFFICE | {Permission.ROSTER, Permission.OVERSEE},
    Role.GENERAL_SUPERVISOR: _OFFICE | _OVERSEERS | {Permission.ROSTER},
    Role.DIRECTOR: _OFFICE
    | _OVERSEERS
    | {
        Permission.BIND_GROUP,
        Permission.READ_CONFIDENTIAL,
        Permission.ROSTER,
        Permission.MANAGE_TEAM,
        Permission.DECIDE,
    },
    Role.ADMINISTRATOR: frozenset({Permission.BIND_GROUP, Permission.MANAGE_TEAM}),
}


class Language(StrEnum):
    """The languages that everything said to people exists in."""

    ENGLISH = "en"
    SIMPLIFIED = "zh_Hans"
    TRADITIONAL = "zh_Hant"


class Standing(StrEnum):
    """As what somebody writes who lives here and works here."""

    RESIDENT = "resident"
    COLLEAGUE = "colleague"


#: What stands for the name of somebody who was erased, where nothing more is said of them.
NAMELESS = "—"


@dataclass(frozen=True, slots=True)
class StandingIn:
    """For whom somebody stands in today by the roster: their ids, the departments that they head.

    `everywhere` is whether one of them stands above all departments.
    """

    people: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    everywhere: bool = False


NOBODY: Final = StandingIn()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the bot knows.

    `account` is the numeric user id on the chat platform and the only proof of identity. `language` is None until
    it was chosen; `reachable` is False while the person blocks the bot or has never written to it. `phone` is that of
    somebody whom only a call reaches. Who has left (`left_at`) keeps name and roles for the record, and may do nothing.
    `writes_as` is what somebody chose who both lives and works here. `contractor_id` is the company that sent them,
    None for our own staff. `erase_at` is when we look next whether what is kept of them can be erased, as they asked;
    of whom it was erased (`erased_at`) a number is left, by which the record of their matters holds together.
    `stands_in` is not of the person but of the day: whoever acts is given it by the roster.
    """

    id: int
    account: int | None
    name: str
    estate_id: int
    roles: frozenset[Role] = field(default_factory=frozenset)
    language: Language = Language.ENGLISH
    language_chosen: bool = False
    unit: str | None = None
    staff_number: str | None = None
    reachable: bool = True
    phone: str | None = field(default=None, repr=False)
    department_id: int | None = None
    left_at: datetime | None = None
    writes_as: Standing | None = None
    contractor_id: int | None = None
    erase_at: datetime | None = None
    erased_at: datetime | None = None
    stands_in: StandingIn = NOBODY

    @property
    def writes_as_resident(self) -> bool | None:
        """Whether what they send is a resident's; None where they are both and have not said yet (UX 17)."""
        if not self.is_staff:
            return True
        if Role.RESIDENT not in self.roles:
            return False
        return None if self.writes_as is None else self.writes_as is Standing.RESIDENT

    @property
    def is_staff(self) -> bool:
        """Whether they work here, contractors' people included."""
        return self.left_at is None and bool(self.roles & STAFF)

    def back(self) -> "Person":
        """Return somebody who had left as one who may be given a role again; none of the old ones comes along."""
        if self.left_at is None:
            return self
        return replace(self, left_at=None, roles=self.roles & {Role.RESIDENT}, contractor_id=None)

    @property
    def has_duty_record(self) -> bool:
        """Whether they work here or have left: what they did stands in the record of their duty under their name."""
        return bool(self.roles & STAFF)

    def erased(self, now: datetime) -> "Person":
        """Return what is left of somebody who is erased: nobody can be known, reached or addressed by it.

        The language stays: one of three, it tells nobody from another, and the farewell is to be read in it.
        """
        return Person(self.id, None, NAMELESS, self.estate_id, language=self.language, reachable=False, erased_at=now)

    def may(self, permission: Permission) -> bool:
        """Whether one of their roles permits it."""
        return self.left_at is None and any(permission in PERMITTED.get(role, frozenset()) for role in self.roles)

    def require(self, permission: Permission) -> None:
        """Raise `DomainError(NOT_PERMITTED)` unless one of their roles permits it."""
        if not self.may(permission):
            raise DomainError(Refusal.NOT_PERMITTED)


@dataclass(frozen=True, slots=True)
class Estate:
    """One management office and its residents' estate (小區).

    `group_chat` is the staff group, None while there is none; `timezone` is an IANA name. `duty_person` is
    answerable for what nobody has claimed yet (FC-1).
    """

    id: int
    code: str
    name: str
    timezone: str
    language: Language
    group_chat: int | None = None
    group_thread: int | None = None
    duty_person: int | None = None
    phone: str | None = None
    emergency_phone: str | None = None


#: The code of the service centre, which is answerable for what nobody has taken on (FC-1).
SERVICE = "service"
#: Codes of the departments that every estate has; their names are in `flows/labels`.
STANDARD_DEPARTMENTS = (SERVICE, "engineering", "security", "cleaning", "greening", "management")


@dataclass(frozen=True, slots=True)
class Department:
    """A part of an estate's staff (FC-17).

    `code` is one of `STANDARD_DEPARTMENTS`, or the estate's own: then it has a `name`. `thread_id` is its topic in the
    staff group, None while there is none. `duty_person_id` is who of it is on duty.
    """

    id: int
    estate_id: int
    code: str
    name: str | None = None
    thread_id: int | None = None
    duty_person_id: int | None = None


#: BCP 47 tags as chat clients send them, lower case, longest match first. Automatic negotiation takes zh-TW and zh-HK
#: for Simplified, therefore the map is explicit (UX 20).
_TAGS: tuple[tuple[str, Language], ...] = (
    ("zh-hant", Language.TRADITIONAL),
    ("zh-tw", Language.TRADITIONAL),
    ("zh-hk", Language.TRADITIONAL),
    ("zh-mo", Language.TRADITIONAL),
    ("yue", Language.TRADITIONAL),
    ("zh", Language.SIMPLIFIED),
)


def language_of(tag: str | None) -> Language:
    """Return the language to speak to somebody whose client reports `tag` (an IETF tag, possibly missing)."""
    lowered = (tag or "").lower().replace("_", "-")
    for prefix, language in _TAGS:
        if lowered == prefix or lowered.startswith(prefix + "-"):
            return language
    return Language.ENGLISH
