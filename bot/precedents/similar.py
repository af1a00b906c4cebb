"""Owns which resolved tickets are like one, and what helped there: the last reply, the closing note, the source used.

Refuses names, addresses and numbers of the other customer, tickets whose customer was not content, and topics that the
policy keeps to those who work on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from textwrap import shorten

from sqlalchemy import Connection, select

from bot.assist.record import SuggestionState
from bot.assist.time_saved import kept
from bot.conversation import joins, personal
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.desk import history, tickets
from bot.desk.history import Deed
from bot.feedback import survey
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.precedents import vectors
from bot.retrieval.encoding import Vectors
from bot.storage.tables import suggestions
from kb_ingest.article import Visibility

MOST = 3
LEAST = 0.6
"""Cosine of two goals; of 1,027 questions of the sample base six in ten have another one as near as this, and three in
four of those are answered by the same article."""
LOOKED_AT = 20
"""Near tickets that are read to find MOST of which is known what helped."""
LONGEST = 400
STAYED = 0.5
"""Share of a suggestion that stands in what was sent, for its article to be what helped."""


@dataclass(frozen=True, slots=True)
class Source:
    """The article whose suggestion was sent, at the passage it was taken from."""

    article_id: str
    title: str
    version: str
    start: int
    end: int
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Similar:
    """A resolved ticket and what helped, without personal data; empty texts and None where there was none of it."""

    ticket_id: str
    goal: str
    closed_at: str
    reply: str
    note: str
    source: Source | None


def similar(
    tx: Connection, policies: HandoffPolicies, encoder: str, vector: Vectors, beside: Ticket | None = None
) -> tuple[Similar, ...]:
    """At most MOST resolved tickets with a goal like the one of this `vector` (d,), the most alike first; none of the
    conversation of the ticket that they are shown `beside`."""
    near = islice(vectors.nearest(tx, encoder, vector, LEAST), LOOKED_AT)
    found = (_helped(tx, policies, each, beside) for each in near)
    return tuple(islice((each for each in found if each is not None), MOST))


def _helped(tx: Connection, policies: HandoffPolicies, ticket_id: str, beside: Ticket | None) -> Similar | None:
    ticket = tickets.load(tx, ticket_id)
    own = beside is not None and beside.conversation_id == ticket.conversation_id
    if own or ticket.category in policies.notes.no_precedents:
        return None
    rated = survey.of_ticket(tx, ticket.id)
    if rated is not None and survey.is_bad(policies, rated):
        return None
    said = joins.transcript(tx, ticket.conversation_id)
    names = personal.names_in(tx, said) if said else frozenset()
    notes = [each.detail for each in history.of_ticket(tx, ticket) if each.deed is Deed.RESOLVED]
    reply, note = (_anonymous(texts[-1], names) if texts else "" for texts in (_replies(ticket, said), notes))
    source = _source(tx, ticket)
    if not (reply or note or source):
        return None
    return Similar(ticket.id, _anonymous(ticket.goal, names), ticket.closed_at or "", reply, note, source)


def _replies(ticket: Ticket, said: Sequence[Message]) -> list[str]:
    """What people wrote while it was open."""
    began, ended = ticket.created_at, ticket.closed_at or ""
    written = (m for m in said if m.role is Speaker.AGENT and m.attachment is None)
    return [m.text for m in written if began <= m.created_at <= ended]


def _anonymous(text: str, names: frozenset[str]) -> str:
    return shorten(personal.without_personal(text, names), LONGEST, placeholder=" …")


def _source(tx: Connection, ticket: Ticket) -> Source | None:
    """Of the suggestion that was sent last on the ticket, and not rewritten."""
    used = suggestions.c.state.in_((SuggestionState.ACCEPTED, SuggestionState.EDITED))
    query = select(suggestions).where(suggestions.c.ticket_id == ticket.id, used)
    for row in tx.execute(query.order_by(suggestions.c.decided_at.desc())).all():
        if kept(row.text, row.final_text, row.edit_distance) >= len(row.text) * STAYED:
            return Source(row.article_id, row.title, row.version, row.start, row.end, Visibility(row.visibility))
    return None
