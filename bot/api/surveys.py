"""Owns the routes of the survey after an episode. Refuses other people's conversations."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.limited import Limited
from bot.api.service import Service, Serving
from bot.api.survey_shapes import SurveyAnswerBody, SurveyBody, SurveyPost, survey_answer, survey_words
from bot.feedback import survey
from bot.feedback.episodes import Episode
from bot.feedback.survey import Answered
from bot.storage import clock

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.get("/v1/conversations/{conversation_id}/survey")
def read_survey(conversation_id: str, service: Serving, caller: VisitorCaller) -> SurveyBody:
    """The survey about the last episode, once that is over and until something was said about it."""
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        episode = survey.due(tx, service.assistant.policies, conversation_id)
    if episode is None:
        return SurveyBody(survey=None)
    ahead = (clock.read(episode.since) - clock.read(clock.now())).total_seconds()
    return SurveyBody(survey=None, after_seconds=int(ahead) + 1) if ahead > 0 else _asked(service, episode)


@router.post("/v1/conversations/{conversation_id}/survey")
def answer_survey(
    conversation_id: str, body: SurveyPost, service: Serving, caller: VisitorCaller
) -> SurveyAnswerBody:
    """Answer the survey about an episode, or send it away; once, the same answer again is the same."""
    assistant = service.assistant
    with assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        about = body.episode or body.ticket_id
        answered = survey.answer(tx, assistant.policies, conversation_id, about, body.given)
    count(service, answered)
    return survey_answer(answered.survey)


def count(service: Service, answered: Answered) -> None:
    """Tell the operator and the desk of an answer that is new."""
    if answered.created:
        service.metrics.survey(answered.survey.scores)
        service.committed(answered.survey.conversation_id)


def _asked(service: Service, episode: Episode) -> SurveyBody:
    """That it was asked is kept, for it is what the answers are a share of."""
    policies = service.assistant.policies
    with service.assistant.database.snapshot() as tx:
        asked = survey.of_episode(tx, episode.id)
    if asked is None:
        with service.assistant.database.transaction() as tx:
            asked = survey.ask(tx, policies, episode)
        service.metrics.surveys_asked.labels("chat").inc()
    language, _ = policies.wording.spoken(episode.language)
    return SurveyBody(survey=survey_words(policies.surveys.says[language], language, asked))
