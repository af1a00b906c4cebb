"""Owns what the clock does to promises: the owner is told before one is due, and what is overdue is broken. Refuses to
do either twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.desk import accounts, notes, notices, tickets
from bot.desk.notices import Work
from bot.events import outbox
from bot.events.outbox import Topic
from bot.promises.promise import Promise, PromiseStatus, from_row, notice
from bot.storage.care_tables import promises

AUTHOR = "Promise ledger"


class Standing(StrEnum):
    """How promises stand, as the operator counts them: a broken one may still wait to be done."""

    OPEN = "open"
    DUE_SOON = "due_soon"
    KEPT = "kept"
    BROKEN = "broken"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Ticked:
    """What became due soon, and what was broken."""

    warned: tuple[Promise, ...]
    broken: tuple[Promise, ...]


def anything(tx: Connection, now: str) -> bool:
    """True when `tick` would have something to do."""
    found = select(promises.c.id).where(_overdue(now) | _soon(now)).limit(1)
    return tx.execute(found).first() is not None


def tick(tx: Connection, now: str) -> Ticked:
    """Warn of what is due soon (a note that calls the owner, an outbox row), break what was due before `now`."""
    broken = _marked(tx, _overdue(now), {"status": PromiseStatus.BROKEN})
    for promise in broken:
        _tell(tx, promise, Work.PROMISE_BROKEN, Topic.PROMISE_BROKEN, f"Not kept: “{promise.sentence}”")
    warned = _marked(tx, _soon(now), {"warned_at": now})
    for promise in warned:
        _tell(tx, promise, Work.PROMISE_DUE, Topic.PROMISE_DUE, f"Due soon: “{promise.sentence}”")
    return Ticked(warned, broken)


def counts(tx: Connection, now: str) -> Mapping[Standing, int]:
    """How many promises there are of each standing; those due soon are open, too."""
    query = select(promises.c.status, func.count()).group_by(promises.c.status)
    found = {Standing(status): count for status, count in tx.execute(query).tuples()}
    soon = select(func.count()).where(promises.c.status == PromiseStatus.OPEN, promises.c.warn_at <= now)
    return {standing: found.get(standing, 0) for standing in Standing} | {
        Standing.DUE_SOON: tx.execute(soon).scalar_one()
    }


def _soon(now: str) -> ColumnElement[bool]:
    return (promises.c.status == PromiseStatus.OPEN) & promises.c.warned_at.is_(None) & (promises.c.warn_at <= now)


def _overdue(now: str) -> ColumnElement[bool]:
    return (promises.c.status == PromiseStatus.OPEN) & (promises.c.due_at < now)


def _marked(tx: Connection, which: ColumnElement[bool], values: Mapping[str, object]) -> tuple[Promise, ...]:
    """The rows are taken by the update itself: of two services one gets each."""
    rows = tx.execute(update(promises).where(which).values(dict(values)).returning(promises)).mappings().all()
    return tuple(from_row(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["id"])))


def _tell(tx: Connection, promise: Promise, work: Work, topic: Topic, text: str) -> None:
    ticket = tickets.load(tx, promise.ticket_id)
    notices.worked(tx, ticket, None, work, promise.sentence)
    notes.put(tx, ticket, AUTHOR, text, [accounts.load(tx, promise.owner)])
    outbox.put(tx, topic, promise.id, notice(promise))
