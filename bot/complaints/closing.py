"""Owns that no ticket is closed over its customer's head: no complaint that goes on, no promise that waits.

Refuses to close one: desk does.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.complaints import ledger
from bot.desk.accounts import Account
from bot.errors import Conflict
from bot.handoff.policies import HandoffPolicies
from bot.promises import closing


def before_closing(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, reason: str
) -> None:
    """Call it in the transaction that closes the ticket; what was promised is given up for `reason`, and
    the customer told.

    Conflict for a complaint that goes on, OpenPromises without a reason, BadRequest for one that is too long.
    """
    complaint = ledger.goes_on(tx, ticket_id)
    if complaint:
        raise Conflict(complaint)
    closing.give_up(tx, policies, ticket_id, account, reason)


def against(tx: Connection, ticket_id: str) -> str:
    """The same said, for who cannot be asked: what forbids to close the ticket, empty for nothing."""
    return " ".join(filter(None, (ledger.goes_on(tx, ticket_id), closing.waiting(tx, ticket_id))))
