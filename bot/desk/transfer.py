"""Owns giving a ticket to another team, to a colleague, or back to the queue. Refuses teams that routing.yaml does not
name, and people who work no tickets."""

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
    stored = _to_queue(tx, replace(ticket, team=team, packet=packet), account, Work.TRANSFERRED, team)
    notices.sent(tx, Topic.TICKET_TRANSFERRED, stored, account, text=teams[team])
    return stored


def unassign(tx: Connection, ticket_id: str, account: Account, version: int | None = None) -> Ticket:
    """The ticket waits for somebody of its team again; one that nobody has stays as it is.

    Conflict when it is closed, somebody else's, or not at `version` any more.
    """
    ticket = tickets.load_free(tx, ticket_id, account, version)
    if ticket.assignee is None:
        return ticket
    stored = _to_queue(tx, ticket, account, Work.UNASSIGNED)
    offers.give_back(tx, ticket_id, account.id)
    notices.sent(tx, Topic.TICKET_UNASSIGNED, stored, account)
    return stored


def assign(tx: Connection, ticket_id: str, account: Account, to: Account, version: int | None = None) -> Ticket:
    """Give the ticket to `to`, who has it then as if they had claimed it. BadRequest for somebody who works no tickets.

    Conflict when it is closed or not at `version` any more.
    """
    if to.disabled or not to.viewer.may_work_tickets:
        raise BadRequest(f"{to.name} does not work on tickets.")
    before = tickets.load(tx, ticket_id)
    tickets.check_version(before, version)
    taken = tickets.claim(tx, ticket_id, to, take_over=True)
    if taken.version != before.version and to.id != account.id:
        notices.worked(tx, taken, account.name, Work.ASSIGNED, to.name)
    return taken


def _to_queue(tx: Connection, ticket: Ticket, account: Account, work: Work, detail: str = "") -> Ticket:
    """Waiting for somebody; a customer who had a person learns that they wait again."""
    stored = tickets.store(tx, replace(ticket, status=TicketStatus.WAITING, assignee=None, snoozed_until=None))
    offers.end(tx, ticket.id, Ending.WITHDRAWN)
    tickets.move(tx, ticket.conversation_id, State.WAITING)
    notices.worked(tx, stored, account.name, work, detail)
    if ticket.assignee is not None:
        log.append(tx, ticket.conversation_id, EventKind.TICKET, change(stored))
    return stored
