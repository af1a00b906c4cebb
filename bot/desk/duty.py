"""Owns who of the desk takes new tickets: available, with a session that lasts. Refuses to give them any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, exists, select, update

from bot.access import DESK
from bot.errors import BadRequest
from bot.storage.once import insert_once
from bot.storage.tables import accounts, agents, sessions

LARGEST_CAPACITY = 1000


@dataclass(frozen=True, slots=True)
class Duty:
    """How somebody stands: `capacity` None for the policy's, `missed` offers in a row, when last given a ticket."""

    account_id: str
    available: bool = False
    capacity: int | None = None
    missed: int = 0
    given_at: str | None = None


def of(tx: Connection, account_id: str) -> Duty:
    """How the person stands; somebody who never said so is away."""
    row = tx.execute(select(agents).where(agents.c.account_id == account_id)).mappings().first()
    return _duty(row) if row is not None else Duty(account_id)


def of_everybody(tx: Connection) -> Mapping[str, Duty]:
    """By account id, those who ever said how they stand."""
    return {row["account_id"]: _duty(row) for row in tx.execute(select(agents)).mappings()}


def on_duty(tx: Connection, now: str) -> tuple[Duty, ...]:
    """Everybody who can be given a ticket at `now`, in the order of account ids."""
    signed_in = exists().where(sessions.c.account_id == agents.c.account_id, sessions.c.expires_at > now)
    query = (
        select(agents)
        .join(accounts, accounts.c.id == agents.c.account_id)
        .where(agents.c.available == 1, accounts.c.disabled == 0, accounts.c.role.in_(DESK), signed_in)
        .order_by(agents.c.account_id)
    )
    return tuple(_duty(row) for row in tx.execute(query).mappings())


def set_available(tx: Connection, account_id: str, *, available: bool) -> Duty:
    """Be given tickets from now on, or none any more; who comes back has missed nothing."""
    return _store(tx, replace(of(tx, account_id), available=available, missed=0))


def set_capacity(tx: Connection, account_id: str, capacity: int | None, smallest: int) -> Duty:
    """What the person holds at once; None: what the policy says. BadRequest for less than `smallest`."""
    if capacity is not None and not smallest <= capacity <= LARGEST_CAPACITY:
        raise BadRequest(f"A capacity is {smallest} to {LARGEST_CAPACITY} points, or empty for everybody's.")
    return _store(tx, replace(of(tx, account_id), capacity=capacity))


def was_given(tx: Connection, account_id: str, now: str) -> Duty:
    """Note that the person was given a ticket: others are next."""
    return _store(tx, replace(of(tx, account_id), given_at=now))


def has_missed(tx: Connection, account_id: str, away_after: int) -> Duty:
    """Note that the person let a ticket pass; with `away_after` in a row they are away."""
    before = of(tx, account_id)
    missed = before.missed + 1
    return _store(tx, replace(before, missed=missed, available=before.available and missed < away_after))


def has_taken(tx: Connection, account_id: str) -> Duty:
    """Note that the person works: what was missed before is forgotten."""
    before = of(tx, account_id)
    return _store(tx, replace(before, missed=0)) if before.missed else before


def _store(tx: Connection, duty: Duty) -> Duty:
    values = {
        "available": int(duty.available),
        "capacity": duty.capacity,
        "missed": duty.missed,
        "given_at": duty.given_at,
    }
    if not insert_once(tx, agents, {"account_id": duty.account_id} | values, "account_id"):
        tx.execute(update(agents).where(agents.c.account_id == duty.account_id).values(values))
    return duty


def _duty(row: RowMapping) -> Duty:
    return Duty(**dict(row) | {"available": bool(row["available"])})
