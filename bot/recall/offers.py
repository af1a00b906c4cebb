"""Owns taking back suggestions that nobody has sent yet and that hold no more. Refuses to touch what was sent."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.assist import record
from bot.assist.record import Proposal
from bot.recall.change import change_of
from bot.retrieval.live_index import LiveIndex
from kb_ingest.article import Visibility


def withdraw(tx: Connection, live: LiveIndex) -> frozenset[str]:
    """Offer no text that its article does not say any more; the conversations in which it was offered."""
    wrong = [each for each in record.offered(tx) if _holds_no_more(each.proposal, live)]
    for each in wrong:
        record.take_back(tx, each.id)
    return frozenset(each.conversation_id for each in wrong)


def _holds_no_more(proposal: Proposal, live: LiveIndex) -> bool:
    article = live.article(proposal.article_id)
    if article is not None and article.version == proposal.version:
        return False
    return change_of(proposal.quote, proposal.visibility is Visibility.PUBLIC, article) is not None
