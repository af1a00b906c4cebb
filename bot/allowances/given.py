"""Owns what was given already and what somebody may still give. Refuses to give: see give.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, select

from bot.allowances.concession import Concession, ConcessionStatus, Standing, from_row
from bot.desk import customer_of
from bot.desk.accounts import Account
from bot.desk.customer_of import TicketCustomer
from bot.handoff.allowance_policy import Currency, Giver
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import concessions

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Sums:
    """Granted so far, in minor units of one currency."""

    on_ticket: int
    to_customer: int
    times: int


def standing(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account, kind: str) -> Standing:
    """What this person may give of `kind` on this ticket. True only inside the transaction in which it is asked."""
    customer = customer_of.of_ticket(tx, policies, ticket)
    policy, region = policies.allowances, customer.region.id
    currency = policy.currencies[region]
    limit = policy.limit(Giver(account.role, region, customer.plan, kind))
    sums = granted(tx, policies, ticket, customer, kind)
    return Standing(
        kind=kind,
        currency=currency,
        per_ticket=_minor(limit.per_ticket, currency),
        per_customer=_minor(limit.per_customer, currency),
        times=limit.times,
        on_ticket=sums.on_ticket,
        to_customer=sums.to_customer,
        times_given=sums.times,
    )


def granted(tx: Connection, policies: HandoffPolicies, ticket: Ticket, customer: TicketCustomer, kind: str) -> Sums:
    """What the ticket has, and what the customer got within the period, on this ticket and others.

    Other currencies count too, sum for sum: whoever moves does not start anew.
    """
    since = clock.after(clock.now(), -policies.allowances.period_days * SECONDS_PER_DAY)
    is_granted = (concessions.c.status == ConcessionStatus.GRANTED) & (concessions.c.kind == kind)
    total = func.coalesce(func.sum(concessions.c.amount), 0)
    on_ticket = tx.execute(select(total).where(is_granted, concessions.c.ticket_id == ticket.id)).scalar_one()
    theirs = select(total, func.count()).where(
        is_granted, _whose(ticket, customer), func.coalesce(concessions.c.decided_at, concessions.c.asked_at) >= since
    )
    to_customer, times = tx.execute(theirs).one()
    return Sums(int(on_ticket), int(to_customer), int(times))


def of_ticket(tx: Connection, ticket_id: str) -> tuple[Concession, ...]:
    """Everything asked for or given on the ticket, oldest first."""
    return _found(tx, concessions.c.ticket_id == ticket_id)


def waiting(tx: Connection) -> tuple[Concession, ...]:
    """What waits for a lead, oldest first."""
    return _found(tx, concessions.c.status == ConcessionStatus.WAITING)


def unanswered(tx: Connection, policies: HandoffPolicies, ticket_id: str) -> tuple[str, ...]:
    """A sentence for each thing of the ticket that waits for a lead."""
    asked = [one for one in of_ticket(tx, ticket_id) if one.status is ConcessionStatus.WAITING]
    return tuple(f"No lead has answered the request for {written(policies, one)}." for one in asked)


def written(policies: HandoffPolicies, concession: Concession) -> str:
    """`Goodwill credit, USD 12.50` for people."""
    digits = {currency.code: currency for currency in policies.allowances.currencies.values()}
    currency = digits.get(concession.currency, Currency(concession.currency, 2))
    return f"{policies.allowances.kinds.get(concession.kind, concession.kind)}, {currency.written(concession.amount)}"


def _whose(ticket: Ticket, customer: TicketCustomer) -> ColumnElement[bool]:
    if customer.id is None:
        return concessions.c.conversation_id == ticket.conversation_id
    return concessions.c.customer_id == customer.id


def _minor(amount: Decimal, currency: Currency) -> int:
    return int(amount.scaleb(currency.digits))


def _found(tx: Connection, condition: ColumnElement[bool]) -> tuple[Concession, ...]:
    query = select(concessions).where(condition).order_by(concessions.c.asked_at, concessions.c.id)
    rows: Sequence[Concession] = [from_row(row) for row in tx.execute(query).mappings()]
    return tuple(rows)
