"""What staff write to residents is looked at for brush-offs first; sending it anyway takes two taps (FC-3)."""

from bot.domain import screening
from bot.domain.regulation import RuleSet
from bot.flows import engine
from bot.flows.answer import ANSWER, AS, CAUTION, NOTE, SURE
from bot.flows.desk import PROMISE
from bot.flows.draft import Draft
from bot.ports.store import Transaction


def screened(tx: Transaction, rules: RuleSet, draft: Draft) -> Draft:
    """Return `draft` with the brush-off that its words hold, if they go to a resident; what was confirmed is anew."""
    if draft.flow not in (ANSWER.id, PROMISE.id) or draft.ticket_id is None:
        return draft
    found = None
    if draft.answers.get(AS) != NOTE:
        language = tx.people.get(tx.tickets.get(draft.ticket_id).filer_id).language
        words = draft.words if draft.flow == ANSWER.id else draft.said("why")
        found = screening.find(words, rules.brush_offs, language)
    caution = ((found.phrase, found.better),) if found else ()
    if caution == draft.options.get(CAUTION, ()):
        return draft
    flow = ANSWER if draft.flow == ANSWER.id else PROMISE
    return engine.reconsider(flow, engine.with_options(draft, {CAUTION: caution}), SURE)


def must_confirm(draft: Draft, way: str) -> bool:
    """Whether sending `draft` that way takes another tap."""
    inside = NOTE in (way, draft.answers.get(AS))
    return draft.flow == ANSWER.id and not inside and bool(draft.options.get(CAUTION)) and SURE not in draft.answers


def caution_of(draft: Draft) -> str:
    """Return the brush-off that is sent all the same, empty where there is none."""
    return next((phrase for phrase, _ in draft.options.get(CAUTION, ())), "")
