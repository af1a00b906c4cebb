"""Owns what comes of a report of the help desk outside: said, closed or opened again here, or told back why not.

Refuses to read one: see outside_reply.py.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.complaints import closing
from bot.desk import notices, outside, tickets
from bot.desk.notices import Work
from bot.errors import NotFound
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN
from bot.integrations.outside_reply import OutsideReopened, OutsideReply, OutsideSolved
from bot.retrieval.live_index import LiveIndex
from bot.storage.clean_text import blank, storable


def carry_out(
    tx: Connection, policies: HandoffPolicies, live: LiveIndex, told: OutsideReply | OutsideSolved | OutsideReopened
) -> str | None:
    """The conversation it was about; None for a ticket that is not ours, not here any more, or not touched by it."""
    try:
        ticket = tickets.load(tx, told.ticket_id)
    except NotFound:
        return None
    if isinstance(told, OutsideReply):
        return _said(tx, live, told)
    if isinstance(told, OutsideReopened):
        return ticket.conversation_id if outside.reopen(tx, policies, ticket.id, told.author) else None
    forbidden = closing.against(tx, ticket.id) if ticket.status in OPEN else ""
    if forbidden:
        outside.keep_open(tx, ticket.id, told.author, forbidden)
    else:
        outside.resolve(tx, ticket.id, told.author)
    return ticket.conversation_id


def _said(tx: Connection, live: LiveIndex, told: OutsideReply) -> str:
    """Nobody there can be asked whether the customer may read what is internal in it: the ticket's history tells."""
    conversation_id, author = tickets.load(tx, told.ticket_id).conversation_id, storable(told.author)
    if not blank(told.text):
        said = outside.reply(tx, told.ticket_id, author, told.text, storable(told.key))
        conversation_id = said.message.conversation_id
        for words in live.internal_words(told.text) if said.created else ():
            notices.worked(tx, tickets.load(tx, told.ticket_id), author, Work.RELEASED_INTERNAL, words.title)
    if told.files:
        outside.not_delivered(tx, told.ticket_id, storable(told.key), told.files)
    return conversation_id
