"""Owns the one survey about an episode (a resolved ticket): when it is due, its answer, the review that a bad score
opens. Refuses a second answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.conversation.masking import mask
from bot.desk import accounts, notes, tickets
from bot.errors import BadRequest, Conflict, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.feedback.record import LONGEST_COMMENT, SCORES, FeedbackKind
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.tables import surveys
from bot.storage.tables import tickets as ticket_rows

BAD = 2
"""The highest score that opens a review."""
AUTHOR = "Customer survey"


@dataclass(frozen=True, slots=True)
class Survey:
    """What the customer said about the episode: `score` 1 to 5, None when they sent the survey away."""

    ticket_id: str
    score: int | None
    missing: str
    answered_at: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The kept answer, and false when it had been given before."""

    survey: Survey
    created: bool


def due(tx: Connection, conversation_id: str) -> Ticket | None:
    """The newest ticket when it is resolved and the customer said nothing about it yet."""
    ticket = tickets.latest(tx, conversation_id)
    if ticket is None or ticket.status is not TicketStatus.RESOLVED:
        return None
    return None if of_ticket(tx, ticket.id) else ticket


def of_ticket(tx: Connection, ticket_id: str) -> Survey | None:
    """The ticket's survey, None when it was neither answered nor sent away."""
    row = tx.execute(select(surveys).where(surveys.c.ticket_id == ticket_id)).mappings().first()
    return Survey(**row) if row is not None else None


def of_conversations(tx: Connection, conversation_ids: Collection[str]) -> tuple[Survey, ...]:
    """What was said of the episodes of these conversations, the newest first."""
    query = select(surveys).join(ticket_rows, ticket_rows.c.id == surveys.c.ticket_id)
    theirs = query.where(ticket_rows.c.conversation_id.in_(conversation_ids))
    rows = tx.execute(theirs.order_by(surveys.c.answered_at.desc(), surveys.c.ticket_id)).mappings()
    return tuple(Survey(**row) for row in rows)


def answer(
    tx: Connection, conversation_id: str, ticket_id: str, score: int | None, missing: str = ""
) -> Answered:
    """Keep the answer about one episode of the conversation, whatever became of the conversation since.

    A bad score opens a review in the same transaction: a note that puts the ticket on the leads' mentions.
    NotFound for a ticket of another conversation, BadRequest for a score or text out of range, Conflict when the
    ticket is not resolved or was answered otherwise.
    """
    _check(score, missing)
    ticket = tickets.load(tx, ticket_id)
    if ticket.conversation_id != conversation_id:
        raise NotFound("There is no such ticket.")
    if ticket.status is not TicketStatus.RESOLVED:
        raise Conflict("This ticket is not resolved; there is nothing to rate yet.")
    given = Survey(ticket_id, score, mask(storable(missing).strip()).text, clock.now())
    if not _keep(tx, given):
        return Answered(_same(tx, given), created=False)
    log.append(tx, conversation_id, EventKind.FEEDBACK, given, Audience.DESK)
    if score is not None and score <= BAD:
        notes.put(tx, ticket, AUTHOR, _review(given), accounts.leads(tx))
    return Answered(given, created=True)


def _check(score: int | None, missing: str) -> None:
    allowed = SCORES[FeedbackKind.CSAT]
    if score is not None and score not in allowed:
        raise BadRequest(f"A score is one of {', '.join(map(str, allowed))}.")
    if len(missing) > LONGEST_COMMENT:
        raise BadRequest(f"The text has at most {LONGEST_COMMENT} characters.")


def _keep(tx: Connection, given: Survey) -> bool:
    row = {
        "ticket_id": given.ticket_id,
        "score": given.score,
        "missing": given.missing,
        "answered_at": given.answered_at,
    }
    return insert_once(tx, surveys, row, "ticket_id")


def _same(tx: Connection, given: Survey) -> Survey:
    kept = of_ticket(tx, given.ticket_id)
    if kept is None or (kept.score, kept.missing) != (given.score, given.missing):
        raise Conflict("This survey was answered already.")
    return kept


def _review(given: Survey) -> str:
    said = f" Missing: “{given.missing}”" if given.missing else ""
    return f"The customer gave {given.score} of {max(SCORES[FeedbackKind.CSAT])}. Please review this case.{said}"
