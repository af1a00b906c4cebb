"""Owns which questions of customers were not answered well: handed over for want of an answer, answered otherwise by a
person, disliked, left without a useful suggestion, or searched in vain in the help centre.

Refuses messages that no article could have answered: sensitive ones, those that ask for a person, and unclear ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Select, func, select

from bot.assist.record import SuggestionState
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.feedback.record import FeedbackKind
from bot.gaps import searches
from bot.storage.tables import feedback, messages, suggestions, tickets

UNANSWERED = (
    Reason.NOTHING_CLOSE, Reason.FACT_MISSING, Reason.CANDIDATES_TIE, Reason.REPEATED_FAILURE, Reason.VARIANT_UNKNOWN,
    Reason.LANGUAGE_NOT_COVERED,
)  # fmt: skip
"""Handoffs that an article could have spared."""
MOST = 2000
"""Newest messages that are looked at: grouping takes the square of their number."""


class Source(StrEnum):
    """How it came out that the message was not answered well."""

    CORRECTED = "corrected"
    HANDED_OVER = "handed_over"
    DISLIKED = "disliked"
    REJECTED = "rejected"
    SEARCHED = "searched"


@dataclass(frozen=True, slots=True)
class Wording:
    """One message as stored (secrets masked, names still in it), or search: for grouping and replaying, never for
    showing. `number` is the message's; below zero the search's (`searches.py`)."""

    number: int
    text: str
    source: Source


def unanswered(tx: Connection, since: str, corrected: Collection[int] = ()) -> tuple[Wording, ...]:
    """The newest MOST of them after `since` (UTC, ISO 8601), oldest first, each once; `corrected` are those that people
    set right (`corrections.py`)."""
    sources = dict.fromkeys(corrected, Source.CORRECTED)
    for source, query in _QUERIES.items():
        for message_id in tx.execute(query(since)).scalars():
            sources.setdefault(message_id, source)
    sources |= {search.number: Source.SEARCHED for search in searches.since(tx, since)}
    newest = sorted(sources)[-MOST:]
    return tuple(Wording(each, text, sources[each]) for each, text in texts_of(tx, newest).items())


def texts_of(tx: Connection, numbers: list[int]) -> Mapping[int, str]:
    """The wordings' texts by number; those that are gone are left out."""
    found = {number: search.text for number, search in searches.of(tx, numbers).items()}
    query = select(messages.c.id, messages.c.text).where(messages.c.id.in_(numbers))
    return found | {row.id: row.text for row in tx.execute(query.order_by(messages.c.id))}


def _handed_over(since: str) -> Select[int]:
    """The last thing the customer had said when the ticket was opened."""
    return (
        select(func.max(messages.c.id))
        .join(tickets, tickets.c.conversation_id == messages.c.conversation_id)
        .where(tickets.c.reason.in_(UNANSWERED), tickets.c.created_at >= since)
        .where(messages.c.role == Speaker.CUSTOMER, messages.c.created_at <= tickets.c.created_at)
        .group_by(tickets.c.id)
    )


def _disliked(since: str) -> Select[int]:
    """The question before the answer that got a thumb down."""
    return (
        select(func.max(messages.c.id))
        .join(feedback, feedback.c.conversation_id == messages.c.conversation_id)
        .where(feedback.c.kind == FeedbackKind.THUMBS, feedback.c.score < 0, feedback.c.created_at >= since)
        .where(messages.c.role == Speaker.CUSTOMER, messages.c.id < feedback.c.message_id)
        .group_by(feedback.c.id)
    )


def _rejected(since: str) -> Select[int]:
    """The message whose suggestions a person did not want, on a ticket that wanted an answer."""
    return (
        select(suggestions.c.message_id)
        .join(tickets, tickets.c.id == suggestions.c.ticket_id)
        .where(suggestions.c.state == SuggestionState.REJECTED, suggestions.c.decided_at >= since)
        .where(tickets.c.reason.in_(UNANSWERED))
    )


_QUERIES = {Source.HANDED_OVER: _handed_over, Source.DISLIKED: _disliked, Source.REJECTED: _rejected}
