"""Owns vectors of what resolved tickets were about: made once, gone with the person. Refuses to say what helped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select

from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import TicketStatus
from bot.respond import Responder
from bot.retrieval.encoding import Vectors
from bot.storage.engine import Database
from bot.storage.tables import conversations, goal_vectors, tickets

AT_ONCE = 64
MOST = 10_000
"""The newest tickets that are looked through: what helped years ago seldom does."""
KEPT_AS = np.float16


def encoder_of(parts: Responder) -> str:
    """Names the encoder: vectors of another one are not comparable."""
    return parts.live.current().manifest.model_digest


def renew(parts: Responder, database: Database, policies: HandoffPolicies) -> int:
    """Make vectors of resolved tickets that have none, at most AT_ONCE; how many there were to make."""
    encoder = encoder_of(parts)
    lacking = _lacking(policies, encoder)
    with database.snapshot() as tx:
        due = tx.execute(lacking.limit(AT_ONCE)).all()
    if not due:
        return 0
    vectors = parts.encoder.encode([row.goal for row in due])
    made = {row.id: (row.version, vector) for row, vector in zip(due, vectors, strict=True)}
    with database.transaction() as tx:
        # Who was erased meanwhile is not remembered, and the vector of a goal that changed is made with the next ones.
        now = [row for row in tx.execute(lacking.where(tickets.c.id.in_(made))) if row.version == made[row.id][0]]
        tx.execute(delete(goal_vectors).where(goal_vectors.c.ticket_id.in_([row.id for row in now])))
        rows = [
            {"ticket_id": row.id, "version": row.version, "encoder": encoder, "vector": _kept(made[row.id][1])}
            for row in now
        ]
        if rows:
            tx.execute(insert(goal_vectors), rows)
    return len(due)


def nearest(tx: Connection, encoder: str, vector: Vectors, least: float) -> Iterator[str]:
    """The resolved tickets whose goal has at least the cosine `least` with the `vector` (d,), the nearest first."""
    query = (
        select(goal_vectors.c.ticket_id, goal_vectors.c.vector)
        .join(tickets, tickets.c.id == goal_vectors.c.ticket_id)
        .where(tickets.c.status == TicketStatus.RESOLVED, goal_vectors.c.encoder == encoder)
        .order_by(tickets.c.closed_at.desc(), tickets.c.id)
        .limit(MOST)
    )
    rows = tx.execute(query).all()
    held = np.frombuffer(b"".join(row.vector for row in rows), KEPT_AS).reshape(len(rows), vector.shape[0])
    alike = held.astype(np.float32) @ vector
    for place in np.argsort(-alike, kind="stable").tolist():
        if alike[place] < least:
            return
        yield rows[place].ticket_id


def _lacking(policies: HandoffPolicies, encoder: str) -> Select[tuple[str, int, str]]:
    """Resolved tickets that may be shown beside others and have no vector as they are now, the newest first."""
    made = (goal_vectors.c.version == tickets.c.version) & (goal_vectors.c.encoder == encoder)
    said = tickets.c.goal != policies.notes.goal_unsaid
    return (
        select(tickets.c.id, tickets.c.version, tickets.c.goal)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .outerjoin(goal_vectors, (goal_vectors.c.ticket_id == tickets.c.id) & made)
        .where(tickets.c.status == TicketStatus.RESOLVED, conversations.c.erased_at.is_(None), said)
        .where(_may_be_shown(policies), goal_vectors.c.ticket_id.is_(None))
        .order_by(tickets.c.closed_at.desc(), tickets.c.id)
    )


def _may_be_shown(policies: HandoffPolicies) -> ColumnElement[bool]:
    return or_(tickets.c.category.is_(None), tickets.c.category.not_in(policies.notes.no_precedents))


def _kept(vector: Vectors) -> bytes:
    return bytes(vector.astype(KEPT_AS).tobytes())
