"""Owns the console's addresses, all of which only read. Refuses to change anything: the page calls /v1."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.limited import Limited
from bot.api.service import Service, Serving
from bot.assist.figures import DAYS
from bot.assist.time_saved import READ_A_MINUTE, TYPED_A_MINUTE
from bot.console import care_view, customer_view, queue_view, recall_view, source_view, ticket_view
from bot.console.pages import STATIC, files
from bot.console.queue_view import TABS
from bot.console.shown import Values, shown, shown_slowly
from bot.console.source_view import Passage
from bot.console.ticket_view import Extent
from bot.desk import tickets
from bot.desk.notes import LONGEST_NOTE
from bot.desk.queue import View, Wanted
from bot.desk.saved_views import LONGEST_NAME
from bot.desk.sessions import SignedIn
from bot.desk.tags import LONGEST_TAG
from bot.errors import SignInNeeded
from bot.precedents import beside
from bot.promises.closing import LONGEST_REASON

router = APIRouter(include_in_schema=False)

Version = Annotated[str | None, Query(pattern="^[0-9a-f]{12}$")]
Place = Annotated[int, Query(ge=0, le=10_000_000)]


class Asked(BaseModel):
    """What the queue's address says; empty fields of its form narrow nothing."""

    show: View = View.OPEN
    q: Annotated[str, StringConstraints(max_length=200)] = ""
    team: Annotated[str, StringConstraints(max_length=64)] = ""
    tag: Annotated[str, StringConstraints(max_length=64)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def wanted(self, account_id: str) -> Wanted:
        """The same for the queue of one person."""
        return Wanted(self.show, account_id, self.team or None, self.tag or None, words=self.q, page=self.page)


class Part(StrEnum):
    """What of a ticket page is renewed by itself; also the template's name."""

    HEAD = "head"
    OFFERED = "offered"
    FACTS = "facts"
    TRANSCRIPT = "transcript"
    PACKET = "packet"
    SUGGESTIONS = "suggestions"
    NOTES = "notes"
    PROMISES = "promises"
    ALLOWANCES = "allowances"
    COMPLAINT = "complaint"
    HISTORY = "history"
    MAIL = "mail"


@router.get("/console", dependencies=[Limited])
def queue(service: Serving, caller: Caller, asked: Annotated[Asked, Query()]) -> Response:
    """The first room of whoever comes: the queue, the articles of who only writes those, or the sign-in page."""
    if _only_writes(service, caller):
        return RedirectResponse("/console/library", HTTPStatus.SEE_OTHER)

    def values(tx: Connection, session: SignedIn) -> Values:
        return _queue(service, tx, session, asked) | {"longest_tag": LONGEST_TAG, "longest_view_name": LONGEST_NAME}

    return shown(service, caller, "queue.html", values)


@router.get("/console/lines")
def lines(service: Serving, caller: Caller, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The queue alone, to renew it."""
    return shown(service, caller, "lines.html", lambda tx, session: _queue(service, tx, session, asked))


@router.get("/console/tickets/{ticket_id}")
def ticket(ticket_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One ticket."""
    return shown(service, caller, "ticket.html", lambda tx, session: _ticket(service, tx, session, ticket_id, Extent()))


@router.get("/console/tickets/{ticket_id}/similar")
def similar(ticket_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """Resolved tickets like this one and playbooks, which are looked for once the ticket is shown."""

    def values(session: SignedIn) -> Values:
        with service.assistant.database.snapshot() as tx:
            seen = tickets.load(tx, ticket_id)
        return {"beside": beside.of_ticket(service.assistant, session.account.viewer, seen)}

    return shown_slowly(service, caller, "similar.html", values, callers.desk)


@router.get("/console/tickets/{ticket_id}/{part}")
def ticket_part(
    ticket_id: str, part: Part, service: Serving, caller: Caller, whole: bool = False
) -> HTMLResponse:
    """One part of a ticket's page, to renew it; the transcript also `whole`."""
    extent = Extent(whole=whole, facts=part is Part.FACTS)
    return shown(service, caller, f"{part}.html", lambda tx, session: _ticket(service, tx, session, ticket_id, extent))


@router.get("/console/customers/{customer_id}")
def customer(customer_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One customer: the record and all that goes by it."""

    def values(tx: Connection, session: SignedIn) -> Values:
        return {"seen": customer_view.look(tx, service.assistant.policies, customer_id, session.account.id)}

    return shown(service, caller, "customer.html", values)


def _passage(article_id: str, version: Version = None, start: Place = 0, end: Place = 0) -> Passage:
    return Passage(article_id, version, start, end)


Named = Annotated[Passage, Depends(_passage)]
"""The passage that an address names by `article_id`, `version`, `start` and `end`."""


@router.get("/console/articles/{article_id:path}")
def source(passage: Named, service: Serving, caller: Caller) -> HTMLResponse:
    """An article with the passage that something was taken from."""

    def values(_tx: Connection, session: SignedIn) -> Values:
        return {"source": source_view.look(service.assistant.live, session.account.viewer, passage)}

    return shown(service, caller, "source.html", values)


@router.get("/console/recall")
def recall(service: Serving, caller: Caller) -> HTMLResponse:
    """The answers that hold no more, for those who have them put right."""
    return _recalled(service, caller, "recall.html")


@router.get("/console/recall/lines")
def recall_lines(service: Serving, caller: Caller) -> HTMLResponse:
    """The list alone, to renew it."""
    return _recalled(service, caller, "recall_lines.html")


@router.get("/console/recall/chats/{conversation_id}")
def recall_chat(conversation_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """What was said in a chat, for those who may read what customers write."""
    return shown(service, caller, "recall_chat.html", lambda tx, _: {"seen": recall_view.listen(tx, conversation_id)})


@router.get(STATIC + "/{name:path}")
def static(name: str, request: Request) -> Response:
    """Stylesheet and scripts."""
    return files().response(request, name)


@router.get("/console/care")
def care(service: Serving, caller: Caller) -> HTMLResponse:
    """What leads look after: complaints, requests above a limit, promises; and what suggestions save."""

    def values(tx: Connection, _session: SignedIn) -> Values:
        counted = {"days": DAYS, "typed": TYPED_A_MINUTE, "read": READ_A_MINUTE}
        return {"seen": care_view.look(tx, service.assistant.policies), **counted}

    return shown(service, caller, "care.html", values, callers.lead)


def _recalled(service: Service, caller: Credentials, template: str) -> HTMLResponse:
    def values(tx: Connection, _session: SignedIn) -> Values:
        seen = recall_view.look(tx, service.assistant.live, service.assistant.responder.variants)
        service.metrics.recalled.set(seen.waiting)
        return {"seen": seen, "ids": recall_view.ids}

    return shown(service, caller, template, values, callers.editor)


def _only_writes(service: Service, caller: Credentials) -> bool:
    try:
        with service.assistant.database.snapshot() as tx:
            viewer = callers.signed_in(tx, caller).account.viewer
    except SignInNeeded:
        return False
    return viewer.may_edit_knowledge and not viewer.may_work_tickets


def _queue(service: Service, tx: Connection, session: SignedIn, asked: Asked) -> dict[str, object]:
    seen = queue_view.look(tx, service.assistant.policies, asked.wanted(session.account.id))
    return {"queue": seen, "tabs": TABS}


def _ticket(
    service: Service, tx: Connection, session: SignedIn, ticket_id: str, extent: Extent
) -> dict[str, object]:
    parts, policies, settings = service.assistant.responder, service.assistant.policies, service.assistant.settings
    seen = ticket_view.look(tx, parts, policies, session.account, settings.company_name, ticket_id, extent)
    longest = {"longest_note": LONGEST_NOTE, "longest_tag": LONGEST_TAG, "longest_reason": LONGEST_REASON}
    return {"seen": seen, "limit": settings.max_message_chars, **longest}
