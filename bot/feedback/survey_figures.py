"""Owns what the surveys of a time say in all: how many were asked, how many answered, how many answered well or badly.

Refuses to call a share of nothing a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, case, func, or_, select

from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.feedback import survey
from bot.feedback.survey import Survey
from bot.handoff.policies import HandoffPolicies
from bot.handoff.shown_turns import citations_of
from bot.handoff.survey_policy import BAD, GOOD, Helper, Question
from bot.storage.care_tables import surveys
from bot.storage.tables import tickets as ticket_rows

MOST_BAD = 50
COLUMNS: Mapping[Question, Column[int]] = {
    Question.CSAT: surveys.c.csat,
    Question.CES: surveys.c.ces,
    Question.NPS: surveys.c.nps,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """The answers to one question, of them good and bad ones by `GOOD` and `BAD`."""

    answers: int
    good: int
    bad: int

    def share(self, question: Question) -> int | None:
        """Good ones of all in percent; for NPS less the share of bad ones. None without an answer."""
        counted = self.good - self.bad if question is Question.NPS else self.good
        return round(100 * counted / self.answers) if self.answers else None


@dataclass(frozen=True, slots=True)
class Total:
    """The surveys about what one helper did: those with at least one score are `answered`."""

    asked: int
    answered: int
    figures: Mapping[Question, Figure]


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """A survey with a bad score, and what the customer wanted; `title` is the article that the bot answered from."""

    survey: Survey
    wanted: str
    title: str


def totals(tx: Connection, since: str) -> Mapping[Helper, Total]:
    """The surveys asked since then, by who helped."""
    alone = surveys.c.ticket_id.is_(None).label("alone")
    any_score = or_(*(column.is_not(None) for column in COLUMNS.values()))
    counts = [func.count().label("asked"), _count(any_score, "answered")]
    for question, column in COLUMNS.items():
        counts += [
            func.count(column).label(question),
            _count(column >= GOOD[question], f"{question}_good"),
            _count(column <= BAD[question], f"{question}_bad"),
        ]
    rows = tx.execute(select(alone, *counts).where(surveys.c.asked_at >= since).group_by(alone)).mappings()
    found = {Helper.BOT if row["alone"] else Helper.PERSON: _total(row) for row in rows}
    nothing = Total(0, 0, {question: Figure(0, 0, 0) for question in Question})
    return {helper: found.get(helper, nothing) for helper in Helper}


def bad_answers(tx: Connection, policies: HandoffPolicies, since: str) -> tuple[BadAnswer, ...]:
    """The MOST_BAD newest that somebody who leads the desk is to look at."""
    limits = policies.surveys.review_up_to
    bad = or_(*(column <= limits[question] for question, column in COLUMNS.items()))
    query = select(surveys.c.episode).where(bad, surveys.c.asked_at >= since).order_by(surveys.c.answered_at.desc())
    found = (survey.of_episode(tx, episode) for episode in tx.execute(query.limit(MOST_BAD)).scalars().all())
    return tuple(_bad(tx, one) for one in found if one is not None)


def _count(which: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name)


def _total(row: RowMapping) -> Total:
    figures = {
        question: Figure(row[question], row[f"{question}_good"], row[f"{question}_bad"]) for question in Question
    }
    return Total(row["asked"], row["answered"], figures)


def _bad(tx: Connection, given: Survey) -> BadAnswer:
    if given.ticket_id is not None:
        goal = tx.execute(select(ticket_rows.c.goal).where(ticket_rows.c.id == given.ticket_id)).scalar_one()
        return BadAnswer(given, goal, "")
    if given.message_id is None:  # erased
        return BadAnswer(given, "", "")
    said = messages.transcript(tx, given.conversation_id)
    asked = next((one.text for one in reversed(said) if one.role is Speaker.CUSTOMER and one.id < given.message_id), "")
    titles = (citations_of(one)[0].title for one in said if one.id == given.message_id)
    return BadAnswer(given, asked, next(titles, ""))
