"""How alike two matters are told: by the words they share, whoever wrote them and in whichever language.

Words are cut as for the search (`domain/terms`): Chinese by pairs of characters, so that it needs no dictionary.
"""

from bot.domain.terms import terms_of

#: From here on two texts are likely to tell of the same.
LIKELY = 0.34


def likeness(one: str, other: str) -> float:
    """Return how much of what they say two texts share, from 0 to 1 (Dice's coefficient of their terms).

    Single characters count for little in Chinese: they are left out where there are pairs.
    """
    mine, theirs = _terms(one), _terms(other)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _terms(words: str) -> frozenset[str]:
    terms = terms_of(words)
    return frozenset(term for term in terms if len(term) > 1) or terms
