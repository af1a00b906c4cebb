"""Owns the outbox as a queue: what is due, what came of a try, what is given up. Refuses the network."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, func, select, update

from bot.errors import NotFound
from bot.events.outbox import EVENTS, Topic
from bot.integrations.backoff import delay
from bot.integrations.http_call import DEADLINE_SECONDS
from bot.integrations.ticketing import Claimed, Event
from bot.storage import clock
from bot.storage.commit_lines import tell_log
from bot.storage.tables import outbox

# A row being sent is not due for this long, so that two replicas do not send it at the same time; after a
# kill -9 in the middle of a request it is due again this soon.
LEASE_SECONDS = DEADLINE_SECONDS + 2
OUTAGE_NOTE = "outage"


class Tried(Protocol):
    """What came of one try, over HTTP or SMTP."""

    @property
    def delivered(self) -> bool:
        """The receiver has it."""
        ...

    @property
    def gone(self) -> bool:
        """The receiver will never take it."""
        ...

    @property
    def outage(self) -> bool:
        """The receiver as a whole seems down, not this one row refused."""
        ...

    @property
    def refused(self) -> bool:
        """The receiver will never take this one row, but others."""
        ...

    @property
    def unfinished(self) -> bool:
        """A part arrived, the rest may follow at once."""
        ...

    @property
    def retry_after(self) -> float | None:
        """Seconds of quiet that the receiver asked for."""
        ...

    @property
    def cause(self) -> str:
        """Why it failed, without anybody's words."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one pass did: rows delivered, failed (to be tried again) and given up; seconds of quiet asked for.

    A row that was tried outside its schedule and failed counts as nothing.
    """

    delivered: int = 0
    failed: int = 0
    dead: int = 0
    quiet: float = 0.0

    def plus(self, other: Delivered) -> Delivered:
        """Both passes together."""
        return Delivered(
            self.delivered + other.delivered,
            self.failed + other.failed,
            self.dead + other.dead,
            max(self.quiet, other.quiet),
        )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not reached the help desk: rows waiting for a try, rows given up."""

    waiting: int
    dead: int


def claim(
    tx: Connection,
    now: str,
    limit: int,
    topics: Collection[Topic] = EVENTS,
    lease_seconds: float = LEASE_SECONDS,
) -> tuple[Claimed, ...]:
    """At most `limit` rows of these topics due at `now` (ISO UTC), longest due first, leased to the caller.

    A row waits for the older ones of its ticket: a reply is of no use to a desk that has not got the ticket yet.
    """
    due = outbox.c.next_attempt_at <= now
    return _leased(tx, due, (outbox.c.next_attempt_at, outbox.c.id), now, limit, topics, lease_seconds)


def claim_early(
    tx: Connection,
    now: str,
    limit: int,
    besides: Collection[int],
    topics: Collection[Topic],
    lease_seconds: float,
) -> tuple[Claimed, ...]:
    """The same for rows that failed as if the receiver were down and are not due yet, in the order of chance."""
    if not limit:
        return ()
    failed = (outbox.c.next_attempt_at > now) & outbox.c.last_error.startswith(OUTAGE_NOTE)
    failed &= outbox.c.id.not_in(besides)
    return _leased(tx, failed, (func.random(),), now, limit, topics, lease_seconds)


def _leased(
    tx: Connection,
    which: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    now: str,
    limit: int,
    topics: Collection[Topic],
    lease_seconds: float,
) -> tuple[Claimed, ...]:
    open_rows = outbox.c.delivered_at.is_(None) & outbox.c.dead_at.is_(None) & outbox.c.topic.in_(topics)
    older = outbox.alias("older")
    waits = exists().where(
        older.c.subject == outbox.c.subject,
        older.c.id < outbox.c.id,
        older.c.topic.in_(topics),
        older.c.delivered_at.is_(None),
        older.c.dead_at.is_(None),
    )
    chosen = (
        select(outbox)
        .where(open_rows, which, (outbox.c.subject == "") | ~waits)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(chosen).mappings().all()
    if rows:
        leased = outbox.c.id.in_([row["id"] for row in rows])
        # Without its note: no other service is to take it early while it is sent.
        values = {"next_attempt_at": clock.after(now, lease_seconds), "last_error": None}
        tx.execute(update(outbox).where(leased).values(values))
    return tuple(_claimed(row, now) for row in rows)


def _claimed(row: RowMapping, now: str) -> Claimed:
    due, event = row["next_attempt_at"], Event(row["key"], row["topic"], row["payload"], row["created_at"])
    # A row that was leased, put off or replayed has another due time than it began with.
    fresh = row["attempts"] == 0 and due == row["created_at"]
    return Claimed(row["id"], event, row["attempts"], fresh, due if due > now else None)


def record(
    tx: Connection,
    tries: Iterable[tuple[Claimed, Tried]],
    now: str,
    gone_note: str,
    topics: Collection[Topic] = EVENTS,
) -> Delivered:
    """Write down what came of a batch of these topics; `gone_note` is kept on a row that will never be taken."""
    total = Delivered()
    for row, sent in tries:
        total = replace(total, quiet=max(total.quiet, sent.retry_after or 0.0))
        if sent.delivered:
            _store(tx, row, delivered_at=now, last_error=None)
            tell_log(tx, "delivered", key=row.event.key, tries=row.attempts + 1)
            total = replace(total, delivered=total.delivered + 1)
        elif sent.unfinished:
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(next_attempt_at=now))
        elif row.early_of is not None and not (sent.gone or sent.refused):
            values = {"next_attempt_at": row.early_of, "last_error": _note(sent)}
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(values))
        elif _put_off(tx, row, sent, now, gone_note):
            total = replace(total, failed=total.failed + 1)
        else:
            total = replace(total, dead=total.dead + 1)
    if total.quiet:
        _keep_quiet(tx, clock.after(now, total.quiet), topics)
    return total


