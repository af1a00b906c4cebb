"""Owns the routes of suggested replies, stored ones beside a ticket and those for another help desk.

Refuses to send anything to a customer: replying is a route of the ticket.
"""

from __future__ import annotations

from fastapi import APIRouter

from bot.access import Viewer
from bot.api import callers
from bot.api.beside_shapes import beside_body, given_body
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
from bot.handoff.asked_again import asks_again
from bot.handoff.facts import extract
from bot.precedents import beside

router = APIRouter(tags=["desk"])


@router.get("/v1/tickets/{ticket_id}/suggestions")
def current_suggestions(ticket_id: str, service: Serving, caller: Caller) -> SuggestionsBody:
    """What is suggested for the customer's last message, best first; similar resolved tickets and playbooks."""
    with service.assistant.database.snapshot() as tx:
        viewer = callers.desk(tx, caller).viewer
        ticket = tickets.load(tx, ticket_id)
        current = offered(tx, service.assistant.responder, ticket)
    found = beside.of_ticket(service.assistant, viewer, ticket)
    listed = [suggestion_body(*each) for each in current]
    return SuggestionsBody(suggestions=listed, **dict(beside_body(found)))


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
    policies, told = service.assistant.policies, said(body)
    found, added = suggested(service, body, viewer)
    again = asks_again(body.draft, told, policies.facts) if body.draft else ()
    return SuggestedBody(
        suggestions=[proposal_body(*each) for each in zip(found.proposals, added, strict=True)],
        needs_knowledge=found.needs_knowledge,
        given=[given_body(policies, fact) for fact in extract(told, policies.facts)],
        asks_again=[given_body(policies, fact) for fact in again],
        **dict(beside_body(beside.of_talk(service.assistant, viewer, told))),
    )


def suggested(service: Service, body: SuggestPost, viewer: Viewer) -> tuple[Suggested, tuple[str | None, ...]]:
    """What is suggested for a ticket of another help desk, to a program or to the panel inside it, and what each
    suggestion's article adds."""
    parts, told = service.assistant.responder, said(body)
    found = suggest(Sources.of(parts), told, viewer, k=body.k)
    return found, extras(parts, found.proposals, told)


def said(body: SuggestPost) -> list[Utterance]:
    """What was said in the other help desk's ticket."""
    return [Utterance(each.role, each.text, turn) for turn, each in enumerate(body.context)]
