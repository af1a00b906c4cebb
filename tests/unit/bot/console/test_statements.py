"""A page with many rows asks the database as often as one with few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from bot.complaints import ledger as complaints
from bot.console import care_view, queue_view
from bot.desk.queue import Wanted
from bot.handoff.policies import read_policies
from bot.storage.engine import Database
from tests.conftest import ROOT
from tests.plans import heard
from tests.thousand_tickets import fill

POLICIES = read_policies(ROOT / "data" / "policies")
FEW, MORE = 2, 20
PAGES: dict[str, Callable[[Connection], object]] = {
    "queue": lambda tx: queue_view.look(tx, POLICIES, Wanted()),
    "care": lambda tx: care_view.look(tx, POLICIES),
}


@pytest.mark.parametrize("page", PAGES)
def test_more_rows_are_no_more_statements(database: Database, page: str) -> None:
    asked = []
    for amount in (FEW, MORE):
        with database.transaction() as tx:
            for ticket in fill(tx, amount, seed=amount):
                complaints.open_one(tx, POLICIES, ticket)
        with heard(database) as statements, database.snapshot() as tx:
            PAGES[page](tx)
        asked.append(len(statements))
    assert asked[1] == asked[0]
