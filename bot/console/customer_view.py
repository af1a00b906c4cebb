"""Owns what the page of a customer shows. Refuses to change anything: tickets are worked on their own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.api.customer_record import CustomerDetail, customer_detail
from bot.console.queue_view import Line, lines
from bot.desk import accounts, tickets
from bot.handoff.policies import HandoffPolicies


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with all that goes by their record; `goals` are what their tickets are about, `lines` those that are
    open as the queue shows them."""

    customer: CustomerDetail
    tier: str | None
    lines: tuple[Line, ...]
    goals: Mapping[str, str]
    names: Mapping[str, str]
    teams: Mapping[str, str]
    warn_minutes: int


def look(tx: Connection, policies: HandoffPolicies, customer_id: str, account_id: str) -> CustomerView:
    """The customer as they are now; NotFound when there is none."""
    customer = customer_detail(tx, customer_id)
    about = {one.ticket_id for one in customer.complaints} | {one.ticket_id for one in customer.promises}
    return CustomerView(
        customer=customer,
        tier=policies.tier_label(customer.tier),
        lines=lines(tx, policies, tuple(tickets.load(tx, one.id) for one in customer.open_tickets), account_id),
        goals=tickets.goals(tx, about | {one.ticket_id for one in customer.surveys if one.ticket_id}),
        names={account.id: account.name for account in accounts.every(tx)},
        teams=policies.routing.teams,
        warn_minutes=policies.promises.warn_minutes,
    )
