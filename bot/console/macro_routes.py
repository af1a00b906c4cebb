"""Owns the addresses of the console's page of macros, which only reads. Refuses to judge a text: desk does."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.api.callers import Caller, Credentials
from bot.api.service import Service, Serving
from bot.console.labels import LANGUAGES
from bot.console.shown import Values, shown
from bot.desk import own_macros
from bot.desk.own_macros import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from bot.desk.sessions import SignedIn
from bot.handoff.macros import Variable

router = APIRouter(include_in_schema=False)


@router.get("/console/macros")
def page(service: Serving, caller: Caller) -> HTMLResponse:
    """Every ready-made text, and what becomes of those that were proposed."""
    return _shown(service, caller, "desk_macros.html")


@router.get("/console/macros/lines")
def lines(service: Serving, caller: Caller) -> HTMLResponse:
    """The list alone, to renew it."""
    return _shown(service, caller, "desk_macro_lines.html")


def _shown(service: Service, caller: Credentials, template: str) -> HTMLResponse:
    macros = service.assistant.policies.macros
    fixed: Values = {
        "file_macros": macros.texts,
        "languages": tuple(macros.nameless),
        "default_language": macros.default_language,
        "language_names": LANGUAGES,
        "variables": tuple(Variable),
        "longest_title": LONGEST_TITLE,
        "longest_text": LONGEST_TEXT,
        "longest_reason": LONGEST_REASON,
    }

    def values(tx: Connection, _session: SignedIn) -> Values:
        return {"own_macros": own_macros.every(tx), **fixed}

    return shown(service, caller, template, values)
