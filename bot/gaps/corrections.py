"""Owns telling which answers of the bot a person set right: what they wrote afterwards cannot be true beside it.

Refuses to say who of the two is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.conversation import messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.gaps.contradiction import contradiction
from bot.storage.record import decode
from bot.storage.tables import tickets
from bot.turn_note import TurnNote

MOST = 500
"""Newest tickets whose conversations are read."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The question that the bot answered, by its number, and what people wrote afterwards."""

    number: int
    answer: str
    replies: tuple[Message, ...]


def answered(tx: Connection, since: str) -> tuple[Answered, ...]:
    """All of them, in conversations with a ticket after `since`."""
    query = select(tickets.c.conversation_id).where(tickets.c.created_at >= since)
    talks = defaultdict[str, list[Message]](list)
    newest = tx.execute(query.order_by(tickets.c.created_at.desc()).limit(MOST)).scalars().all()
    for message in messages.transcript(tx, *newest):
        talks[message.conversation_id].append(message)
    return tuple(each for said in talks.values() for each in _answered(said))


def corrected(found: Iterable[Answered]) -> frozenset[int]:
    """Numbers of those that people set right. Takes its time: not within a transaction."""
    return frozenset(each.number for each in found if correcting(each.answer, each.replies))


def _answered(said: Sequence[Message]) -> Iterator[Answered]:
    replies = [each for each in said if each.role is Speaker.AGENT]
    for answer in said if replies else ():
        asked = messages.answered_by(answer.client_id) if answer.client_id and _is_answer(answer) else None
        if asked is not None:
            yield Answered(asked, answer.text, tuple(each for each in replies if each.id > answer.id))


def correcting(answer: str | None, replies: Iterable[Message]) -> list[Message]:
    """Those of the replies that contradict the answer."""
    return [each for each in replies if contradiction(each.text, answer)] if answer else []


def _is_answer(message: Message) -> bool:
    note = decode(TurnNote, message.turn) if message.role is Speaker.BOT and message.turn else None
    return note is not None and note.decision is Verdict.ANSWER and bool(note.citations)
