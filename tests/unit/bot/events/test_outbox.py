"""What another system must learn is queued once per key, with the act itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.events import outbox
from bot.events.outbox import Topic
from bot.storage import tables
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Payload:
    text: str


def rows(database: Database) -> list[tuple[str, str]]:
    with database.snapshot() as tx:
        return [(row.key, row.payload) for row in tx.execute(tables.outbox.select())]


def test_a_key_is_queued_once_and_the_first_payload_stays(database: Database) -> None:
    with database.transaction() as tx:
        assert outbox.put(tx, Topic.TICKET_CREATED, "t1", Payload("first"))
        assert not outbox.put(tx, Topic.TICKET_CREATED, "t1", Payload("second"))
        assert outbox.put(tx, Topic.TICKET_RESOLVED, "t1", Payload("third"))
    assert rows(database) == [
        ("ticket.created:t1", '{"text": "first"}'),
        ("ticket.resolved:t1", '{"text": "third"}'),
    ]


def test_an_act_that_fails_queues_nothing(database: Database) -> None:
    def fails_half_way() -> None:
        with database.transaction() as tx:
            outbox.put(tx, Topic.TICKET_CREATED, "t1", Payload("never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_half_way()
    assert rows(database) == []
