"""Replicas of one database know who has a ticket open at the others, and forget what nobody says any more."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.access import Role
from bot.api.seat_watch import SeatWatch
from bot.conversation import conversations
from bot.desk import accounts, seats
from bot.events.hub import Hub, Listener, Person, Seat
from bot.handoff.hand_off import hand_off
from bot.storage import clock
from bot.storage.engine import Database
from tests.conftest import PACKET


@pytest.fixture
def seat(database: Database) -> Seat:
    """Ada's page of a ticket, at no replica yet."""
    with database.transaction() as tx:
        ada = accounts.add(tx, "ada@example.com", "Ada", Role.AGENT, "a long enough password")
        conversation = conversations.open_conversation(tx, site="", language="en").conversation
        ticket = hand_off(tx, conversation.id, PACKET)
    return Seat(conversation.id, ticket.id, Person(ada.id, ada.name))


async def _told(listener: Listener) -> list[str]:
    """The names in what the desk's stream hears."""
    whispers = await listener.changed(5)
    return [person["name"] for person in json.loads(whispers[-1].payload)["people"]]


def test_who_opens_a_ticket_at_another_replica_is_told_there_and_so_is_who_leaves(
    database: Database, seat: Seat
) -> None:
    async def two_replicas() -> None:
        here, there = Hub(), Hub()
        ours, theirs = SeatWatch(database, here), SeatWatch(database, there)
        with there.listen(desk=True) as listener:
            with here.seated(seat):
                ours.look()
                theirs.look()
                assert await _told(listener) == ["Ada"]
                theirs.look()
                assert await listener.changed(0.01) == []
                with there.seated(Seat(seat.conversation_id, seat.ticket_id, Person("b", "Bo"))):
                    assert await _told(listener) == ["Ada", "Bo"]
                assert await _told(listener) == ["Ada"]
            ours.look()
            theirs.look()
            assert await _told(listener) == []

    asyncio.run(two_replicas())


def test_what_a_replica_that_was_killed_said_runs_out_and_what_is_said_again_does_not(
    database: Database, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later() -> None:
        here, there = Hub(), Hub()
        ours, theirs = SeatWatch(database, here), SeatWatch(database, there)
        with here.seated(seat), there.listen(desk=True) as listener:
            ours.look()
            theirs.look()
            assert await _told(listener) == ["Ada"]
            over = clock.after(clock.now(), seats.LASTS + 1)
            monkeypatch.setattr(clock, "now", lambda: over)
            theirs.look()
            assert await _told(listener) == []
            monkeypatch.setattr("bot.api.seat_watch.AGAIN", -1.0)
            ours.look()
            theirs.look()
            assert await _told(listener) == ["Ada"]

    asyncio.run(later())
