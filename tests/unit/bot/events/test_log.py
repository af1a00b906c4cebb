"""The event log is append-only, ordered, and keeps desk-only events from visitors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from bot.conversation.conversations import open_conversation
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.storage.engine import Database
from bot.storage.tables import events


@dataclass(frozen=True, slots=True)
class Payload:
    text: str


def new_conversation(database: Database) -> str:
    with database.transaction() as tx:
        return open_conversation(tx, site="shop", language="en").conversation.id


def write(database: Database, conversation_id: str, text: str, audience: Audience = Audience.ALL) -> int:
    with database.transaction() as tx:
        return log.append(tx, conversation_id, EventKind.MESSAGE, Payload(text), audience)


def test_events_come_back_after_an_id_in_order(database: Database) -> None:
    conversation = new_conversation(database)
    ids = [write(database, conversation, str(number)) for number in range(5)]
    with database.snapshot() as tx:
        rest = log.since(tx, ids[1], conversation_id=conversation, audience=Audience.ALL)
    assert [event.id for event in rest] == ids[2:]
    assert [event.payload for event in rest] == ['{"text": "2"}', '{"text": "3"}', '{"text": "4"}']


def test_a_desk_only_event_never_reaches_a_visitor(database: Database) -> None:
    conversation = new_conversation(database)
    write(database, conversation, "for all")
    write(database, conversation, "internal note", Audience.DESK)
    with database.snapshot() as tx:
        visitor = log.since(tx, 0, conversation_id=conversation, audience=Audience.ALL)
        desk = log.since(tx, 0, conversation_id=conversation, audience=Audience.DESK)
    assert [event.payload for event in visitor] == ['{"text": "for all"}']
    assert len(desk) == 2


def test_a_conversation_hears_nothing_of_another_and_the_desk_hears_both(database: Database) -> None:
    one, other = new_conversation(database), new_conversation(database)
    write(database, one, "one")
    last = write(database, other, "other")
    with database.snapshot() as tx:
        heard = log.since(tx, 0, conversation_id=one, audience=Audience.ALL)
        assert {event.conversation_id for event in heard} == {one}
        assert len(log.since(tx, 0, audience=Audience.DESK)) == 2
        assert log.last_id(tx) == last
        assert log.last_id(tx, one) == last - 1


def test_a_limit_gives_the_oldest_first_so_that_paging_misses_nothing(database: Database) -> None:
    conversation = new_conversation(database)
    ids = [write(database, conversation, str(number)) for number in range(7)]
    seen: list[int] = []
    with database.snapshot() as tx:
        while page := log.since(tx, seen[-1] if seen else 0, audience=Audience.DESK, limit=3):
            seen += [event.id for event in page]
    assert seen == ids


def test_an_id_is_never_given_twice(database: Database) -> None:
    conversation = new_conversation(database)
    last = write(database, conversation, "erased")
    with database.transaction() as tx:
        tx.execute(delete(events))
    assert write(database, conversation, "next") > last
