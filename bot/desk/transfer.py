"""Owns giving a ticket to another team. Refuses teams that routing.yaml does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.conversations import State
from bot.desk import notices, offers, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.offers import Ending
from bot.errors import BadRequest
from bot.events import log
from bot.events.log import EventKind
from bot.events.outbox import Topic
from bot.handoff.ticket import Ticket, TicketStatus, change


def transfer(
    tx: Connection,
    ticket_id: str,
    account: Account,
    team: str,
    teams: Mapping[str, str],
    version: int | None = None,
) -> Ticket:
    """The ticket waits for somebody of `team`, a key of `teams`; what was promised to the customer stays.

    BadRequest for an unknown team, Conflict when the ticket is closed, somebody else's, or not at
    `version` any more.
    """
    if team not in teams:
        raise BadRequest("There is no such team.")
    ticket = tickets.load_free(tx, ticket_id, account, version)
    if ticket.team == team and ticket.assignee is None:
        return ticket
    # The packet has the team too: a later handoff of the same conversation keeps the one in there. No rule chose it.
    packet = replace(ticket.packet, target=replace(ticket.packet.target, team=team, rule=""))
    moved = replace(
        ticket, team=team, packet=packet, status=TicketStatus.WAITING, assignee=None, snoozed_until=None
    )
    stored = tickets.store(tx, moved)
    offers.end(tx, ticket_id, Ending.WITHDRAWN)
    tickets.move(tx, ticket.conversation_id, State.WAITING)
    notices.worked(tx, stored, account.name, Work.TRANSFERRED, team)
    if ticket.assignee is not None:
        log.append(tx, ticket.conversation_id, EventKind.TICKET, change(stored))
    notices.sent(tx, Topic.TICKET_TRANSFERRED, stored, account, text=teams[team])
    return stored
