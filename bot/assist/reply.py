"""Owns replying with a suggestion: release of internal text, reply, record. Refuses to draft one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from sqlalchemy import Connection

from bot.assist import record
from bot.assist.record import Handling, Suggestion
from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker
from bot.desk import notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.tickets import Replied
from bot.errors import Conflict, MovedOn, NotFound
from bot.handoff.ticket import Ticket
from kb_ingest.article import Visibility

LONGEST_QUOTE = 200


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
    also_from: Sequence[str] = (),
    confirmed: bool | None = None,
    handling: Handling | None = None,
) -> Replied:
    """Send `text`, which was made from a suggestion, and record how much of it the person kept.

    `also_from` are further suggestions whose text stands in it. Every internal article that is released so is in the
    ticket's history. Conflict when one is internal and `release_internal` is not given, or the suggestion was used
    before; MovedOn when the customer wrote since and the sender wants to be asked (`confirmed` False); NotFound when
    one belongs to another conversation; else as desk.tickets.reply.
    """
    ticket = tickets.load(tx, ticket_id)
    used = [_of_ticket(tx, ticket, each) for each in (suggestion_id, *also_from)]
    internal = {each.proposal.title: None for each in used if each.proposal.visibility is not Visibility.PUBLIC}
    if internal and not release_internal:
        raise Conflict("This suggestion is from an internal article; confirm that the customer may read it.")
    replied = tickets.reply(tx, ticket_id, account, text, version, client_id)
    if replied.created:
        if confirmed is False:
            _check_newest(tx, used[0])
        record.sent(tx, suggestion_id, account.id, replied.message.text, handling)
        for title in internal:
            notices.worked(tx, replied.ticket, account.name, Work.RELEASED_INTERNAL, title)
    return replied


def _check_newest(tx: Connection, suggestion: Suggestion) -> None:
    newest = messages.last_of(tx, (Speaker.CUSTOMER,), *joins.parts(tx, suggestion.conversation_id))
    if newest is not None and newest.id > suggestion.message_id:
        said = shorten(newest.text, LONGEST_QUOTE, placeholder=" …")
        raise MovedOn(f"The customer wrote since this was suggested: “{said}” Nothing was sent; confirm to send it.")


def published_texts(tx: Connection, ticket: Ticket, suggestion_id: str | None) -> tuple[str, ...]:
    """What a reply on the ticket may repeat from public articles: the answer held back for it, and the suggestion.

    NotFound as for `reply_with`.
    """
    held_back = ticket.packet.draft_reply or ""
    if suggestion_id is None:
        return (held_back,)
    proposal = _of_ticket(tx, ticket, suggestion_id).proposal
    return (held_back, proposal.text) if proposal.visibility is Visibility.PUBLIC else (held_back,)


def _of_ticket(tx: Connection, ticket: Ticket, suggestion_id: str) -> Suggestion:
    suggestion = record.load(tx, suggestion_id)
    if suggestion.conversation_id != ticket.conversation_id:
        raise NotFound("There is no such suggestion for this ticket.")
    return suggestion
