"""Owns the fixtures every suite shares. Refuses fakes: the database is a real one, migrated."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.conversation.conversations import State, load, open_conversation, set_state
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Reason
from bot.handoff.packet import Fact, FactKind, HandoffPacket, ServiceTarget
from bot.handoff.ticket import Ticket, TicketStatus, from_row
from bot.storage import clock
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate
from bot.storage.record import encode
from bot.storage.tables import tickets


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision, made once and copied by `database`."""
    path = tmp_path_factory.mktemp("template") / "answerdesk.db"
    database = open_database(f"sqlite:///{path}", serving=True)
    migrate(database)
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database as the service opens it."""
    path = tmp_path / "answerdesk.db"
    shutil.copy(migrated_file, path)
    database = open_database(f"sqlite:///{path}", serving=True)
    yield database
    database.close()


PACKET = HandoffPacket(
    reason=Reason.ASKED_FOR_PERSON,
    category=None,
    goal="I want to talk to someone about order FW-123456",
    facts=(Fact(FactKind.ORDER, "FW-123456", 0),),
    shown=(),
    missing="",
    risks=(),
    sentiment=-0.2,
    language="en",
    next_steps=("Look up the order.",),
    draft_reply=None,
    transcript=(Utterance(Speaker.CUSTOMER, "I want to talk to someone about order FW-123456"),),
    target=ServiceTarget(
        team="orders",
        priority="normal",
        first_response_due="2026-11-22T12:00:00.000Z",
        resolution_due="2026-11-24T12:00:00.000Z",
        told_customer="A person will answer within four hours.",
    ),
)


@pytest.fixture
def waiting_ticket() -> Callable[[Connection], Ticket]:
    """Stores a ticket of a new conversation that waits for a person, without the rest of a handoff."""

    def stored(tx: Connection) -> Ticket:
        conversation = open_conversation(tx, site="shop", language="en").conversation
        set_state(tx, load(tx, conversation.id), State.WAITING)
        values = {
            "id": secrets.token_hex(12),
            "conversation_id": conversation.id,
            "status": TicketStatus.WAITING,
            "reason": PACKET.reason,
            "team": PACKET.target.team,
            "priority": PACKET.target.priority,
            "goal": PACKET.goal,
            "packet": encode(PACKET),
            "version": 1,
            "created_at": clock.now(),
            "first_response_due": PACKET.target.first_response_due,
            "resolution_due": PACKET.target.resolution_due,
        }
        row = tx.execute(insert(tickets).values(values).returning(tickets)).mappings().one()
        return from_row(row)

    return stored
