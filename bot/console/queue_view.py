"""Owns how the queue's rows are shown. Refuses to choose them: desk/queue.py does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.complaints import ledger as complaints
from bot.complaints.complaint import Complaint
from bot.desk import (
    accounts,
    assignment,
    customer_of,
    customer_search,
    next_reply,
    offers,
    queue,
    record_of,
    saved_views,
    tags,
)
from bot.desk.accounts import Account
from bot.desk.customer_search import Found
from bot.desk.due_times import Due, nearest
from bot.desk.next_reply import NextReply
from bot.desk.offers import Offer
from bot.desk.queue import View, Wanted
from bot.desk.saved_views import SavedView
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket
from bot.promises import ledger
from bot.promises.promise import Promise
from bot.storage import clock

SHOWN_CUSTOMERS = 5
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
    """One row: the ticket, whose it is, the label of its sensitive topic, what is due next and when to warn, since when
    its customer waits for more than the first answer, the promise that is due first or was not kept, and the complaint
    while it goes on.

    While it waits, `offer` says whom it is laid before and `offered_to` their name; `mine` is true for them, too.
    """

    ticket: Ticket
    customer: str | None
    assignee: str | None
    mine: bool
    category: str | None
    due: str
    due_what: Due
    answered: bool
    waits: NextReply | None
    warn_minutes: int
    tags: tuple[str, ...]
    promise: Promise | None
    complaint: Complaint | None
    complaint_late: bool
    offer: Offer | None
    offered_to: str | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of what one person sees of the queue; closed tickets are not counted. `people` may be given tickets;
    `unattended` are how many wait while nobody is given any. `customers` are those whose record has the words.

    `saved` are the views under a name, `at` the one that is looked at.
    """

    lines: tuple[Line, ...]
    customers: Found
    wanted: Wanted
    page: int
    pages: int
    counts: Mapping[View, int]
    saved: tuple[SavedView, ...]
    at: SavedView | None
    teams: Mapping[str, str]
    tags: tuple[str, ...]
    people: tuple[Account, ...]
    promise_warning: int
    unattended: int | None


def look(tx: Connection, policies: HandoffPolicies, wanted: Wanted) -> QueueView:
    """A page of the queue by time left."""
    found = queue.find(tx, wanted)
    saved = saved_views.seen_by(tx, wanted.account_id)
    return QueueView(
        lines=lines(tx, policies, found.tickets, wanted.account_id),
        customers=customer_search.find(tx, wanted.words, SHOWN_CUSTOMERS) if wanted.words.strip() else Found((), 0),
        wanted=wanted,
        page=found.page,
        pages=found.pages,
        counts=queue.counts(tx, wanted.account_id),
        saved=saved,
        at=next((view for view in saved if view.is_shown(wanted)), None),
        teams=policies.routing.teams,
        tags=tags.in_use(tx),
        people=tuple(one for one in accounts.every(tx) if one.viewer.may_work_tickets and not one.disabled),
        promise_warning=policies.promises.warn_minutes,
        unattended=assignment.unattended(tx),
    )


def line(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account_id: str) -> Line:
    """One ticket as the queue shows it."""
    return lines(tx, policies, (ticket,), account_id)[0]


def lines(
    tx: Connection, policies: HandoffPolicies, shown: tuple[Ticket, ...], account_id: str
) -> tuple[Line, ...]:
    """Several, in their order."""
    names = {account.id: account.name for account in accounts.every(tx)}
    tagged = tags.of_tickets(tx, [ticket.id for ticket in shown])
    promised = ledger.first_waiting(tx, tuple(tagged))
    complained, now = complaints.of_tickets(tx, tuple(tagged)), clock.now()
    known = record_of.of_conversations(tx, {ticket.conversation_id for ticket in shown})
    called = customer_of.names_of(tx, shown, known)
    tiers = {conversation_id: record.tier for conversation_id, record in known.items()}
    standing = offers.standing(tx, [ticket.id for ticket in shown])
    waiting = next_reply.of_tickets(tx, tuple(tagged))
    return tuple(
        Line(
            ticket=ticket,
            customer=called.get(ticket.id),
            assignee=names.get(ticket.assignee) if ticket.assignee else None,
            mine=account_id in (ticket.assignee, offer.account_id if (offer := standing.get(ticket.id)) else None),
            category=category.label if (category := policies.sensitive.category(ticket.category)) else None,
            due=(due := nearest(ticket, *(times.get(ticket.id) for times in (waiting, promised, complained))))[0],
            due_what=due[1],
            answered=ticket.first_response_at is not None,
            waits=waiting.get(ticket.id),
            warn_minutes=policies.level(Priority(ticket.priority), tiers.get(ticket.conversation_id)).warn_minutes,
            tags=tagged[ticket.id],
            promise=promised.get(ticket.id),
            complaint=(complaint := complained.get(ticket.id)),
            complaint_late=complaint is not None and complaint.overdue(now),
            offer=offer,
            offered_to=names.get(offer.account_id) if offer else None,
        )
        for ticket in shown
    )

