"""Owns that no ticket is closed over a promise: kept, or given up with a reason. Refuses to close one: desk does."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.desk import tickets
from bot.desk.accounts import Account
from bot.errors import BadRequest, OpenPromises
from bot.handoff.ticket import OPEN
from bot.promises import ledger
from bot.promises.promise import Promise
from bot.storage.clean_text import blank, storable

LONGEST_REASON = 500


def give_up(tx: Connection, ticket_id: str, account: Account, reason: str) -> tuple[Promise, ...]:
    """Call it in the transaction that closes the ticket: gives up what waits, for `reason`.

    OpenPromises without a reason, BadRequest for one that is too long.
    """
    ticket = tickets.load(tx, ticket_id)
    waiting = [promise for promise in ledger.of_ticket(tx, ticket_id) if promise.waits]
    if not waiting or ticket.status not in OPEN:
        return ()
    given = storable(reason).strip()
    if len(given) > LONGEST_REASON:
        raise BadRequest(f"A reason has at most {LONGEST_REASON} characters.")
    if blank(given):
        listed = " ".join(f"“{promise.sentence}”" for promise in waiting)
        raise OpenPromises(f"Still promised: {listed} Keep it first, or say why it is given up.")
    return ledger.release(tx, ticket, account, given)
