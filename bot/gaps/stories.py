"""Owns what became of one wording: what was said before it, what the bot and the person said to it; what it cost.

Refuses to keep any of it: it is read from the conversation each time, so that what is erased there is gone here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from bot.conversation import messages
from bot.conversation.messages import Message
from bot.conversation.personal import names_of
from bot.conversation.utterance import Speaker, Utterance
from bot.gaps import searches
from bot.gaps.searches import Search
from bot.retrieval.question import Known
from bot.storage import clock
from bot.storage.tables import conversations, customers, tickets
from bot.storage.tables import messages as message_rows

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


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation as it stands: all that was said, whose it is, when its tickets were closed."""

    said: tuple[Message, ...]
    known: Known
    names: frozenset[str]
    closed: tuple[str, ...]


def stories(tx: Connection, numbers: Sequence[int]) -> tuple[Story, ...]:
    """What became of these wordings, in order; those that are gone are left out. Asks five times, however many."""
    query = select(message_rows.c.id, message_rows.c.conversation_id).where(message_rows.c.id.in_(numbers))
    stands_in = dict(tx.execute(query).tuples().all())
    talks = _talks(tx, sorted(set(stands_in.values())))
    told = {each: _story(talks[talk], each) for each, talk in stands_in.items()}
    told |= {number: _of_search(search) for number, search in searches.of(tx, numbers).items()}
    return tuple(told[each] for each in numbers if each in told)


def _of_search(search: Search) -> Story:
    """Nothing was said before it, and nobody replied."""
    asked = Message(search.number, "", None, Speaker.CUSTOMER, None, search.text, None, search.created_at)
    return Story(asked, (), Known(), None, (), frozenset())


def _story(talk: _Talk, message_id: int) -> Story:
    message = next(each for each in talk.said if each.id == message_id)
    closed_before = max((at for at in talk.closed if at < message.created_at), default="")
    key = messages.reply_key(message)
    answer = next((each for each in talk.said if each.client_id == key and each.role is Speaker.BOT), None)
    before = (each for each in talk.said if each.id < message_id and each.created_at > closed_before)
    return Story(
        message=message,
        before=messages.utterances(before),
        known=talk.known,
        answered=answer.text if answer is not None else None,
        replies=tuple(each for each in talk.said if each.id > message_id and each.role is Speaker.AGENT),
        names=talk.names,
    )


def _talks(tx: Connection, conversation_ids: Sequence[str]) -> Mapping[str, _Talk]:
    said, closed = defaultdict[str, list[Message]](list), defaultdict[str, list[str]](list)
    for message in messages.transcript(tx, *conversation_ids):
        said[message.conversation_id].append(message)
    ended = select(tickets.c.conversation_id, tickets.c.closed_at).where(
        tickets.c.conversation_id.in_(conversation_ids), tickets.c.closed_at.is_not(None)
    )
    for conversation_id, closed_at in tx.execute(ended).tuples():
        closed[conversation_id].append(closed_at)
    query = (
        select(conversations.c.id, conversations.c.region, conversations.c.plan, customers.c.name)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .where(conversations.c.id.in_(conversation_ids))
    )
    return {
        row.id: _Talk(
            tuple(said[row.id]), Known(row.region, row.plan), names_of(said[row.id], row.name or ""),
            tuple(closed[row.id]),
        )
        for row in tx.execute(query)
    }  # fmt: skip


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
