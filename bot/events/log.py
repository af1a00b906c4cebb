"""Owns the append-only event log that live streams and KPIs read. Refuses transient events: see hub.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, insert, select

from bot.storage import clock
from bot.storage.record import encode
from bot.storage.tables import events

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class EventKind(StrEnum):
    """What happened; also the `event:` name on the live stream."""

    MESSAGE = "message"
    STATE = "state"
    TICKET = "ticket"
    TYPING = "typing"
    SUGGESTION = "suggestion"
    FEEDBACK = "feedback"
    NOTE = "note"
    WORK = "work"
    READ = "read"
    MAIL = "mail"


class Audience(StrEnum):
    """Who may see an event: everybody in the conversation, or the desk alone."""

    ALL = "all"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event; `payload` is the JSON text of the value that was recorded."""

    id: int
    conversation_id: str
    kind: EventKind
    audience: Audience
    payload: str
    created_at: str


def append(
    tx: Connection,
    conversation_id: str,
    kind: EventKind,
    payload: DataclassInstance,
    audience: Audience = Audience.ALL,
) -> int:
    """Record an event in the caller's transaction; its id. Ids become visible in growing order."""
    values = {
        "conversation_id": conversation_id,
        "kind": kind,
        "audience": audience,
        "payload": encode(payload),
        "created_at": clock.now(),
    }
    return int(tx.execute(insert(events).values(values).returning(events.c.id)).scalar_one())


def since(
    tx: Connection, after: int, *, conversation_id: str | None = None, audience: Audience, limit: int = 500
) -> list[Event]:
    """Events with an id above `after`, oldest first. `audience` ALL leaves out what only the desk may see."""
    query = select(events).where(events.c.id > after).order_by(events.c.id).limit(limit)
    if conversation_id is not None:
        query = query.where(events.c.conversation_id == conversation_id)
    if audience is Audience.ALL:
        query = query.where(events.c.audience == Audience.ALL)
    return [_event(row) for row in tx.execute(query).mappings()]


def last_id(tx: Connection, conversation_id: str | None = None) -> int:
    """The newest event's id (of one conversation), 0 when there is none."""
    query = select(events.c.id).order_by(events.c.id.desc()).limit(1)
    if conversation_id is not None:
        query = query.where(events.c.conversation_id == conversation_id)
    return int(tx.execute(query).scalar() or 0)


def _event(row: RowMapping) -> Event:
    return Event(
        id=row["id"],
        conversation_id=row["conversation_id"],
        kind=EventKind(row["kind"]),
        audience=Audience(row["audience"]),
        payload=row["payload"],
        created_at=row["created_at"],
    )
