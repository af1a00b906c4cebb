"""Owns which tickets the queue shows and in what order. Refuses to change one: the page calls /v1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from bot.desk import accounts, tickets
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import OPEN, Ticket, TicketStatus


class Show(StrEnum):
    """The queue's tabs."""

    OPEN = "open"
    WAITING = "waiting"
    MINE = "mine"
    CLAIMED = "claimed"
    CLOSED = "closed"


TABS: Mapping[Show, str] = {
    Show.OPEN: "All open",
    Show.WAITING: "Waiting",
    Show.MINE: "Mine",
    Show.CLAIMED: "Claimed",
    Show.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the ticket, whose it is, the label of its sensitive topic, its next deadline and when to warn."""

    ticket: Ticket
    assignee: str | None
    mine: bool
    category: str | None
    due: str
    answered: bool
    warn_minutes: int


@dataclass(frozen=True, slots=True)
class QueueView:
    """What one person sees of the queue; `counts` is None for a tab that is not counted."""

    lines: tuple[Line, ...]
    show: Show
    query: str
    counts: Mapping[Show, int | None]


def look(tx: Connection, policies: HandoffPolicies, account_id: str, show: Show, query: str) -> QueueView:
    """The queue by time left: unanswered tickets by first response, then answered ones by resolution."""
    waiting = tickets.queue(tx)
    names = {account.id: account.name for account in accounts.every(tx)}
    counts = {tab: sum(1 for ticket in waiting if _on(tab, ticket, account_id)) for tab in Show}
    found = _closed(tx) if show is Show.CLOSED else waiting
    chosen = [ticket for ticket in found if _on(show, ticket, account_id) and _matches(ticket, query)]
    lines = tuple(_line(ticket, policies, names, account_id) for ticket in chosen)
    ordered = lines if show is Show.CLOSED else tuple(sorted(lines, key=_urgency))
    return QueueView(ordered, show, query, counts | {Show.CLOSED: None})


def line(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account_id: str) -> Line:
    """One ticket as the queue shows it."""
    names = {account.id: account.name for account in accounts.every(tx)}
    return _line(ticket, policies, names, account_id)


def _closed(tx: Connection) -> Iterable[Ticket]:
    """The newest first: nothing of it is due any more."""
    found = (*tickets.queue(tx, TicketStatus.RESOLVED), *tickets.queue(tx, TicketStatus.RETURNED))
    return sorted(found, key=lambda ticket: ticket.closed_at or "", reverse=True)


def _on(show: Show, ticket: Ticket, account_id: str) -> bool:
    match show:
        case Show.OPEN:
            return ticket.status in OPEN
        case Show.WAITING:
            return ticket.status is TicketStatus.WAITING
        case Show.CLAIMED:
            return ticket.status is TicketStatus.CLAIMED
        case Show.MINE:
            return ticket.status in OPEN and ticket.assignee == account_id
        case Show.CLOSED:
            return ticket.status not in OPEN


def _matches(ticket: Ticket, query: str) -> bool:
    """Every word of the query stands in the goal or in a fact the customer gave."""
    text = " ".join((ticket.goal, *(fact.value for fact in ticket.packet.facts))).casefold()
    return all(word in text for word in query.casefold().split())


def _line(ticket: Ticket, policies: HandoffPolicies, names: Mapping[str, str], account_id: str) -> Line:
    category = policies.sensitive.category(ticket.category)
    answered = ticket.first_response_at is not None
    return Line(
        ticket=ticket,
        assignee=names.get(ticket.assignee) if ticket.assignee else None,
        mine=ticket.assignee == account_id,
        category=category.label if category else None,
        due=ticket.resolution_due if answered else ticket.first_response_due,
        answered=answered,
        warn_minutes=policies.levels[Priority(ticket.priority)].warn_minutes,
    )


def _urgency(row: Line) -> tuple[bool, str, str]:
    return row.answered, row.due, row.ticket.id
