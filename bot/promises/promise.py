"""Owns the Promise as stored: what was told to whom, who keeps it, by when. Refuses to change one: ledger.py does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import RowMapping


class PromiseStatus(StrEnum):
    """OPEN until it is done or due. A BROKEN one stays broken, though it may be done late. RELEASED: given up, why."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence a customer read; `owner` is an account id, `message_id` where it stands, times ISO UTC."""

    id: str
    ticket_id: str
    conversation_id: str
    message_id: int
    kind: str
    sentence: str
    owner: str
    made_by: str
    made_at: str
    warn_at: str
    due_at: str
    status: PromiseStatus
    warned_at: str | None
    done_at: str | None
    done_by: str | None
    reason: str

    @property
    def waits(self) -> bool:
        """True while somebody still has to do it."""
        return self.status in (PromiseStatus.OPEN, PromiseStatus.BROKEN) and self.done_at is None


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise that is about to be made."""

    kind: str
    due: datetime


@dataclass(frozen=True, slots=True)
class PromiseNotice:
    """The outbox payload when a promise is about to be due, or was not kept."""

    promise_id: str
    ticket_id: str
    conversation_id: str
    sentence: str
    owner: str
    due_at: str


def from_row(row: RowMapping) -> Promise:
    """The promise of one row of the table."""
    return Promise(**dict(row) | {"status": PromiseStatus(row["status"])})


def notice(promise: Promise) -> PromiseNotice:
    """What another system learns of it."""
    return PromiseNotice(
        promise.id, promise.ticket_id, promise.conversation_id, promise.sentence, promise.owner, promise.due_at
    )
