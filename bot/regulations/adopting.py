"""Putting rule sets in force: the program's at each start, an estate's own when somebody decides it.

Invariant: what once was in force under a version is never written over, since tickets go on under it.
"""

from bot.domain.overrides import Adopted
from bot.domain.people import Estate
from bot.domain.regulation import RuleSet
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.regulations.loader import WrongRuleSet


def adopt(tx: Transaction) -> RuleSet:
    """Keep the rule set that comes with the program, and lay each estate's own over it; return it as it comes.

    Raises `WrongRuleSet` where another one was in force under its version, or an estate's own no longer fits it.
    """
    written = loader.default_text()
    rules = loader.parse(written, "default.toml")
    before = tx.regulations.get(rules.version)
    if before is None:
        tx.regulations.add(Adopted(rules.version, written, tx.now))
    elif before != rules:
        raise WrongRuleSet(
            f"default.toml: another rule set was in force as {rules.version}; give the changed one a new version"
        )
    estate = tx.estates.first()
    own = tx.regulations.latest_of(estate.id) if estate else None
    if estate and own and own.own is not None and own.decided_by is not None:
        _lay_over(tx, rules, written, estate, own.own, f"the rules of {estate.code}", own.decided_by)
    return loader.with_brush_offs(rules)


def decide(tx: Transaction, estate: Estate, own: str, origin: str, decided_by: str) -> RuleSet:
    """Put an estate's own rules in force for what is filed from now on; `decided_by` is kept with the moment.

    Raises `WrongRuleSet` where they contradict themselves or the program's, or their version was used for others.
    """
    return _lay_over(tx, loader.default(), loader.default_text(), estate, own, origin, decided_by)


def _lay_over(
    tx: Transaction, rules: RuleSet, written: str, estate: Estate, own: str, origin: str, decided_by: str
) -> RuleSet:
    override = loader.parse_override(own, origin)
    effective = loader.laid_over(rules, override, own, origin)
    before = tx.regulations.get(effective.version)
    if before is None:
        tx.regulations.add(Adopted(effective.version, written, tx.now, own, estate.id, decided_by))
    elif before != effective:
        raise WrongRuleSet(f"{origin}: version {override.version} was in force with other rules; give it a new one")
    return effective
