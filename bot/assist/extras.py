"""Owns which suggestions come with their article's helpful addition. Refuses it by the rules of `specific_extra`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.assist import record
from bot.assist.record import Proposal, Suggestion
from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.ticket import Ticket
from bot.respond import Responder
from bot.retrieval.standalone import ENGLISH
from bot.specific_extra import calm


def offered(tx: Connection, parts: Responder, ticket: Ticket) -> tuple[tuple[Suggestion, str | None], ...]:
    """What is offered beside the ticket now, best first, each with its addition."""
    current = record.current(tx, ticket.conversation_id)
    said = messages.utterances(joins.transcript(tx, ticket.conversation_id))
    added = extras(parts, [each.proposal for each in current], said, ticket.category)
    return tuple(zip(current, added, strict=True))


def extras(
    parts: Responder, proposals: Sequence[Proposal], said: Sequence[Utterance], category: str | None = None
) -> tuple[str | None, ...]:
    """The addition of each proposal's article as it is published now; none on a ticket of a sensitive `category`."""
    found = tuple(_extra(parts, proposal, said) for proposal in proposals)
    fits = any(found) and category is None and _fits(parts, said)
    return found if fits else (None,) * len(found)


def _extra(parts: Responder, proposal: Proposal, said: Sequence[Utterance]) -> str | None:
    article = parts.live.article(proposal.article_id)
    extra = article.specific_extra if article is not None and article.version == proposal.version else None
    told = any(proposal.article_id in each.article_ids or (extra or "") in each.text for each in said)
    return None if told else extra


def _fits(parts: Responder, said: Sequence[Utterance]) -> bool:
    """What the customer said last is no complaint and no sensitive topic, and sounds calm."""
    last = next(place for place in reversed(range(len(said))) if said[place].speaker is Speaker.CUSTOMER)
    text = said[last].text
    return calm(said, parts.language_of(text, ENGLISH)) and parts.screen.screen(text, said[:last]).category is None
