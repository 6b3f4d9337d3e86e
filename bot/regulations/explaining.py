"""A rule set in plain words, for who has to decide whether it says what was meant."""

from collections.abc import Iterator

from bot.domain.conditions import Condition
from bot.domain.lengths import Unit
from bot.domain.overrides import Adopted
from bot.domain.regulation import Consequence, Holder, RuleSet, Window
from bot.domain.visit_rules import Visitor, VisitRule

_HOLDERS = {
    Holder.ASSIGNEE_OR_DUTY: "whoever has taken it on, or else the person on duty",
    Holder.FIRST_CONTACT: "the first contact",
    Holder.RECEIVER: "whoever it is to be transferred to",
    Holder.DUTY: "the person on duty",
    Holder.DEPARTMENT_HEAD: "the department head",
    Holder.GENERAL_SUPERVISOR: "the general supervisor",
    Holder.DIRECTOR: "the director",
    Holder.REPORTER: "who brought it",
    Holder.VISITOR: "whoever makes the return visit",
}
_VISITORS = {
    Visitor.FIRST_CONTACT: "the first contact, or a clerk where they did the work themselves,",
    Visitor.CLERK: "a clerk",
    Visitor.DEPARTMENT_HEAD: "the department head",
    Visitor.DIRECTOR: "the director",
}
_CONSEQUENCES = {
    Consequence.BREACH: "it is late",
    Consequence.RETURN_TRANSFER: "the transfer goes back to who gave it",
    Consequence.CLOSE: "the ticket closes by itself",
    Consequence.REPEAT: "they hear how it stands, and it begins anew",
    Consequence.DIGEST: "they hear in one message how all of theirs stands, and it begins anew",
}


def explain(rules: RuleSet) -> Iterator[str]:
    """Yield the rule set as lines, a paragraph for each window."""
    hours = rules.hours
    closes = f"at {hours.closes:%H:%M}" if hours.closes else "at midnight"
    quiet = f"quiet from {hours.quiet_from:%H:%M} to {hours.quiet_until:%H:%M}"
    yield f"Rule set {rules.version}: the day ends {closes}; {quiet}."
    for window in rules.windows:
        yield f"{window.rule} ({window.source}): {_window(window)}"
    for visit in rules.visits:
        yield f"{visit.rule} ({visit.source}): {_visit(visit)}"
    if rules.patterns:
        least = rules.patterns
        yield (
            f"RV-9 ({least.source}): within a quarter, {least.failed_visits} matters of a kind not solved at a visit, "
            f"{least.complaints} complaints about one matter or {least.repairs} repairs of one kind at one place are "
            f"laid before the director, who decides within {least.decided_within} what is done."
        )
    if rules.on_the_spot:
        yield (
            f"AS-4 ({rules.on_the_spot.source}): of what was fixed on the spot {rules.on_the_spot.checked:.0%} is "
            "looked at by a second person, by lot; the photo of how it is closes the rest."
        )
    if rules.stock_take:
        take = rules.stock_take
        yield (
            f"CP-7 ({take.source}): every day at {take.at:%H:%M} the person on duty gets the count of open matters, "
            f"if any; not acknowledged within {take.acknowledged_within}, it goes to the {_plain(take.tells)}."
        )


def explain_decisions(decisions: tuple[Adopted, ...]) -> Iterator[str]:
    """Yield who put which of an estate's own rules in force, and when."""
    for adopted in decisions:
        yield f"{adopted.version}: decided by {adopted.decided_by}, in force since {adopted.since:%Y-%m-%d %H:%M} UTC."


def _window(window: Window) -> str:
    meant = f" for {_conditions(window.when)}" if window.when else ""
    unless = f", but not for {_conditions(window.unless)}" if window.unless else ""
    said = [
        f"from {_any(window.started_by)}{meant}{unless}, {_HOLDERS[window.holder]} has {_length(window)}"
        + (f" until {_any(window.met_by)}" if window.met_by else "")
        + (", until that is no longer so" if window.met_when_over else "")
    ]
    if window.restarts:
        said.append("each of these begins it anew")
    if window.reminders:
        said.append(f"a reminder comes at {_list(f'{fraction:.0%}' for fraction in window.reminders)} of it")
    said.extend(
        f"it stands still from {pause.by} to {_any(pause.until)} ({pause.reason.value})" for pause in window.pauses
    )
    told = f" and the {_list(_plain(role) for role in window.tells)} hears of it" if window.tells else ""
    said.append(f"after that {_CONSEQUENCES[window.consequence]}{told}")
    said.extend(f"{step.after} later the {_plain(step.to)} hears of it" for step in window.ladder)
    if window.ended_by:
        said.append(f"{_any(window.ended_by)} ends it")
    if window.outlasts:
        said.append("it goes on when the matter has come to its end")
    return "; ".join(said) + "."


def _visit(visit: VisitRule) -> str:
    meant = f"{_conditions(visit.when)}" if visit.when else "whatever came from a customer"
    unless = f", but not for {_conditions(visit.unless)}" if visit.unless else ""
    said = [
        f"for {meant}{unless} the resident is asked {visit.opens} after it was handled, within {visit.due}",
        f"if they stay silent {_VISITORS[visit.visitor]} calls or goes to see them",
    ]
    said.extend(
        f"and again after rain, within {again.due}"
        if again.after_rain
        else f"and again after {again.opens}, within {again.due}"
        for again in visit.again
    )
    said.append(f"{visit.coverage:.0%} of such matters are visited")
    return "; ".join(said) + "."


def _length(window: Window) -> str:
    if window.length.unit is Unit.PROMISED:
        return "as long as was promised"
    return "as long as was planned" if window.length.unit is Unit.PLANNED else str(window.length)


def _conditions(conditions: tuple[Condition, ...]) -> str:
    return " or ".join(
        " and ".join(_fact(name, given) for name, given in condition if given) for condition in conditions
    )


def _fact(name: str, given: object) -> str:
    match given:
        case tuple():
            return f"{name} {_any(given)}"
        case float():
            return f"{given:.0%} of all by lot"
        case _:
            return "what came again or was opened again"


def _any(names: tuple[str, ...]) -> str:
    return " or ".join(_plain(name) for name in names)


def _list(names: Iterator[str]) -> str:
    return " and ".join(names)


def _plain(name: str) -> str:
    return str(name).replace("_", " ")
