"""A ticket that waits and two people who could take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection

from bot.access import Role
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class People:
    ana: Account
    ben: Account


@pytest.fixture
def ticket(database: Database, waiting_ticket: Callable[[Connection], Ticket]) -> Ticket:
    with database.transaction() as tx:
        return waiting_ticket(tx)


@pytest.fixture
def desk_people(database: Database) -> People:
    with database.transaction() as tx:
        return People(
            accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, PASSWORD),
            accounts.add(tx, "ben@example.com", "Ben Miller", Role.LEAD, PASSWORD),
        )
