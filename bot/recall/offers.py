"""Owns taking back what nobody has sent yet and what holds no more: suggestions, and answers held back for a ticket.

Refuses to touch what was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from bot.answering.draft import Citation
from bot.assist import record
from bot.desk import notices
from bot.desk import tickets as desk
from bot.desk.notices import Work
from bot.handoff.hand_off import redact_draft
from bot.handoff.packet_builder import acknowledgement
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN, Ticket, from_row
from bot.recall.around import moved
from bot.recall.change import change_of
from bot.retrieval.live_index import LiveIndex
from bot.storage.tables import tickets
from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The conversations in which something was, and how many suggestions and drafts of each article."""

    conversations: frozenset[str]
    suggestions: Counter[str]
    drafts: Counter[str]


def withdraw(tx: Connection, live: LiveIndex, policies: HandoffPolicies) -> TakenBack:
    """Offer no text that its article does not say any more, neither as a suggestion nor as a ticket's draft."""
    wrong = [each for each in record.offered(tx) if _holds_no_more(live, each.proposal)]
    for each in wrong:
        record.take_back(tx, each.id)
    held_back = list(_held_back(tx, live))
    for ticket, gone in held_back:
        _drop_draft(tx, policies, ticket, gone)
    return TakenBack(
        frozenset((*(each.conversation_id for each in wrong), *(each.conversation_id for each, _ in held_back))),
        Counter(each.proposal.article_id for each in wrong),
        Counter(article for _, gone in held_back for article in {each.article_id for each in gone}),
    )


def _held_back(tx: Connection, live: LiveIndex) -> Iterator[tuple[Ticket, list[Citation]]]:
    """Open tickets whose draft quotes what holds no more, and what that is."""
    for row in tx.execute(select(tickets).where(tickets.c.status.in_(OPEN))).mappings().all():
        ticket = from_row(row)
        gone = [each for each in ticket.packet.draft_from if _holds_no_more(live, each)]
        if gone:
            yield ticket, gone


def _drop_draft(tx: Connection, policies: HandoffPolicies, ticket: Ticket, gone: list[Citation]) -> None:
    """A draft that quotes nothing in its place. Who reads the ticket is told, here and in the help desk outside."""
    packet, titles = ticket.packet, ", ".join(dict.fromkeys(each.title for each in gone))
    plain = acknowledgement(packet.goal if packet.heard else None, packet.language, policies)
    step = policies.notes.draft_withdrawn.format(article=titles)
    packet = replace(packet.without_draft(plain), next_steps=(step, *packet.next_steps))
    stored = desk.store(tx, replace(ticket, packet=packet))
    redact_draft(tx, stored)
    notices.worked(tx, stored, None, Work.DRAFT_WITHDRAWN, titles)
    notices.noted(tx, stored, f"draft:{stored.version}", step)


def _holds_no_more(live: LiveIndex, quoted: record.Proposal | Citation) -> bool:
    article = live.article(quoted.article_id)
    if article is not None and article.version == quoted.version:
        return False
    if change_of(quoted.quote, quoted.visibility is Visibility.PUBLIC, article) is not None:
        return True
    then = live.article(quoted.article_id, quoted.version)
    return article is not None and then is not None and moved(quoted.quote, quoted.start, then, article) is not None
