"""Owns what customers say about an answer or a conversation. Refuses to interpret it: insights does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.conversation import messages
from bot.conversation.masking import mask
from bot.errors import BadRequest
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.handoff.survey_policy import SCALES, Question
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.tables import feedback

LONGEST_COMMENT = 2000


class FeedbackKind(StrEnum):
    """Thumbs on one answer (-1 or 1), satisfaction (1 to 5), effort (1 to 7)."""

    THUMBS = "thumbs"
    CSAT = "csat"
    CES = "ces"


SCORES = {
    FeedbackKind.THUMBS: (-1, 1),
    FeedbackKind.CSAT: tuple(SCALES[Question.CSAT]),
    FeedbackKind.CES: tuple(SCALES[Question.CES]),
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """One judgement; `message_id` None when it is about the whole conversation."""

    id: str
    conversation_id: str
    message_id: int | None
    kind: FeedbackKind
    score: int
    comment: str
    created_at: str


def record(
    tx: Connection,
    conversation_id: str,
    kind: FeedbackKind,
    score: int,
    comment: str = "",
    message_id: int | None = None,
) -> Feedback:
    """Store a judgement and tell the desk; the same kind about the same thing replaces the one before.

    BadRequest for a score or comment out of range, NotFound for a message of another conversation.
    """
    _check(kind, score, comment, message_id)
    if message_id is not None:
        messages.load(tx, conversation_id, message_id)
    said = mask(storable(comment).strip()).text
    before = _before(tx, conversation_id, kind, message_id)
    given = Feedback(
        before or secrets.token_hex(12), conversation_id, message_id, kind, score, said, clock.now()
    )
    _write(tx, given, replaces=before is not None)
    log.append(tx, conversation_id, EventKind.FEEDBACK, given, Audience.DESK)
    return given


def of_conversation(tx: Connection, conversation_id: str) -> tuple[Feedback, ...]:
    """Every judgement of the conversation, oldest first."""
    query = select(feedback).where(feedback.c.conversation_id == conversation_id)
    rows = tx.execute(query.order_by(feedback.c.created_at, feedback.c.id)).mappings()
    return tuple(_feedback(row) for row in rows)


def _check(kind: FeedbackKind, score: int, comment: str, message_id: int | None) -> None:
    if score not in SCORES[kind]:
        raise BadRequest(f"A {kind} score is one of {', '.join(map(str, SCORES[kind]))}.")
    if len(comment) > LONGEST_COMMENT:
        raise BadRequest(f"A comment has at most {LONGEST_COMMENT} characters.")
    if kind is FeedbackKind.THUMBS and message_id is None:
        raise BadRequest("Thumbs are about one message; send its message_id.")


def _before(tx: Connection, conversation_id: str, kind: FeedbackKind, message_id: int | None) -> str | None:
    query = select(feedback.c.id).where(
        feedback.c.conversation_id == conversation_id,
        feedback.c.kind == kind,
        feedback.c.message_id == message_id,
    )
    return tx.execute(query).scalar()


def _write(tx: Connection, given: Feedback, *, replaces: bool) -> None:
    if replaces:
        values = {"score": given.score, "comment": given.comment, "created_at": given.created_at}
        tx.execute(update(feedback).where(feedback.c.id == given.id).values(values))
        return
    tx.execute(
        insert(feedback).values(
            id=given.id,
            conversation_id=given.conversation_id,
            message_id=given.message_id,
            kind=given.kind,
            score=given.score,
            comment=given.comment,
            created_at=given.created_at,
        )
    )


def _feedback(row: RowMapping) -> Feedback:
    return Feedback(**dict(row) | {"kind": FeedbackKind(row["kind"])})
