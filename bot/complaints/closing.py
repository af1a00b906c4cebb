"""Owns that no ticket is closed over its customer's head: no complaint that goes on, no promise that waits.

Refuses to close one: desk does.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.complaints import ledger
from bot.desk.accounts import Account
from bot.handoff.policies import HandoffPolicies
from bot.promises import closing


def before_closing(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, reason: str
) -> None:
    """Call it in the transaction that closes the ticket; what was promised is given up for `reason`, and
    the customer told.

    Conflict for a complaint that goes on, OpenPromises without a reason, BadRequest for one that is too long.
    """
    ledger.check_over(tx, ticket_id)
    closing.give_up(tx, policies, ticket_id, account, reason)
