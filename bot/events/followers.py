"""Owns how far each reader of the event log has come. Refuses to read it: its readers know what to do with an event."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from bot.events import log
from bot.storage.once import insert_once
from bot.storage.tables import followers


def position(tx: Connection, name: str) -> int:
    """The last event that this reader is done with; the very first time that is the newest: the past is over."""
    insert_once(tx, followers, {"name": name, "event_id": log.last_id(tx)}, "name")
    return int(tx.execute(select(followers.c.event_id).where(followers.c.name == name)).scalar_one())


def move(tx: Connection, name: str, event_id: int) -> None:
    """It is done with everything up to this event; never back, whoever else reads under the same name."""
    behind = (followers.c.name == name) & (followers.c.event_id < event_id)
    tx.execute(update(followers).where(behind).values(event_id=event_id))
