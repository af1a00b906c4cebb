"""Owns giving within one's limit, and asking a lead above it. Refuses what the limit does not allow, whatever races:
sums and grant are one transaction, and there is one writer at a time."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select, update

from bot.allowances import given
from bot.allowances.concession import Concession, ConcessionStatus, Standing, Wish, from_row
from bot.conversation import conversations
from bot.desk import accounts, notes, notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest, Conflict, OverAllowance
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import concessions
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.one_row import one_row

AUTHOR = "Allowances"
LONGEST_NOTE = 500
MOST_WAITING = 5


def give(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, wish: Wish, *, ask: bool = False
) -> Concession:
    """Record what is given; once per `client_id`. Over the limit it waits for a lead when `ask`, else OverAllowance.

    BadRequest for an unknown kind or reason, Conflict when the ticket is closed, somebody else's, or the `client_id`
    brought another wish before.
    """
    before = _before(tx, account, wish, ticket_id)
    if before is not None:
        return before
    _check(policies, wish)
    ticket = tickets.load(tx, ticket_id)
    tickets.check_free(tx, ticket, account)
    standing = given.standing(tx, policies, ticket, account, wish.kind)
    if standing.allows(wish.amount):
        return store(tx, policies, ticket, account, wish, standing, ConcessionStatus.GRANTED)
    if not ask:
        raise OverAllowance(
            f"{standing.currency.written(wish.amount)} is above your limit: {standing.currency.written(standing.left)} "
            "is left for you here. Ask a lead."
        )
    return _ask(tx, policies, ticket, account, wish, standing)


def store(
    tx: Connection,
    policies: HandoffPolicies,
    ticket: Ticket,
    account: Account,
    wish: Wish,
    standing: Standing,
    status: ConcessionStatus,
) -> Concession:
    """Write the row as it is, with its event. What may be written, `give` decides."""
    values = {
        "id": secrets.token_hex(12),
        "ticket_id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "customer_id": conversations.load(tx, ticket.conversation_id).customer_id,
        "client_id": wish.client_id,
        "kind": wish.kind,
        "amount": wish.amount,
        "currency": standing.currency.code,
        "reason": wish.reason,
        "note": storable(wish.note).strip(),
        "status": status,
        "asked_by": account.id,
        "asked_at": clock.now(),
        "answer": "",
    }
    insert_once(tx, concessions, values, "asked_by", "client_id")
    stored = load(tx, str(values["id"]))
    work = Work.GRANTED if status is ConcessionStatus.GRANTED else Work.ASKED_APPROVAL
    notices.worked(tx, ticket, account.name, work, given.written(policies, stored))
    return stored


def hand_on(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one: what was given on it counts there, what waits for a lead is asked there."""
    customer = conversations.load(tx, into.conversation_id).customer_id
    moved = {"ticket_id": into.id, "conversation_id": into.conversation_id, "customer_id": customer}
    tx.execute(update(concessions).where(concessions.c.ticket_id == ticket.id).values(moved))


def load(tx: Connection, concession_id: str) -> Concession:
    """The concession; NotFound when there is none."""
    row = one_row(tx, select(concessions).where(concessions.c.id == concession_id), "There is no such concession.")
    return from_row(row)


def _ask(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account, wish: Wish, standing: Standing
) -> Concession:
    """The request, and a note that puts the ticket before the leads."""
    waiting = [one for one in given.of_ticket(tx, ticket.id) if one.status is ConcessionStatus.WAITING]
    if len(waiting) >= MOST_WAITING:
        raise Conflict("Enough requests of this ticket wait for a lead already.")
    asked = store(tx, policies, ticket, account, wish, standing, ConcessionStatus.WAITING)
    why = f"{policies.allowances.reasons[asked.reason]}. {asked.note}".strip()
    leads = [one for one in accounts.leads(tx) if one.id != account.id]
    notes.put(tx, ticket, AUTHOR, f"{account.name} asks for {given.written(policies, asked)}. {why}", leads)
    return asked


def _before(tx: Connection, account: Account, wish: Wish, ticket_id: str) -> Concession | None:
    mine = (concessions.c.asked_by == account.id) & (concessions.c.client_id == wish.client_id)
    row = tx.execute(select(concessions).where(mine)).mappings().first()
    if row is None:
        return None
    kept = from_row(row)
    if (kept.ticket_id, kept.kind, kept.amount) != (ticket_id, wish.kind, wish.amount):
        raise Conflict("This client_id was used for another concession; make a new one.")
    return kept


def _check(policies: HandoffPolicies, wish: Wish) -> None:
    policy = policies.allowances
    if wish.kind not in policy.kinds:
        raise BadRequest(f"A kind is one of {', '.join(policy.kinds)}.")
    if wish.reason not in policy.reasons:
        raise BadRequest(f"A reason is one of {', '.join(policy.reasons)}.")
    if wish.amount < 1:
        raise BadRequest("The amount is in the smallest unit of the currency, at least 1.")
    if len(wish.note) > LONGEST_NOTE:
        raise BadRequest(f"A note has at most {LONGEST_NOTE} characters.")
