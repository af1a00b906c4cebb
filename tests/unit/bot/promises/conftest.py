"""The shipped policies, a ticket, two agents, and a desk that is always open, so that no test depends on the hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.access import Role
from bot.desk import accounts, tickets
from bot.desk.accounts import Account
from bot.desk.customer_of import of_ticket
from bot.handoff.business_hours import Opening
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import Ticket
from bot.promises import sent
from bot.promises.promise import Offer, Promise
from bot.promises.saying import sentence
from bot.storage.engine import Database

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class People:
    ana: Account
    ben: Account


@pytest.fixture(scope="session")
def policies() -> HandoffPolicies:
    """As shipped, but nobody ever goes home."""
    shipped = read_policies(Path(__file__).parents[4] / "data" / "policies")
    always = tuple((Opening(0, 24 * 60),) for _ in range(7))
    regions = {key: replace(region, week=always, holidays={}) for key, region in shipped.hours.regions.items()}
    return replace(shipped, hours=replace(shipped.hours, regions=regions))


@pytest.fixture
def ticket(database: Database, waiting_ticket: Callable[[Connection], Ticket]) -> Ticket:
    with database.transaction() as tx:
        return waiting_ticket(tx)


@pytest.fixture
def people(database: Database) -> People:
    with database.transaction() as tx:
        return People(
            accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, PASSWORD),
            accounts.add(tx, "ben@example.com", "Ben", Role.LEAD, PASSWORD),
        )


def due_in(minutes: int) -> datetime:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def tell(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account, minutes: int = 300) -> Promise:
    """Promise a call in a reply."""
    offer = Offer("call", due_in(minutes))
    said = sentence(policies, of_ticket(tx, policies, ticket), offer)
    replied = tickets.reply(tx, ticket.id, account, f"Hello. {said}")
    (promise,) = sent.account_for(tx, policies, replied, account, [offer], released=False).made
    return promise
