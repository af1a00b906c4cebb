"""Owns the JSON of surveys. Refuses unknown fields in what is sent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from bot.api.conversation_shapes import Named, Sent
from bot.feedback.record import LONGEST_COMMENT
from bot.feedback.survey import Given, Survey
from bot.handoff.survey_policy import GOOD, SCALES, Question, SurveyWords


class AskedBody(BaseModel):
    """One question of a survey; `scores` are the names of its scores, the lowest, `lowest`, first. A missing text is
    asked for below `good`."""

    question: Question
    text: str
    scores: list[str]
    lowest: int
    good: int


class SurveyWordsBody(BaseModel):
    """A survey that is due, in the conversation's language: one or two questions. `ticket_id` is null for an episode
    that the bot answered alone."""

    episode: str
    ticket_id: str | None
    language: str
    asked: list[AskedBody]
    missing: str
    send: str
    dismiss: str
    thanks: str


class SurveyBody(BaseModel):
    """The survey to show; null when none is due. `after_seconds`: when to look again, if nothing is said until then."""

    survey: SurveyWordsBody | None
    after_seconds: int | None = None


class SurveyPost(Sent):
    """What the customer says of an episode, named by `episode` or, with a ticket, `ticket_id`: `score` is of `csat`.
    Without any score the survey is sent away."""

    episode: Named = ""
    ticket_id: Named = ""
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    ces: Annotated[int, Field(ge=1, le=7)] | None = None
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    missing: Annotated[str, StringConstraints(max_length=LONGEST_COMMENT)] = ""

    @model_validator(mode="after")
    def _names_one(self) -> SurveyPost:
        if bool(self.episode) == bool(self.ticket_id):
            raise ValueError("name what it is about: either `episode` or `ticket_id`")
        return self

    @property
    def given(self) -> Given:
        """The answer."""
        scores = {Question.CSAT: self.score, Question.CES: self.ces, Question.NPS: self.nps}
        return Given({each: score for each, score in scores.items() if score is not None}, self.missing)


class SurveyAnswerBody(BaseModel):
    """What was kept about the episode; `score` is of `csat`. Every score is null when the survey was sent away."""

    episode: str
    ticket_id: str | None
    score: int | None
    ces: int | None
    nps: int | None
    missing: str
    answered_at: str


def survey_words(words: SurveyWords, language: str, survey: Survey) -> SurveyWordsBody:
    """The survey in the words of its language."""
    return SurveyWordsBody(
        episode=survey.episode,
        ticket_id=survey.ticket_id,
        language=language,
        asked=[
            AskedBody(
                question=each,
                text=words.asked[each].question,
                scores=list(words.asked[each].scores),
                lowest=SCALES[each][0],
                good=GOOD[each],
            )
            for each in survey.questions
        ],
        missing=words.missing,
        send=words.send,
        dismiss=words.dismiss,
        thanks=words.thanks,
    )


def survey_answer(survey: Survey) -> SurveyAnswerBody:
    """A stored answer."""
    return SurveyAnswerBody(
        episode=survey.episode,
        ticket_id=survey.ticket_id,
        score=survey.csat,
        ces=survey.ces,
        nps=survey.nps,
        missing=survey.missing,
        answered_at=survey.answered_at or "",
    )
