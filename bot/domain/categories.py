"""What a matter can be about. The kind of the ticket follows from the category chosen; it is not asked.

An urgent category is one of RS-1's list. In a quarrel between neighbours nobody is pressed for a name (CP-3); what is
said about a colleague is kept from them and their line.
"""

from dataclasses import dataclass

from bot.domain.tickets import Kind


@dataclass(frozen=True, slots=True)
class Category:
    """A stable code with what follows from it."""

    code: str
    kind: Kind
    department: str
    """Code of the department that such a matter is usually for: a suggestion, whoever judges decides."""
    urgent: bool = False
    nameless: bool = False
    """Whether it may be filed without staff learning by whom (CP-3)."""
    confidential: bool = False
    """Whether only the director's line sees it."""


CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        Category("lift", Kind.REPAIR, "engineering"),
        Category("water", Kind.REPAIR, "engineering"),
        Category("power", Kind.REPAIR, "engineering"),
        Category("light", Kind.REPAIR, "engineering"),
        Category("door", Kind.REPAIR, "engineering"),
        Category("other_repair", Kind.REPAIR, "engineering"),
        Category("trapped", Kind.REPAIR, "engineering", urgent=True),
        Category("structure", Kind.REPAIR, "engineering", urgent=True),
        Category("electric", Kind.REPAIR, "engineering", urgent=True),
        Category("burst", Kind.REPAIR, "engineering", urgent=True),
        Category("handrail", Kind.REPAIR, "engineering", urgent=True),
        Category("falling", Kind.REPAIR, "engineering", urgent=True),
        Category("danger", Kind.REPAIR, "security", urgent=True),
        Category("neighbours", Kind.COMPLAINT, "service", nameless=True),
        Category("cleaning", Kind.COMPLAINT, "cleaning"),
        Category("security", Kind.COMPLAINT, "security"),
        Category("parking", Kind.COMPLAINT, "security"),
        Category("colleague", Kind.COMPLAINT, "management", confidential=True),
        Category("other_complaint", Kind.COMPLAINT, "service"),
        Category("enquiry", Kind.ENQUIRY, "service"),
        Category("suggestion", Kind.SUGGESTION, "service"),
        Category("praise", Kind.PRAISE, "service"),
        Category("found_light", Kind.FINDING, "engineering"),
        Category("found_water", Kind.FINDING, "engineering"),
        Category("found_broken", Kind.FINDING, "engineering"),
        Category("found_lift", Kind.FINDING, "engineering"),
        Category("found_door", Kind.FINDING, "engineering"),
        Category("found_litter", Kind.FINDING, "cleaning"),
        Category("found_exit", Kind.FINDING, "security"),
        Category("found_blocked", Kind.FINDING, "security"),
        Category("found_plants", Kind.FINDING, "greening"),
        Category("finding", Kind.FINDING, "engineering"),
    )
}

#: What is found on site is called otherwise than what a customer brings, and may be the same all the same (ST-4).
_THEMES = {
    "found_light": "light",
    "found_water": "water",
    "burst": "water",
    "found_lift": "lift",
    "found_door": "door",
    "found_litter": "cleaning",
    "found_blocked": "parking",
    "found_broken": "other_repair",
}


def theme_of(code: str) -> str:
    """Return what a category is about, whoever brings it: two matters of one theme may be one event."""
    return _THEMES.get(code, code)
