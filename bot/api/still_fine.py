"""Owns the routes of the question whether it is still fine. Refuses other people's conversations."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import (
    StillFineAnswerBody,
    StillFineBody,
    StillFinePost,
    StillFineWordsBody,
)
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.conversation import conversations
from bot.feedback import still_fine

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.get("/v1/conversations/{conversation_id}/still-fine")
def read_question(conversation_id: str, service: Serving, caller: VisitorCaller) -> StillFineBody:
    """The question about a ticket that was resolved some days ago, once it was asked and until it is answered."""
    policies = service.assistant.policies
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        ticket = still_fine.open_question(tx, conversation_id)
        if ticket is None:
            return StillFineBody(still_fine=None)
        language, _ = policies.wording.spoken(ticket.packet.language)
        words = still_fine.words(policies, ticket)
    return StillFineBody(still_fine=StillFineWordsBody(ticket_id=ticket.id, language=language, **asdict(words)))


@router.post("/v1/conversations/{conversation_id}/still-fine")
def answer_question(
    conversation_id: str, body: StillFinePost, service: Serving, caller: VisitorCaller
) -> StillFineAnswerBody:
    """Say that it is still fine, or that it is not: then the same ticket is open again."""
    assistant = service.assistant
    with assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        answered = still_fine.answer(tx, assistant.policies, conversation_id, body.ticket_id, fine=body.fine)
        state = conversations.load(tx, conversation_id).state
    if answered.created:
        service.metrics.still_fine.labels(answered.answer).inc()
        service.committed(conversation_id)
    return StillFineAnswerBody(ticket_id=answered.ticket_id, fine=body.fine, state=state)
