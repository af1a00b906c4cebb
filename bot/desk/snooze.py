"""Owns putting a ticket off until a time. Refuses to stop its clocks: what was promised stays promised."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, update

from bot.desk import notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest
from bot.handoff.ticket import OPEN, Ticket, from_row
from bot.storage import clock
from bot.storage.tables import tickets as rows

LONGEST_DAYS = 90
_SECONDS_PER_DAY = 86_400


def snooze(tx: Connection, ticket_id: str, account: Account, until: str, version: int | None = None) -> Ticket:
    """Leave the queue until `until` (UTC as the clock writes it) or until the customer writes.

    BadRequest for a time that is over or more than 90 days ahead, Conflict when the ticket is closed, somebody
    else's, or not at `version` any more.
    """
    now = clock.now()
    if not now < until <= clock.after(now, LONGEST_DAYS * _SECONDS_PER_DAY):
        raise BadRequest(f"Choose a time that is ahead, within {LONGEST_DAYS} days.")
    ticket = tickets.load_free(tx, ticket_id, account, version)
    stored = tickets.store(tx, replace(ticket, snoozed_until=until))
    notices.worked(tx, stored, account.name, Work.SNOOZED, until)
    return stored


def wake(tx: Connection, ticket_id: str, account: Account, version: int | None = None) -> Ticket:
    """Put the ticket back into the queue now; one that is there stays. Conflict as for `snooze`."""
    ticket = tickets.load_free(tx, ticket_id, account, version)
    if ticket.snoozed_until is None:
        return ticket
    stored = tickets.store(tx, replace(ticket, snoozed_until=None))
    notices.worked(tx, stored, account.name, Work.WOKEN)
    return stored


def customer_wrote(tx: Connection, conversation_id: str) -> None:
    """Put the conversation's ticket back into the queue, if it has one that is put off.

    Never a Conflict: a customer's message is not refused because an agent changes the ticket at the same time.
    """
    put_off = rows.c.conversation_id == conversation_id, rows.c.snoozed_until.is_not(None), rows.c.status.in_(OPEN)
    changed = update(rows).where(*put_off).values(snoozed_until=None, version=rows.c.version + 1).returning(rows)
    row = tx.execute(changed).mappings().first()
    if row is not None:
        notices.worked(tx, from_row(row), None, Work.WOKEN)
