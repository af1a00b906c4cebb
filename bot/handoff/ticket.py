"""Owns the Ticket as stored and its public summary. Refuses to change one: hand_off.py and desk do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping

from bot.decision.outcome import Reason
from bot.handoff.packet import HandoffPacket
from bot.storage.record import decode


class TicketStatus(StrEnum):
    """Where a ticket stands; RETURNED, RESOLVED and MERGED are final."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RETURNED = "returned"
    RESOLVED = "resolved"
    MERGED = "merged"


OPEN = (TicketStatus.WAITING, TicketStatus.CLAIMED)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One case for a person; `assignee` is an account id, `version` grows with each change, times ISO UTC.

    Until `snoozed_until` the queue does not show it; its due times go on.
    """

    id: str
    conversation_id: str
    status: TicketStatus
    reason: Reason
    category: str | None
    team: str
    priority: str
    goal: str
    packet: HandoffPacket
    assignee: str | None
    version: int
    created_at: str
    first_response_due: str
    resolution_due: str
    claimed_at: str | None
    first_response_at: str | None
    closed_at: str | None
    snoozed_until: str | None


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What the `ticket` event tells the customer and the desk: `by` is the person's display name, `first_response_due`
    (ISO UTC) the time that `told` names; empty in events from before it was told."""

    id: str
    status: TicketStatus
    told: str
    version: int
    by: str | None = None
    first_response_due: str = ""
    language: str = ""


def from_row(row: RowMapping) -> Ticket:
    """The ticket of one row of the tickets table."""
    values = dict(row)
    return Ticket(
        **values
        | {
            "status": TicketStatus(values["status"]),
            "reason": Reason(values["reason"]),
            "packet": decode(HandoffPacket, values["packet"]),
        }
    )


def change(ticket: Ticket, by: str | None = None) -> TicketChange:
    """The event payload for the ticket as it is now."""
    packet = ticket.packet
    told, due = packet.target.told_customer, packet.target.first_response_due
    return TicketChange(ticket.id, ticket.status, told, ticket.version, by, due, packet.language)
