"""Owns reading which customers were told what, from answers of the bot and suggestions that agents sent.

Refuses to say whether it still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, select

from bot.answering.draft import Citation
from bot.assist import record
from bot.assist.record import SuggestionState
from bot.conversation.conversations import State
from bot.retrieval.question import Known
from bot.storage.knowledge_tables import told
from bot.storage.record import decode
from bot.storage.tables import conversations, customers, messages, suggestions
from bot.turn_note import Extra
from kb_ingest.article import Visibility

_READER = tuple(
    func.coalesce(customers.c[name], conversations.c[name]).label(f"reader_{name}") for name in ("region", "plan")
)
SENT = (SuggestionState.ACCEPTED, SuggestionState.EDITED)

ArticleVersion = tuple[str, str]
"""Article id and version."""


class Teller(StrEnum):
    """Who told the customer."""

    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Telling:
    """`quote` of an article's `version` reached the customer of a conversation that is in `state` now.

    `message_id` is the bot's message, or the customer's that an agent answered. `start`: where in the version it
    stands, None of an addition. `reader`: what is known of the customer now.
    """

    conversation_id: str
    state: State
    message_id: int
    told_at: str
    teller: Teller
    article_id: str
    title: str
    version: str
    public: bool
    quote: str
    start: int | None
    reader: Known


@dataclass(frozen=True, slots=True)
class _Cites:
    citations: tuple[Citation, ...] = ()
    extra: Extra | None = None


def versions_told(tx: Connection, article_id: str | None = None) -> frozenset[ArticleVersion]:
    """Every article version that anybody was told something of; of one article when `article_id` is given."""
    by_bot = select(told.c.article_id, told.c.version).distinct()
    by_agent = (
        select(suggestions.c.article_id, suggestions.c.version).where(suggestions.c.state.in_(SENT)).distinct()
    )
    if article_id is not None:
        by_bot = by_bot.where(told.c.article_id == article_id)
        by_agent = by_agent.where(suggestions.c.article_id == article_id)
    return frozenset((row[0], row[1]) for query in (by_bot, by_agent) for row in tx.execute(query))


def tellings(tx: Connection, versions: Iterable[ArticleVersion]) -> tuple[Telling, ...]:
    """What was told of these versions."""
    return tuple(each for version in versions for each in (*_by_bot(tx, version), *_by_agent(tx, version)))


def _by_bot(tx: Connection, version: ArticleVersion) -> Iterator[Telling]:
    query = (
        select(
            messages.c.id, messages.c.conversation_id, messages.c.turn, messages.c.created_at, conversations.c.state,
            *_READER,
        )
        .join(told, told.c.message_id == messages.c.id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .where(told.c.article_id == version[0], told.c.version == version[1])
    )
    for row in tx.execute(query).mappings():
        note = decode(_Cites, row["turn"])
        cited = [each for each in note.citations if (each.article_id, each.version) == version]
        quotes: list[tuple[Citation, str, int | None]] = [(each, each.quote, each.start) for each in cited]
        if note.extra is not None:
            quotes += [(each, note.extra.text, None) for each in cited[:1]]
        for citation, quote, start in quotes:
            yield Telling(
                row["conversation_id"], State(row["state"]), row["id"], row["created_at"], Teller.BOT,
                citation.article_id, citation.title, citation.version,
                citation.visibility is Visibility.PUBLIC, quote, start, _reader(row),
            )  # fmt: skip


def _by_agent(tx: Connection, version: ArticleVersion) -> Iterator[Telling]:
    query = (
        select(suggestions, conversations.c.state.label("conversation_state"), *_READER)
        .join(conversations, conversations.c.id == suggestions.c.conversation_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .where(
            suggestions.c.article_id == version[0],
            suggestions.c.version == version[1],
            suggestions.c.state.in_(SENT),
            conversations.c.erased_at.is_(None),
        )
    )
    for row in tx.execute(query).mappings():
        for quote, start in record.kept(row["state"], row["quote"], row["final_text"] or ""):
            yield Telling(
                row["conversation_id"], State(row["conversation_state"]), row["message_id"], row["decided_at"],
                Teller.AGENT, row["article_id"], row["title"], row["version"],
                row["visibility"] == Visibility.PUBLIC, quote, row["start"] + start, _reader(row),
            )  # fmt: skip


def _reader(row: RowMapping) -> Known:
    return Known(row["reader_region"], row["reader_plan"])
