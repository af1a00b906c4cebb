"""Owns that no ticket is closed over a promise: kept, or given up with a reason and the customer told. Refuses to close
one: desk does."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.desk import customer_of, tickets
from bot.desk.accounts import Account
from bot.errors import BadRequest, OpenPromises
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN
from bot.promises import ledger, saying
from bot.promises.promise import Promise
from bot.storage.clean_text import blank, storable

LONGEST_REASON = 500


def waiting(tx: Connection, ticket_id: str) -> str:
    """What is still promised on the ticket and what to do about it, empty for nothing."""
    listed = " ".join(f"“{promise.sentence}”" for promise in ledger.of_ticket(tx, ticket_id) if promise.waits)
    return f"Still promised: {listed} Keep it first, or say why it is given up." if listed else ""


def give_up(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, reason: str
) -> tuple[Promise, ...]:
    """Call it in the transaction that closes the ticket: gives up what waits, for `reason`, and tells the customer.

    OpenPromises without a reason, BadRequest for one that is too long.
    """
    ticket = tickets.load(tx, ticket_id)
    if ticket.status not in OPEN or not waiting(tx, ticket_id):
        return ()
    given = storable(reason).strip()
    if len(given) > LONGEST_REASON:
        raise BadRequest(f"A reason has at most {LONGEST_REASON} characters.")
    if blank(given):
        raise OpenPromises(waiting(tx, ticket_id))
    customer, released = customer_of.of_ticket(tx, policies, ticket), ledger.release(tx, ticket, account, given)
    told = "\n".join(saying.given_up(policies, customer, promise) for promise in released)
    messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, told)
    return released