def _keep_quiet(tx: Connection, until: str, topics: Collection[Topic]) -> None:
    """The receiver wants no call before `until`: that holds for every row, also for those it never heard of."""
    waiting = outbox.c.delivered_at.is_(None) & outbox.c.dead_at.is_(None) & (outbox.c.next_attempt_at < until)
    tx.execute(update(outbox).where(waiting, outbox.c.topic.in_(topics)).values(next_attempt_at=until))


def is_dead_with(tx: Connection, note: str) -> bool:
    """True when some row was given up with exactly this `last_error`."""
    given_up = outbox.c.delivered_at.is_(None) & outbox.c.dead_at.is_not(None)
    dead = select(outbox.c.id).where(given_up, outbox.c.last_error == note)
    return tx.execute(dead.limit(1)).first() is not None


def backlog(tx: Connection) -> Backlog:
    """How much has not reached the help desk or a mailbox: what health pages and metrics show."""
    undelivered = select(func.count(), func.count(outbox.c.dead_at)).where(outbox.c.delivered_at.is_(None))
    every, dead = tx.execute(undelivered).one()
    return Backlog(every - dead, dead)


@dataclass(frozen=True, slots=True)
class Letter:
    """A row that has not reached the help desk: given up (`dead`), or tried again at `due`."""

    key: str
    attempts: int
    last_error: str
    dead: bool
    due: str


def undelivered(tx: Connection, limit: int, *, dead_only: bool) -> tuple[Letter, ...]:
    """What has not reached the help desk, oldest first."""
    waiting = select(outbox).where(outbox.c.delivered_at.is_(None)).order_by(outbox.c.id).limit(limit)
    chosen = waiting.where(outbox.c.dead_at.is_not(None)) if dead_only else waiting
    rows = tx.execute(chosen).mappings()
    return tuple(
        Letter(
            row["key"], row["attempts"], row["last_error"] or "", row["dead_at"] is not None, row["next_attempt_at"]
        )
        for row in rows
    )


def replay(tx: Connection, now: str, key: str | None = None) -> int:
    """Make rows that were given up (one, or all) due again with a fresh schedule; re-enables after a 410.

    NotFound for a `key` under which nothing was given up.
    """
    dead = update(outbox).where(outbox.c.dead_at.is_not(None), outbox.c.delivered_at.is_(None))
    chosen = dead if key is None else dead.where(outbox.c.key == key)
    amount = tx.execute(chosen.values(dead_at=None, attempts=0, next_attempt_at=now, last_error=None)).rowcount
    if key is not None and not amount:
        raise NotFound(f"Nothing was given up under the key {key}: `python -m bot outbox list` has what was.")
    return amount


def _put_off(tx: Connection, row: Claimed, sent: Tried, now: str, gone_note: str) -> bool:
    """Schedule the next try; False when there is none left and the row is given up."""
    cause = sent.cause
    wait = None if sent.gone or sent.refused else delay(row.attempts + 1, row.event.key)
    tell_log(
        tx, "not_delivered", level=logging.WARNING,
        key=row.event.key, tries=row.attempts + 1, cause=cause.replace(" ", "_"), dead=wait is None,
    )  # fmt: skip
    if wait is None:
        _store(tx, row, dead_at=now, last_error=gone_note if sent.gone else cause)
        return False
    _store(tx, row, next_attempt_at=clock.after(now, wait), last_error=_note(sent))
    return True


def _note(sent: Tried) -> str:
    return f"{OUTAGE_NOTE}: {sent.cause}" if sent.outage else sent.cause


def _store(tx: Connection, row: Claimed, **values: str | None) -> None:
    tx.execute(update(outbox).where(outbox.c.id == row.id).values(attempts=row.attempts + 1, **values))

