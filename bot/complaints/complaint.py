"""Owns the Complaint as stored. Refuses to change one: ledger.py does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from bot.handoff.complaint_policy import LEGAL, Stage

NUMBER_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Complaint:
    """A ticket that is a complaint; `owner` (an account id) is in charge, `due_at` is None once it is over."""

    ticket_id: str
    conversation_id: str
    stage: Stage
    stage_since: str
    due_at: str | None
    owner: str | None
    root_cause: str | None
    remedy: str | None
    opened_at: str
    closed_at: str | None
    version: int

    @property
    def number(self) -> str:
        """What the customer quotes."""
        return self.ticket_id[:NUMBER_CHARACTERS]

    @property
    def following(self) -> tuple[Stage, ...]:
        """The stages it may go to."""
        return LEGAL[self.stage]

    @property
    def is_over(self) -> bool:
        """True when nothing follows."""
        return not self.following

    def overdue(self, now: str) -> bool:
        """True when it should have left its stage by now."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Step:
    """Where it goes; a proposal names why it happened and what puts it right."""

    stage: Stage
    root_cause: str | None = None
    remedy: str | None = None


def from_row(row: RowMapping) -> Complaint:
    """The complaint of one row of the table."""
    return Complaint(**dict(row) | {"stage": Stage(row["stage"])})
