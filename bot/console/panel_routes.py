"""Owns the panel of suggestions that another help desk shows inside its own page. Refuses to store what it is told.

No cookie reaches it there: browsers keep the console's from frames of other websites. So its scripts show a pass.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.api import callers, suggestions
from bot.api.callers import Caller
from bot.api.conversation_shapes import LONGEST_TEXT
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.api.ticket_shapes import MOST_CONTEXT, SuggestPost
from bot.console import offers_view, source_view
from bot.console.pages import page
from bot.console.routes import Named
from bot.console.shown import Values, shown
from bot.desk import sessions
from bot.desk.sessions import SignedIn
from bot.handoff.asked_again import asks_again
from bot.handoff.facts import extract
from bot.precedents import beside

# The window that signs in hands its pass to the panel that opened it, which stands in another website's page.
OPENER = {"Cross-Origin-Opener-Policy": "unsafe-none"}

router = APIRouter(include_in_schema=False)


@router.get("/assist/panel", dependencies=[Limited])
def panel(service: Serving) -> HTMLResponse:
    """The page for the frame; it says nothing before it is told of a conversation by somebody with a pass."""
    origins = service.connections.panel_origins
    values: Values = {
        "company": service.assistant.settings.company_name,
        "session": None,
        "origins": origins,
        "longest_text": LONGEST_TEXT,
        "most_context": MOST_CONTEXT,
    }
    return page("panel.html", values, framed_by=("'self'", *origins))


@router.get("/assist/sign-in", dependencies=[Limited])
def sign_in(service: Serving, caller: Caller) -> HTMLResponse:
    """A window of its own, where the console's session counts: it hands the panel a pass of it."""

    def values(_tx: Connection, session: SignedIn) -> Values:
        return {"session": None, "pass": sessions.panel_pass(caller.session or "", session.csrf)}

    answer = shown(service, caller, "panel_sign_in.html", values)
    answer.headers.update(OPENER)
    return answer


@router.post("/assist/suggestions")
def suggested(body: SuggestPost, service: Serving, caller: Caller) -> HTMLResponse:
    """The suggestions of `POST /v1/suggest` and what the customer gave, as the panel shows it."""
    with service.assistant.database.snapshot() as tx:
        viewer = callers.panel(tx, caller)
    found, added = suggestions.suggested(service, body, viewer)
    named = zip(found.proposals, added, strict=True)
    offers = offers_view.shown((str(rank), *each) for rank, each in enumerate(named, 1))
    policies = service.assistant.policies
    given = {"given": extract(suggestions.said(body), policies.facts), "fact_names": policies.notes.fact_names}
    return page("panel_offers.html", {"offers": offers, **given})


@router.post("/assist/similar")
def similar(body: SuggestPost, service: Serving, caller: Caller) -> HTMLResponse:
    """Resolved tickets like this one and playbooks, which are looked for once the suggestions are shown."""
    with service.assistant.database.snapshot() as tx:
        viewer = callers.panel(tx, caller)
    found = beside.of_talk(service.assistant, viewer, suggestions.said(body))
    return page("similar.html", {"beside": found, "room": "/assist"})


@router.post("/assist/repeats")
def repeats(body: SuggestPost, service: Serving, caller: Caller) -> HTMLResponse:
    """What of `draft` the customer gave already; nothing where it asks for nothing of it."""
    with service.assistant.database.snapshot() as tx:
        callers.panel(tx, caller)
    policies = service.assistant.policies
    again = asks_again(body.draft or "", suggestions.said(body), policies.facts)
    return page("panel_repeats.html", {"again": again, "fact_names": policies.notes.fact_names})


@router.get("/assist/articles/{article_id:path}")
def source(passage: Named, service: Serving, caller: Caller) -> HTMLResponse:
    """An article with the passage that a suggestion was taken from."""
    with service.assistant.database.snapshot() as tx:
        viewer = callers.panel(tx, caller)
    seen = source_view.look(service.assistant.live, viewer, passage)
    return page("source.html", {"source": seen})
