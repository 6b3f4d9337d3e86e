"""The commands that menus offer, in the order people need them: what each does, and who may use it.

A menu is a hint: what somebody may do is decided where it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.people import Permission, Person
from bot.domain.policy import is_on_foot
from bot.flows.screen import Text, text


def everybody(_person: Person) -> bool:
    """Whoever writes to us."""
    return True


def works_here(person: Person) -> bool:
    """Whoever works here, contractors' people included."""
    return person.is_staff


def may(permission: Permission) -> Callable[[Person], bool]:
    """Whoever one of their roles permits it, while they work here."""
    return lambda person: person.may(permission)


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does, and to whom it is offered."""

    does: Text
    who: Callable[[Person], bool] = everybody


COMMANDS: Mapping[str, Command] = {
    "new": Command(text("Report something")),
    "fixed": Command(text("I have fixed something myself"), is_on_foot),
    "my": Command(text("My matters and how they stand")),
    "for": Command(text("Take something down for somebody"), may(Permission.CLAIM)),
    "work": Command(text("My work, what is due first"), may(Permission.READ_LISTS)),
    "board": Command(text("The board of my department"), may(Permission.READ_LISTS)),
    "reports": Command(text("What my people reported"), may(Permission.FOLLOW_UP)),
    "find": Command(text("Find a ticket"), may(Permission.READ_LISTS)),
    "figures": Command(text("What was reported from site, by month"), may(Permission.READ_FIGURES)),
    "visits": Command(text("Return visits to make and to review"), may(Permission.READ_LISTS)),
    "rain": Command(text("It has rained: see what was leaking"), may(Permission.OVERSEE)),
    "overview": Command(text("The numbers as they stand"), may(Permission.OVERSEE)),
    "resident": Command(text("Who lives in a home"), may(Permission.ADMIT)),
    "team": Command(text("Who works here, and as what"), may(Permission.MANAGE_TEAM)),
    "contact": Command(text("How to reach us")),
    "who": Command(text("Who does what here")),
    "roster": Command(text("Who is on duty when, and who is away"), works_here),
    "directory": Command(text("Sister units and outside bodies"), works_here),
    "help": Command(text("What you can do here")),
    "settings": Command(text("Language and your home")),
    "rules": Command(text("What you can count on")),
    "privacy": Command(text("What we keep, and how you can have it erased")),
    "cancel": Command(text("Drop what you have begun")),
}


def offered(person: Person | None) -> tuple[tuple[str, Text], ...]:
    """Return the commands that `person` may use; None is somebody of whom nothing is known."""
    return tuple(
        (name, command.does)
        for name, command in COMMANDS.items()
        if (command.who is everybody if person is None else command.who(person))
    )
