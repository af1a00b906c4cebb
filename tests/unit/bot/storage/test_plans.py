"""What runs every second or with each page finds its rows: of what grows with the years nothing is read through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from bot.channels import smtp
from bot.conversation import citations
from bot.desk import assignment, offers, queue
from bot.desk.queue import View, Wanted
from bot.events import log
from bot.events.log import Audience
from bot.feedback import still_fine
from bot.handoff.policies import read_policies
from bot.integrations import delivery_queue
from bot.integrations.probing import Probing
from bot.integrations.ticketing import Claimed, Event, Sent
from bot.promises import due
from bot.storage import clock
from bot.storage.engine import Database
from tests.conftest import ROOT
from tests.plans import plan, scans

NOW = "2026-11-27T12:00:00.000Z"
ROW = Claimed(1, Event("ticket.created:1", "ticket.created", "{}", NOW), 0)
SMALL = {
    "offers USING INDEX uq_offers_standing",
    "outbox USING INDEX ix_outbox_undelivered",
    "agents USING INDEX sqlite_autoindex_agents_1",
}
"""Of what is open now, and of people."""
POLICIES = read_policies(ROOT / "data" / "policies")

Run = Callable[[Connection], object]


def _record(sent: Sent) -> Run:
    return lambda tx: delivery_queue.record(tx, [(ROW, sent)], NOW, "gone")


ROUNDS: dict[str, Run] = {
    "events to another help desk": lambda tx: delivery_queue.claim(tx, NOW, 8),
    "events that failed": lambda tx: Probing().claim(tx, NOW, 8),
    "mails": lambda tx: delivery_queue.claim(tx, NOW, 1, smtp.TOPICS),
    "whether the help desk wants no more": lambda tx: delivery_queue.is_dead_with(tx, "gone"),
    "what came of a delivery": _record(Sent(200)),
    "what came of one that has to wait": _record(Sent(429, retry_after=30.0)),
    "what waits to be delivered": delivery_queue.backlog,
    "how offers ended": lambda tx: [offers.last_missed(tx, "1"), offers.before(tx, "1"), offers.let_pass(tx, "1")],
    "whether a ticket is to be given out": assignment.is_due,
    "promises": lambda tx: due.anything(tx, NOW),
    "whether it is still fine": lambda tx: still_fine.due(tx, POLICIES, clock.now()),
    "a stream": lambda tx: log.since(tx, 1, conversation_id="1", audience=Audience.ALL),
    "the queue's numbers": lambda tx: queue.counts(tx, "1"),
} | {f"the view {view}": lambda tx, view=view: queue.find(tx, Wanted(view, "1")) for view in View}

BY_INDEX = {
    "events to another help desk": "SEARCH outbox USING INDEX ix_outbox_undelivered (dead_at=? AND next_attempt_at<?)",
    "events that failed": "SEARCH outbox USING INDEX ix_outbox_undelivered (dead_at=? AND next_attempt_at>?)",
    "mails": "SEARCH outbox USING INDEX ix_outbox_undelivered (dead_at=? AND next_attempt_at<?)",
    "what came of one that has to wait": "SEARCH outbox USING INDEX ix_outbox_undelivered",
    "how offers ended": "SEARCH offers USING COVERING INDEX ix_offers_ending_account_id_ended_at (ending=? AND account",
    "whether it is still fine": "SEARCH tickets USING INDEX ix_tickets_status_closed_at (status=? AND closed_at>? AND",
    "the view closed": "SCAN tickets USING COVERING INDEX ix_tickets_status_closed_at",
}


@pytest.mark.parametrize("name", BY_INDEX)
def test_what_an_index_was_made_for_goes_by_it(database: Database, name: str) -> None:
    assert any(step.startswith(BY_INDEX[name]) for step in plan(database, ROUNDS[name]))


@pytest.mark.parametrize("name", ROUNDS)
def test_nothing_is_read_from_end_to_end(database: Database, name: str) -> None:
    found = scans(database, ROUNDS[name])
    # In the order of an index that has all that is asked for no row is read.
    assert {scan for scan in found - SMALL if "COVERING INDEX" not in scan} == set()


def test_how_often_articles_are_cited_is_counted_without_the_messages(database: Database) -> None:
    steps = plan(database, lambda tx: citations.counts(tx, NOW))
    assert [step for step in steps if "messages" in step] == ["SCAN messages"]  # from the newest to the first too old


def test_a_look_through_everything_is_seen(database: Database) -> None:
    assert scans(database, lambda tx: tx.exec_driver_sql("SELECT text FROM messages")) == {"messages"}
