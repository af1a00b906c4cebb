"""Owns how the queue's rows are shown. Refuses to choose them: desk/queue.py does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.desk import accounts, offers, queue, tags
from bot.desk.offers import Offer
from bot.desk.queue import View, Wanted
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket

TABS: Mapping[View, str] = {
    View.OPEN: "All open",
    View.WAITING: "Waiting",
    View.MINE: "Mine",
    View.MENTIONS: "My mentions",
    View.CLAIMED: "Claimed",
    View.SNOOZED: "Snoozed",
    View.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the ticket, whose it is, the label of its sensitive topic, its next deadline and when to warn.

    While it waits, `offer` says whom it is laid before and `offered_to` their name; `mine` is true for them, too.
    """

    ticket: Ticket
    assignee: str | None
    mine: bool
    category: str | None
    due: str
    answered: bool
    warn_minutes: int
    tags: tuple[str, ...]
    offer: Offer | None
    offered_to: str | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of what one person sees of the queue; closed tickets are not counted."""

    lines: tuple[Line, ...]
    wanted: Wanted
    page: int
    pages: int
    counts: Mapping[View, int]
    teams: Mapping[str, str]
    tags: tuple[str, ...]


def look(tx: Connection, policies: HandoffPolicies, wanted: Wanted) -> QueueView:
    """A page of the queue by time left."""
    found = queue.find(tx, wanted)
    return QueueView(
        lines=_lines(tx, policies, found.tickets, wanted.account_id),
        wanted=wanted,
        page=found.page,
        pages=found.pages,
        counts=queue.counts(tx, wanted.account_id),
        teams=policies.routing.teams,
        tags=tags.in_use(tx),
    )


def line(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account_id: str) -> Line:
    """One ticket as the queue shows it."""
    return _lines(tx, policies, (ticket,), account_id)[0]


def _lines(
    tx: Connection, policies: HandoffPolicies, shown: tuple[Ticket, ...], account_id: str
) -> tuple[Line, ...]:
    names = {account.id: account.name for account in accounts.every(tx)}
    tagged = tags.of_tickets(tx, [ticket.id for ticket in shown])
    standing = offers.standing(tx, [ticket.id for ticket in shown])
    return tuple(
        _line(ticket, policies, names, account_id, tagged[ticket.id], standing.get(ticket.id)) for ticket in shown
    )


def _line(
    ticket: Ticket,
    policies: HandoffPolicies,
    names: Mapping[str, str],
    account_id: str,
    tagged: tuple[str, ...],
    offer: Offer | None,
) -> Line:
    category = policies.sensitive.category(ticket.category)
    answered = ticket.first_response_at is not None
    return Line(
        ticket=ticket,
        assignee=names.get(ticket.assignee) if ticket.assignee else None,
        mine=account_id in (ticket.assignee, offer.account_id if offer else None),
        category=category.label if category else None,
        due=ticket.resolution_due if answered else ticket.first_response_due,
        answered=answered,
        warn_minutes=policies.levels[Priority(ticket.priority)].warn_minutes,
        tags=tagged,
        offer=offer,
        offered_to=names.get(offer.account_id) if offer else None,
    )
