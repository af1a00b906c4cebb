"""Owns replying with a suggestion: release of internal text, reply, record. Refuses to draft one."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.assist import record
from bot.desk import tickets
from bot.desk.accounts import Account
from bot.desk.tickets import Replied
from bot.errors import Conflict, NotFound
from kb_ingest.article import Visibility


def reply_with(
    tx: Connection,
    ticket_id: str,
    account: Account,
    text: str,
    suggestion_id: str,
    *,
    release_internal: bool = False,
    version: int | None = None,
    client_id: str | None = None,
) -> Replied:
    """Send `text`, which was made from a suggestion, and record how much of it the person kept.

    Conflict when the suggestion comes from an internal article and `release_internal` is not given, or was
    used before; NotFound when it belongs to another conversation; else as desk.tickets.reply.
    """
    ticket = tickets.load(tx, ticket_id)
    suggestion = record.load(tx, suggestion_id)
    if suggestion.conversation_id != ticket.conversation_id:
        raise NotFound("There is no such suggestion for this ticket.")
    if suggestion.proposal.visibility is not Visibility.PUBLIC and not release_internal:
        raise Conflict("This suggestion is from an internal article; confirm that the customer may read it.")
    replied = tickets.reply(tx, ticket_id, account, text, version, client_id)
    if replied.created:
        record.sent(tx, suggestion_id, account.id, replied.message.text)
    return replied
