"""Owns what the recall page shows: each article once, with what changed in it and the chats in which it was told.

Refuses to change anything: the page calls /v1 for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.api.message_shapes import MessageBody, message_body
from bot.api.recalls import MOST
from bot.conversation import conversations, joins
from bot.conversation.conversations import Conversation
from bot.errors import NotFound
from bot.recall.change import Change
from bot.recall.findings import Recall, answers, by_chat, find
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VariantPolicy


@dataclass(frozen=True, slots=True)
class Changed:
    """One article, what of it was told and changed, and the chats, each with all that is wrong in it."""

    title: str
    article_id: str
    changes: tuple[Change, ...]
    chats: tuple[Recall, ...]

    @property
    def ids(self) -> str:
        """For one click on all of them."""
        return ids(self.chats)


@dataclass(frozen=True, slots=True)
class RecallView:
    """The newest chats by article, the one most were told of first; `shown` and `waiting` count answers."""

    articles: tuple[Changed, ...]
    chats: tuple[Recall, ...]
    shown: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ChatView:
    """What was said in one chat."""

    conversation: Conversation
    said: tuple[MessageBody, ...]


def look(tx: Connection, live: LiveIndex, variants: VariantPolicy) -> RecallView:
    """What there is to put right now."""
    chats = by_chat(find(tx, live, variants))
    shown = tuple(_first(chats))
    names = {each.telling.article_id: each.telling.title for chat in shown for each in chat.findings}
    articles = sorted((_changed(*name, shown) for name in names.items()), key=lambda each: -len(each.chats))
    return RecallView(tuple(articles), shown, answers(shown), answers(chats))


def listen(tx: Connection, conversation_id: str) -> ChatView:
    """What was said; NotFound, of an erased customer, too."""
    conversation = conversations.load(tx, conversation_id)
    if conversation.erased_at is not None:
        raise NotFound("What was said in this chat was erased.")
    said = joins.transcript(tx, conversation.id)
    return ChatView(conversation, tuple(message_body(message) for message in said))


def ids(chats: Iterable[Recall]) -> str:
    """Of everything that is wrong in these chats."""
    return " ".join(finding.id for chat in chats for finding in chat.findings)


def _first(chats: Sequence[Recall]) -> Iterator[Recall]:
    """As many whole chats as one click may put right."""
    left = MOST
    for chat in chats:
        left -= len(chat.findings)
        if left < 0:
            return
        yield chat


def _changed(article_id: str, title: str, chats: Sequence[Recall]) -> Changed:
    mine = [chat for chat in chats if any(each.telling.article_id == article_id for each in chat.findings)]
    found = (each for chat in mine for each in chat.findings if each.telling.article_id == article_id)
    changes = {(each.span, each.change.why): each.change for each in found}
    return Changed(title, article_id, tuple(changes.values()), tuple(mine))
