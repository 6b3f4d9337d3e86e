"""The people of the sandbox as the bot knows them: the estate they belong to and what each is to it."""

from typing import Final

from bot.domain.contractors import Contractor
from bot.domain.people import Estate, Language, Person, Role, language_of
from bot.sandbox.cast import ESTATE

_ROLES: Final = {
    "resident": Role.RESIDENT,
    "guard": Role.FRONTLINE,
    "cleaner (contractor)": Role.FRONTLINE,
    "contractor's supervisor": Role.SITE_SUPERVISOR,
    "service-centre clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "department head": Role.DEPARTMENT_HEAD,
    "general supervisor": Role.GENERAL_SUPERVISOR,
    "director": Role.DIRECTOR,
}
_DEPARTMENTS: Final = {
    "guard": "security",
    "cleaner": "cleaning",
    "foreman": "cleaning",
    "clerk": "service",
    "technician": "engineering",
    "head": "engineering",
    "supervisor": "management",
    "director": "management",
}
#: The companies that work there under contract, and whom of the cast they send.
CONTRACTORS: Final = (Contractor(0, 0, "brightway", "亮潔清潔 Brightway Cleaning", "cleaning"),)
_SENT_BY: Final = {"cleaner": "brightway", "foreman": "brightway"}
#: The departments whose topics the staff group has already, in the order of its topics.
_WITH_TOPIC: Final = ("service", "engineering", "security", "cleaning")
_UNITS: Final = {"chan": "3-12A", "li": "5-8C", "smith": "1-20B"}


def estate() -> Estate:
    """Return the sandbox's estate, its staff group bound to the topic of the service centre."""
    group = ESTATE.group
    return Estate(
        id=0,
        code="HT",
        name="海天花園 Harbour Garden",
        timezone=ESTATE.time_zone,
        language=Language.ENGLISH,
        group_chat=group.id if group else None,
        phone="+852 2345 6700",
        emergency_phone="+852 2345 6789",
        group_thread=group.topics[0].thread_id if group and group.topics else None,
    )


def works_in() -> dict[int, str]:
    """Return the department codes of those who work there, by account."""
    return {person.id: _DEPARTMENTS[person.key] for person in ESTATE.people if person.key in _DEPARTMENTS}


def sent_by() -> dict[int, str]:
    """Return the codes of the companies that send people, by account."""
    return {person.id: _SENT_BY[person.key] for person in ESTATE.people if person.key in _SENT_BY}


def topics() -> dict[str, int]:
    """Return the threads of the departments that have a topic in the staff group, by department code."""
    of_group = ESTATE.group.topics if ESTATE.group else ()
    return {code: topic.thread_id for code, topic in zip(_WITH_TOPIC, of_group, strict=False)}


def members() -> tuple[Person, ...]:
    """Return everybody who has a phone in the sandbox."""
    return tuple(
        Person(
            id=0,
            account=person.id,
            name=person.first_name,
            estate_id=0,
            roles=frozenset({_ROLES[person.role]}),
            language=language_of(person.language_code),
            unit=_UNITS.get(person.key),
        )
        for person in ESTATE.people
    )
