"""Owns the page that the link in a mail leads to: our questions about an episode, and the wish to be asked no more.

Opening it changes nothing, for programs open links as well. Refuses to show a word that was said in the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from bot.api.limited import Limited
from bot.api.security_headers import CSP, HTML
from bot.api.service import Service, Serving
from bot.api.surveys import count
from bot.channels import survey_mails
from bot.channels.survey_mails import PATH, STOP
from bot.errors import Conflict, DeskError, NotFound
from bot.feedback import survey
from bot.feedback.record import LONGEST_COMMENT
from bot.feedback.survey import Given
from bot.handoff.survey_policy import SCALES, Question
from bot.portal.pages import POLICY, rendered

router = APIRouter(include_in_schema=False, dependencies=[Limited])
LINK = PATH + "{token}"

Score = Annotated[int | None, Form()]


@router.get(LINK)
def questions(token: str, service: Serving, missed: bool = False) -> Response:
    """The questions, or thanks once they were answered."""
    return _page(service, token, {"missed": missed})


@router.post(LINK)
def answer(
    token: str,
    service: Serving,
    csat: Score = None,
    ces: Score = None,
    nps: Score = None,
    missing: Annotated[str, Form(max_length=LONGEST_COMMENT)] = "",
) -> Response:
    """Keep the answer; without a number nothing was said yet."""
    chosen = {Question.CSAT: csat, Question.CES: ces, Question.NPS: nps}
    given = Given({each: score for each, score in chosen.items() if score is not None}, missing)
    if not given.scores:
        return RedirectResponse(f"{PATH}{token}?missed=1", HTTPStatus.SEE_OTHER)
    assistant = service.assistant
    try:
        with assistant.database.transaction() as tx:
            asked = survey.of_link(tx, assistant.policies, token)
            answered = survey.answer(tx, assistant.policies, asked.conversation_id, asked.episode, given)
    except (NotFound, Conflict) as error:  # a link that is too old, or a ticket that goes on
        return _over(service, error)
    count(service, answered)
    return RedirectResponse(f"{PATH}{token}", HTTPStatus.SEE_OTHER)


@router.get(LINK + STOP)
def stop(token: str, service: Serving) -> Response:
    """Whether we shall stop asking."""
    return _page(service, token, {"stopping": True})


@router.post(LINK + STOP)
def stopped(token: str, service: Serving) -> Response:
    """Never ask at this address again; mail programs come here with their own button, too, and follow no redirect."""
    try:
        with service.assistant.database.transaction() as tx:
            survey_mails.refuse(tx, survey.of_link(tx, service.assistant.policies, token))
    except NotFound as error:
        return _over(service, error)
    return _page(service, token, {"stopped": True})


def _page(service: Service, token: str, shown: Mapping[str, object]) -> Response:
    try:
        with service.assistant.database.snapshot() as tx:
            asked = survey.of_link(tx, service.assistant.policies, token)
    except NotFound as error:
        return _over(service, error)
    return _shown(service, asked.language, {"asked": asked, "link": f"{PATH}{token}"} | dict(shown))


def _over(service: Service, error: DeskError) -> Response:
    return _shown(service, service.assistant.settings.default_language, {"asked": None}, error.status)


def _shown(service: Service, language: str, values: Mapping[str, object], status: int = HTTPStatus.OK) -> Response:
    language, _ = service.assistant.policies.wording.spoken(language)
    fixed = {
        "company": service.assistant.settings.company_name,
        "language": language,
        "words": service.assistant.policies.surveys.says[language],
        "scales": SCALES,
        "stop": STOP,
        "stopping": False,
        "stopped": False,
        "missed": False,
    }
    return Response(rendered("survey.html", fixed | dict(values)), status, headers={CSP: POLICY}, media_type=HTML)
