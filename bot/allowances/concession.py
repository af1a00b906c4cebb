"""Owns the Concession as stored: money or credit beyond the policy, asked for or given. Refuses to change one: give.py
and approve.py do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping

from bot.handoff.allowance_policy import Currency


class ConcessionStatus(StrEnum):
    """GRANTED within the limit of whoever gave or approved it; WAITING counts for nothing yet."""

    GRANTED = "granted"
    WAITING = "waiting"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Concession:
    """`amount` in minor units of `currency`; `answer` is the lead's reason, `decided_by` None within one's limit."""

    id: str
    ticket_id: str
    conversation_id: str
    customer_id: str | None
    client_id: str
    kind: str
    amount: int
    currency: str
    reason: str
    note: str
    status: ConcessionStatus
    asked_by: str
    asked_at: str
    decided_by: str | None
    decided_at: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to give; once per `client_id`."""

    kind: str
    amount: int
    reason: str
    note: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind on one ticket: the limits of one person and what was given already, in minor units of `currency`."""

    kind: str
    currency: Currency
    per_ticket: int
    per_customer: int
    times: int
    on_ticket: int
    to_customer: int
    times_given: int

    @property
    def left(self) -> int:
        """The most that may be given now."""
        if self.times_given >= self.times:
            return 0
        return max(0, min(self.per_ticket - self.on_ticket, self.per_customer - self.to_customer))

    def allows(self, amount: int) -> bool:
        """True when that much more stays within every limit."""
        return 0 < amount <= self.left


def from_row(row: RowMapping) -> Concession:
    """The concession of one row of the table."""
    return Concession(**dict(row) | {"status": ConcessionStatus(row["status"])})
