"""The bot's own view of itself as JSON for the sandbox's page: what falls due next and why, and a ticket's file.

The composition root offers it beside the emulator, which knows no bot. It only reads; sentences come in the language
that is asked for, moments in UTC.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.adapters.i18n import catalogue
from bot.adapters.metrics import Metrics
from bot.domain.clocks import Obligation
from bot.domain.people import Language
from bot.domain.tickets import Ticket
from bot.flows.screen import Text
from bot.ports.store import Store
from bot.services import outlook
from bot.services.outlook import Due, Entry, File
from bot.services.rulebook import reason_for

_MOST_DUE: Final = 6
_MOST_TICKETS: Final = 20
_MARKUP: Final = re.compile(r"</?[bi]>|</?code>")

Json = dict[str, Any]


class OutlookJson:
    """Handlers of the view."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def agenda(self, request: web.Request) -> web.Response:
        """Answer with what falls due next, the newest tickets, and what was received and sent since the start."""
        language = _language(request)
        due = await self._store.look(partial(outlook.next_due, most=_MOST_DUE))
        tickets = await self._store.look(partial(outlook.newest, most=_MOST_TICKETS))
        waiting = await self._store.look(lambda tx: tx.updates.waiting())
        unsent = sum((await self._store.look(lambda tx: tx.outbox.waiting())).values())
        return web.json_response(
            {
                "due": [_due(one, language) for one in due],
                "tickets": [_ticket(one) for one in tickets],
                "traffic": {**self._metrics.traffic(), "waiting": waiting, "unsent": unsent},
            }
        )

    async def file(self, request: web.Request) -> web.Response:
        """Answer with the file of the ticket whose number is in the path."""
        language, number = _language(request), request.match_info["number"]
        file = await self._store.look(partial(outlook.file_of, number=number))
        if file is None:
            return web.json_response({"error": f"there is no ticket {number}"}, status=404)
        return web.json_response(_file(file, language))


def _language(request: web.Request) -> Language:
    asked = request.query.get("language", Language.ENGLISH)
    return Language(asked) if asked in set(Language) else Language.ENGLISH


def _due(due: Due, language: Language) -> Json:
    return {
        "at": due.at.isoformat(), "alarm": due.alarm, "number": due.number, "rule": due.rule, "stage": due.stage,
        "why": _said(due.why, language) if due.why else None,
    }  # fmt: skip


def _ticket(ticket: Ticket) -> Json:
    return {
        "number": ticket.number, "kind": ticket.kind, "category": ticket.category, "severity": ticket.severity,
        "stage": ticket.stage, "open": ticket.open, "filer": ticket.filer_id,
    }  # fmt: skip


def _file(file: File, language: Language) -> Json:
    return {
        **_ticket(file.ticket),
        "assignee": file.assignee,
        "first_contact": file.first_contact,
        "clocks": [_clock(run, language) for run in file.runs],
        "history": [_entry(entry) for entry in file.entries],
    }


def _clock(run: Obligation, language: Language) -> Json:
    return {
        "rule": run.rule, "why": _said(reason_for(run.rule), language), "state": run.state,
        "started": run.started_at.isoformat(), "due": run.due_at.isoformat(),
        "settled": run.settled_at.isoformat() if run.settled_at else None,
    }  # fmt: skip


def _entry(entry: Entry) -> Json:
    return {"at": entry.at.isoformat(), "event": entry.name, "who": entry.who, "rule": entry.rule}


def _said(sentence: Text, language: Language) -> str:
    """Return a sentence about a rule, whose parameters are names alone, without its markup."""
    facts: Mapping[str, str] = {name: str(value) for name, value in sentence.params.items()}
    return _MARKUP.sub("", catalogue(language).gettext(sentence.message)).format_map(facts)
