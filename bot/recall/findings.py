"""Owns the list of answers to recall: told, not true any more, not followed up. Refuses to follow up: follow_up.py."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, func, select

from bot.conversation.conversations import State
from bot.errors import NotFound
from bot.recall.around import moved, narrowed, retitled
from bot.recall.change import Change, Why, change_of, taken_away
from bot.recall.told import Teller, Telling, tellings, versions_told
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VariantPolicy
from bot.storage.knowledge_tables import recalls
from kb_ingest.article import Article, Visibility
from kb_ingest.words import texts, words_of

ID_CHARACTERS = 24
_BETWEEN = "\x00"

Told = tuple[str, str, str]
"""Conversation id, article id, span: what is put right once."""
Earlier = Callable[[str, str], Article | None]
"""The version of an article."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One span that one conversation was told (`telling`: the last time) and that does not hold any more.

    `span` is a digest of its words, so that the same text under another layout is the same span.
    """

    id: str
    span: str
    telling: Telling
    change: Change

    @property
    def may_be_corrected(self) -> bool:
        """Whether a message to the customer is fitting: the chat is not closed, and what is said now is public.

        What an agent released from an internal article is for a person to put right.
        """
        public_now = self.change.now is None or self.change.now.visibility is Visibility.PUBLIC
        return self.telling.state is not State.RESOLVED and self.telling.public and public_now


@dataclass(frozen=True, slots=True)
class Recall:
    """All that one conversation was told and that does not hold any more, the newest first: put right as one."""

    findings: tuple[Finding, ...]

    @property
    def conversation_id(self) -> str:
        """Whose it is."""
        return self.findings[0].telling.conversation_id

    @property
    def answers(self) -> int:
        """How many messages of the chat are wrong."""
        return len({each.telling.message_id for each in self.findings})

    @property
    def may_be_corrected(self) -> bool:
        """Whether one message can put all of it right."""
        return all(each.may_be_corrected for each in self.findings)


def by_chat(findings: Iterable[Finding]) -> tuple[Recall, ...]:
    """The same for each conversation, in the order of its newest finding."""
    chats: dict[str, list[Finding]] = {}
    for each in findings:
        chats.setdefault(each.telling.conversation_id, []).append(each)
    return tuple(Recall(tuple(held)) for held in chats.values())


def answers(chats: Iterable[Recall]) -> int:
    """How many answers there are to put right."""
    return sum(each.answers for each in chats)


def find(
    tx: Connection, live: LiveIndex, variants: VariantPolicy, article_id: str | None = None
) -> tuple[Finding, ...]:
    """Every finding, the newest first; of one article when `article_id` is given.

    Answers from the version in service cost nothing; of the others each different quote is compared once.
    """
    articles = live.current().articles
    stale = [
        (each, version)
        for each, version in versions_told(tx, article_id)
        if each not in articles or articles[each].version != version
    ]
    told = tellings(tx, sorted(stale)) if stale else ()
    done = _done(tx) if told else {}
    earlier = cache(live.article)  # each version is read from its file once
    found = (_finding(telling, live, variants, earlier) for telling in told)
    newest = _newest(finding for finding in found if finding is not None)
    return tuple(finding for finding in newest if finding.telling.message_id > done.get(_told(finding), 0))


def known(tx: Connection, live: LiveIndex, article_id: str) -> None:
    """NotFound when no article of this id is published and nobody was ever told anything from one."""
    if article_id not in live.current().articles and not versions_told(tx, article_id):
        raise NotFound(f"There is no article {article_id}, and nobody was told anything from one: check the id.")


def _finding(telling: Telling, live: LiveIndex, variants: VariantPolicy, earlier: Earlier) -> Finding | None:
    now = live.article(telling.article_id)
    change = change_of(telling.quote, telling.public, now) or _around(telling, now, variants, earlier)
    if change is None:
        return None
    span = _digest(*texts(words_of(telling.quote)))
    key = (telling.conversation_id, telling.article_id, span, str(telling.message_id))
    return Finding(_digest(*key), span, telling, change)


def _around(telling: Telling, now: Article | None, variants: VariantPolicy, earlier: Earlier) -> Change | None:
    """What became of what the quote hung on; None where nobody can tell, as the version is forgotten."""
    then = earlier(telling.article_id, telling.version)
    if now is None or then is None:
        return None
    if narrowed(telling.reader, then, now):
        return taken_away(Why.READERS, telling.quote)
    change = moved(telling.quote, telling.start, then, now) if telling.start is not None else None
    # A reply of a person has no title above it.
    if change is None and telling.teller is Teller.BOT:
        return retitled(telling.quote, telling.reader, variants, then, now)
    return change


def _newest(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for each conversation and span, that of the last telling."""
    last: dict[Told, Finding] = {}
    for finding in findings:
        held = last.get(_told(finding))
        if held is None or held.telling.message_id < finding.telling.message_id:
            last[_told(finding)] = finding
    yield from sorted(last.values(), key=lambda each: (each.telling.told_at, each.id), reverse=True)


def _done(tx: Connection) -> dict[Told, int]:
    """Up to which message each span was followed up."""
    key = (recalls.c.conversation_id, recalls.c.article_id, recalls.c.span)
    query = select(*key, func.max(recalls.c.message_id)).group_by(*key)
    return {(row[0], row[1], row[2]): row[3] for row in tx.execute(query)}


def _told(finding: Finding) -> Told:
    return finding.telling.conversation_id, finding.telling.article_id, finding.span


def _digest(*parts: str) -> str:
    return hashlib.sha256(_BETWEEN.join(parts).encode("utf-8", "replace")).hexdigest()[:ID_CHARACTERS]
