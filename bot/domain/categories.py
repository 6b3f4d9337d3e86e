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
    urgent: bool = False
    nameless: bool = False
    """Whether it may be filed without staff learning by whom (CP-3)."""
    confidential: bool = False
    """Whether only the director's line sees it."""


CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        Category("lift", Kind.REPAIR),
        Category("water", Kind.REPAIR),
        Category("power", Kind.REPAIR),
        Category("light", Kind.REPAIR),
        Category("door", Kind.REPAIR),
        Category("other_repair", Kind.REPAIR),
        Category("trapped", Kind.REPAIR, urgent=True),
        Category("structure", Kind.REPAIR, urgent=True),
        Category("electric", Kind.REPAIR, urgent=True),
        Category("burst", Kind.REPAIR, urgent=True),
        Category("handrail", Kind.REPAIR, urgent=True),
        Category("falling", Kind.REPAIR, urgent=True),
        Category("danger", Kind.REPAIR, urgent=True),
        Category("neighbours", Kind.COMPLAINT, nameless=True),
        Category("cleaning", Kind.COMPLAINT),
        Category("security", Kind.COMPLAINT),
        Category("parking", Kind.COMPLAINT),
        Category("colleague", Kind.COMPLAINT, confidential=True),
        Category("other_complaint", Kind.COMPLAINT),
        Category("enquiry", Kind.ENQUIRY),
        Category("suggestion", Kind.SUGGESTION),
        Category("praise", Kind.PRAISE),
        Category("finding", Kind.FINDING),
    )
}
