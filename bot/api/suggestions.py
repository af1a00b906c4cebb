"""Owns the routes of suggested replies, stored ones beside a ticket and those for another help desk.

Refuses to send anything to a customer: replying is a route of the ticket.
"""

from __future__ import annotations

from fastapi import APIRouter

from bot.access import Viewer
from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Service, Serving
from bot.api.ticket_shapes import (
    SuggestedBody,
    SuggestionBody,
    SuggestionsBody,
    SuggestPost,
    proposal_body,
    suggestion_body,
)
from bot.assist import record
from bot.assist.extras import extras, offered
from bot.assist.suggest import Sources, Suggested, suggest
from bot.conversation.utterance import Utterance
from bot.desk import tickets

router = APIRouter(tags=["desk"])


@router.get("/v1/tickets/{ticket_id}/suggestions")
def current_suggestions(ticket_id: str, service: Serving, caller: Caller) -> SuggestionsBody:
    """What is suggested for the customer's last message, best first."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        current = offered(tx, service.assistant.responder, tickets.load(tx, ticket_id))
    return SuggestionsBody(suggestions=[suggestion_body(*each) for each in current])


@router.post("/v1/suggestions/{suggestion_id}/reject")
def reject(suggestion_id: str, service: Serving, caller: Caller) -> SuggestionBody:
    """Say that a suggestion is of no use."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        rejected = record.reject(tx, suggestion_id, account.id)
    service.committed(rejected.conversation_id)
    return suggestion_body(rejected)


@router.post("/v1/suggest")
def suggest_replies(body: SuggestPost, service: Serving, caller: Caller) -> SuggestedBody:
    """Replies for a ticket of another help desk; nothing of it is stored."""
    with service.assistant.database.snapshot() as tx:
        viewer = callers.helper(tx, caller)
    found, added = suggested(service, body, viewer)
    return SuggestedBody(
        suggestions=[proposal_body(*each) for each in zip(found.proposals, added, strict=True)],
        needs_knowledge=found.needs_knowledge,
    )


def suggested(service: Service, body: SuggestPost, viewer: Viewer) -> tuple[Suggested, tuple[str | None, ...]]:
    """What is suggested for a ticket of another help desk, to a program or to the panel inside it, and what each
    suggestion's article adds."""
    parts = service.assistant.responder
    said = [Utterance(each.role, each.text, turn) for turn, each in enumerate(body.context)]
    found = suggest(Sources.of(parts), said, viewer, k=body.k)
    return found, extras(parts, found.proposals, said)
