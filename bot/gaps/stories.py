"""Owns what became of one wording: what was said before it, what the bot and the person said to it; what it cost.

Refuses to keep any of it: it is read from the conversation each time, so that what is erased there is gone here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.personal import names_in
from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.question import Known
from bot.storage import clock
from bot.storage.tables import messages as message_rows
from bot.storage.tables import tickets

DEFAULT_MINUTES = 8.0
"""Taken for a ticket of which no handling time is known."""
LONGEST_MINUTES = 60.0
"""A ticket that was left open overnight was not worked on all the time."""


@dataclass(frozen=True, slots=True)
class Story:
    """`before`: what the bot had read when it was asked; `answered`: its answer, None when it gave none; `replies`:
    what people wrote afterwards; `names` are to be taken out of all of it before anybody sees it."""

    message: Message
    before: tuple[Utterance, ...]
    known: Known
    answered: str | None
    replies: tuple[Message, ...]
    names: frozenset[str]


def story(tx: Connection, message_id: int) -> Story | None:
    """The wording's story; None when the message is gone."""
    conversation_id = tx.execute(
        select(message_rows.c.conversation_id).where(message_rows.c.id == message_id)
    ).scalar()
    if conversation_id is None:
        return None
    said = messages.transcript(tx, conversation_id)
    message = next(each for each in said if each.id == message_id)
    conversation = conversations.load(tx, conversation_id)
    closed_before = _closed_before(tx, message)
    later = [each for each in said if each.id > message_id]
    answer = messages.reply_to(tx, message)
    return Story(
        message=message,
        before=messages.utterances(m for m in said if m.id < message_id and m.created_at > closed_before),
        known=Known(conversation.region, conversation.plan),
        answered=answer.text if answer is not None and answer.role is Speaker.BOT else None,
        replies=tuple(each for each in later if each.role is Speaker.AGENT),
        names=names_in(tx, said),
    )


def stories(tx: Connection, message_ids: Sequence[int]) -> tuple[Story, ...]:
    """Those that are still there, in order."""
    found = (story(tx, message_id) for message_id in message_ids)
    return tuple(each for each in found if each is not None)


def minutes_spent(found: Sequence[RowMapping], asked_at: str) -> float:
    """What the ticket for a message of that moment cost, of those of its conversation; 0 when there is none.

    From claim to close, at most LONGEST_MINUTES; DEFAULT_MINUTES while either is unknown.
    """
    after = [row for row in found if row["closed_at"] is None or row["closed_at"] >= asked_at]
    if not after:
        return 0.0
    first = min(after, key=lambda row: str(row["created_at"]))
    if first["claimed_at"] is None or first["closed_at"] is None:
        return DEFAULT_MINUTES
    worked = (clock.read(first["closed_at"]) - clock.read(first["claimed_at"])).total_seconds() / 60
    return min(max(worked, 0.0), LONGEST_MINUTES)


def _closed_before(tx: Connection, message: Message) -> str:
    """When the conversation's last ticket before the message was closed; empty without one."""
    query = select(func.max(tickets.c.closed_at)).where(
        tickets.c.conversation_id == message.conversation_id, tickets.c.closed_at < message.created_at
    )
    return tx.execute(query).scalar() or ""
