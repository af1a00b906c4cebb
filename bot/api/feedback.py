"""Owns the route by which a visitor judges an answer. Refuses other people's conversations."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import FeedbackBody, FeedbackPost
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.feedback import record

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.post("/v1/conversations/{conversation_id}/feedback", status_code=HTTPStatus.CREATED)
def give_feedback(conversation_id: str, body: FeedbackPost, service: Serving, caller: VisitorCaller) -> FeedbackBody:
    """Thumbs, CSAT or CES; the same kind about the same thing replaces what was said before."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        given = record.record(tx, conversation_id, body.kind, body.score, body.comment, body.message_id)
    service.committed(conversation_id)
    return FeedbackBody.model_validate(given, from_attributes=True)
