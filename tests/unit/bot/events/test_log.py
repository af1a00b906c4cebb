"""The event log is append-only, ordered, and keeps desk-only events from visitors."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from sqlalchemy import delete

from bot.conversation.conversations import open_conversation
from bot.conversation.messages import append
from bot.conversation.utterance import Speaker
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


def test_a_reader_beside_many_writers_misses_and_doubles_nothing(database: Database) -> None:
    conversations = [new_conversation(database) for _ in range(2)]
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        while not done.is_set():
            seen.extend(newer(database, seen[-1] if seen else 0))
            time.sleep(0.005)

    def speak(writer: int) -> None:
        for number in range(20):
            with database.transaction() as tx:
                for conversation in conversations if writer % 2 else reversed(conversations):
                    append(tx, conversation, Speaker.CUSTOMER, f"{writer}:{number}")

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=speak, args=(writer,)) for writer in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    seen.extend(newer(database, seen[-1] if seen else 0))
    assert seen == newer(database, 0)
    assert len(seen) == 4 * 20 * 2


def newer(database: Database, after: int) -> list[int]:
    with database.snapshot() as tx:
        return [event.id for event in log.since(tx, after, audience=Audience.DESK)]
