"""Owns the routes of the survey after a resolved ticket. Refuses other people's conversations."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import SurveyAnswerBody, SurveyBody, SurveyPost, SurveyWordsBody, survey_answer
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.feedback import survey

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.get("/v1/conversations/{conversation_id}/survey")
def read_survey(conversation_id: str, service: Serving, caller: VisitorCaller) -> SurveyBody:
    """The survey about the newest ticket, once it is resolved and until something was said about it."""
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        ticket = survey.due(tx, conversation_id)
    if ticket is None:
        return SurveyBody(survey=None)
    language, phrases = service.assistant.policies.wording.spoken(ticket.packet.language)
    return SurveyBody(survey=SurveyWordsBody(ticket_id=ticket.id, language=language, **asdict(phrases.survey)))


@router.post("/v1/conversations/{conversation_id}/survey")
def answer_survey(
    conversation_id: str, body: SurveyPost, service: Serving, caller: VisitorCaller
) -> SurveyAnswerBody:
    """Answer the survey about a ticket, or send it away; once, the same answer again is the same."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        answered = survey.answer(tx, conversation_id, body.ticket_id, body.score, body.missing)
    if answered.created:
        service.metrics.survey(body.score)
        service.committed(conversation_id)
    return survey_answer(answered.survey)
