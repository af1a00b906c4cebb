"""Owns the console's addresses, all of which only read. Refuses to change anything: the page calls /v1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.responses import Response

from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.service import Limited, Service, Serving
from bot.console import queue_view, recall_view, source_view, ticket_view
from bot.console.pages import STATIC, files, page
from bot.console.queue_view import TABS, Show
from bot.console.source_view import Passage
from bot.desk.accounts import Account
from bot.desk.sessions import SignedIn
from bot.errors import DeskError, SignInNeeded
from bot.events import log

router = APIRouter(include_in_schema=False)

Values = Mapping[str, object]
Entry = Callable[[Connection, Credentials], Account]
Look = Callable[[Connection, SignedIn], Values]
Searched = Annotated[str, Query(max_length=200)]
Version = Annotated[str | None, Query(pattern="^[0-9a-f]{12}$")]
Place = Annotated[int, Query(ge=0, le=10_000_000)]


class Part(StrEnum):
    """What of a ticket page is renewed by itself; also the template's name."""

    HEAD = "head"
    TRANSCRIPT = "transcript"
    PACKET = "packet"
    SUGGESTIONS = "suggestions"


@router.get("/console", dependencies=[Limited])
def queue(service: Serving, caller: Caller, show: Show = Show.OPEN, q: Searched = "") -> HTMLResponse:
    """The queue, or the sign-in page."""

    def values(tx: Connection, session: SignedIn) -> Values:
        return _queue(service, tx, session, show, q) | {"after": log.last_id(tx)}

    return _shown(service, caller, "queue.html", values)


@router.get("/console/lines")
def lines(service: Serving, caller: Caller, show: Show = Show.OPEN, q: Searched = "") -> HTMLResponse:
    """The queue alone, to renew it."""
    return _shown(service, caller, "lines.html", lambda tx, session: _queue(service, tx, session, show, q))


@router.get("/console/tickets/{ticket_id}")
def ticket(ticket_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One ticket."""
    return _shown(service, caller, "ticket.html", lambda tx, session: _ticket(service, tx, session, ticket_id))


@router.get("/console/tickets/{ticket_id}/{part}")
def ticket_part(ticket_id: str, part: Part, service: Serving, caller: Caller) -> HTMLResponse:
    """One part of a ticket's page, to renew it."""
    return _shown(service, caller, f"{part}.html", lambda tx, session: _ticket(service, tx, session, ticket_id))


@router.get("/console/articles/{article_id:path}")
def source(
    article_id: str,
    service: Serving,
    caller: Caller,
    version: Version = None,
    start: Place = 0,
    end: Place = 0,
) -> HTMLResponse:
    """An article with the passage that something was taken from."""

    def values(_tx: Connection, session: SignedIn) -> Values:
        passage = Passage(article_id, version, start, end)
        return {"source": source_view.look(service.assistant.live, session.account.viewer, passage)}

    return _shown(service, caller, "source.html", values)


@router.get("/console/recall")
def recall(service: Serving, caller: Caller) -> HTMLResponse:
    """The answers that hold no more, for those who have them put right."""
    return _recalled(service, caller, "recall.html")


@router.get("/console/recall/lines")
def recall_lines(service: Serving, caller: Caller) -> HTMLResponse:
    """The list alone, to renew it."""
    return _recalled(service, caller, "recall_lines.html")


@router.get(STATIC + "/{name:path}")
def static(name: str, request: Request) -> Response:
    """Stylesheet and scripts."""
    return files().response(request, name)


def _recalled(service: Service, caller: Credentials, template: str) -> HTMLResponse:
    def values(tx: Connection, _session: SignedIn) -> Values:
        seen = recall_view.look(tx, service.assistant.live)
        service.metrics.recalled.set(seen.waiting)
        return {"seen": seen}

    return _shown(service, caller, template, values, callers.editor)


def _shown(
    service: Service, caller: Credentials, template: str, look: Look, entry: Entry = callers.desk
) -> HTMLResponse:
    """The template for whom `entry` lets in; the sign-in page or what is wrong for everybody else."""
    fixed: dict[str, object] = {"company": service.assistant.settings.company_name, "session": None}
    try:
        with service.assistant.database.snapshot() as tx:
            session = callers.signed_in(tx, caller)
            fixed["session"] = session
            entry(tx, caller)
            values = look(tx, session)
    except SignInNeeded as error:
        return page("sign_in.html", fixed, error.status)
    except DeskError as error:
        return page("problem.html", fixed | {"detail": error.detail, "status": error.status}, error.status)
    return page(template, fixed | dict(values))


def _queue(service: Service, tx: Connection, session: SignedIn, show: Show, query: str) -> dict[str, object]:
    seen = queue_view.look(tx, service.assistant.policies, session.account.id, show, query)
    return {"queue": seen, "tabs": TABS}


def _ticket(service: Service, tx: Connection, session: SignedIn, ticket_id: str) -> dict[str, object]:
    seen = ticket_view.look(tx, service.assistant.policies, session.account.id, ticket_id)
    return {"seen": seen, "limit": service.assistant.settings.max_message_chars, "after": seen.after}
