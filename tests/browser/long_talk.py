"""Owns a conversation that has gone on for very long. Refuses HTTP: its messages are many."""

from __future__ import annotations

from sqlalchemy import insert

from bot.conversation.utterance import Speaker
from bot.storage import clock
from bot.storage.engine import open_database
from bot.storage.tables import messages
from tests.browser.desk import Desk


def long_talk_of(desk: Desk, conversation: str, many: int) -> None:
    """Let the customer and a person have written `many` messages more; every second one is the customer's."""
    database = open_database(f"sqlite:///{desk.process.log.parent / 'answerdesk.db'}", serving=False)
    with database.transaction() as tx:
        tx.execute(insert(messages), [_row(conversation, number) for number in range(many)])
    database.close()


def _row(conversation: str, number: int) -> dict[str, object]:
    by_customer = number % 2 == 0
    return {
        "conversation_id": conversation,
        "client_id": f"long-{number}" if by_customer else None,
        "role": Speaker.CUSTOMER if by_customer else Speaker.AGENT,
        "author": None if by_customer else "Maya",
        "text": f"Message {number}",
        "turn": None,
        "attachment": None,
        "created_at": clock.now(),
    }
