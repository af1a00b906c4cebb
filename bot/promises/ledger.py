"""Owns the life of a promise: made with the reply it stands in, kept, taken over, given up. Refuses one that the
customer did not read."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.conversation.messages import Message
from bot.desk import customer_of, notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest, Conflict
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.promises.promise import Offer, Promise, PromiseStatus, from_row
from bot.promises.saying import check_due, sentence, warn_at
from bot.storage import clock
from bot.storage.care_tables import promises
from bot.storage.one_row import one_row

MOST_OF_A_TICKET = 20
WAITING = (promises.c.status.in_((PromiseStatus.OPEN, PromiseStatus.BROKEN))) & promises.c.done_at.is_(None)


def make(
    tx: Connection,
    policies: HandoffPolicies,
    ticket: Ticket,
    account: Account,
    message: Message,
    offers: Sequence[Offer],
) -> tuple[Promise, ...]:
    """Store the promises that `message` tells. BadRequest when its text lacks a promise's sentence, when a time or
    kind is not allowed, or when the ticket has too many. The same promise twice is one."""
    once = tuple(dict.fromkeys(offers))
    if not once:
        return ()
    there = len(of_ticket(tx, ticket.id))
    if there + len(once) > MOST_OF_A_TICKET:
        raise BadRequest(f"A ticket has at most {MOST_OF_A_TICKET} promises.")
    customer, now = customer_of.of_ticket(tx, policies, ticket), clock.read(clock.now())
    made = []
    for offer in once:
        check_due(policies, customer, offer.due, now)
        said = sentence(policies, customer, offer)
        if said not in message.text:
            raise BadRequest(f"The reply does not say “{said}” as it was inserted; insert the promise again.")
        warned = warn_at(policies, customer.region, offer.due, now)
        made.append(_store(tx, ticket, account, message, offer, said, warned))
        notices.worked(tx, ticket, account.name, Work.PROMISED, said)
    return tuple(made)


def load(tx: Connection, promise_id: str) -> Promise:
    """The promise; NotFound when there is none."""
    return from_row(one_row(tx, select(promises).where(promises.c.id == promise_id), "There is no such promise."))


def of_ticket(tx: Connection, ticket_id: str) -> tuple[Promise, ...]:
    """Every promise of the ticket, the first due first."""
    return _found(tx, promises.c.ticket_id == ticket_id)


def of_conversations(tx: Connection, conversation_ids: Collection[str]) -> tuple[Promise, ...]:
    """Every promise that was made in these conversations, the first due first."""
    return _found(tx, promises.c.conversation_id.in_(conversation_ids))


def waiting(tx: Connection, limit: int) -> tuple[Promise, ...]:
    """Promises that somebody still has to do, on every ticket, the first due first."""
    query = select(promises).where(WAITING).order_by(promises.c.due_at, promises.c.id).limit(limit)
    return tuple(from_row(row) for row in tx.execute(query).mappings())


def first_waiting(tx: Connection, ticket_ids: Sequence[str]) -> Mapping[str, Promise]:
    """For each of these tickets that has any, the promise to be done first."""
    found = _found(tx, WAITING & promises.c.ticket_id.in_(ticket_ids))
    return {promise.ticket_id: promise for promise in reversed(found)}


def hand_on(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one, and so does what was promised on it."""
    moved = {"ticket_id": into.id, "conversation_id": into.conversation_id}
    tx.execute(update(promises).where(promises.c.ticket_id == ticket.id).values(moved))


def keep(tx: Connection, promise_id: str, account: Account) -> Promise:
    """It was done: KEPT when that is in time; a broken one stays broken and is done late. Twice is once.

    Conflict when it was given up.
    """
    promise = load(tx, promise_id)
    if promise.status is PromiseStatus.RELEASED:
        raise Conflict("This promise was given up.")
    if promise.done_at is not None:
        return promise
    now = clock.now()
    in_time = promise.status is PromiseStatus.OPEN and now <= promise.due_at
    status = PromiseStatus.KEPT if in_time else PromiseStatus.BROKEN
    kept = _write(tx, promise, replace(promise, status=status, done_at=now, done_by=account.id))
    work = Work.PROMISE_KEPT if in_time else Work.PROMISE_KEPT_LATE
    notices.worked(tx, tickets.load(tx, promise.ticket_id), account.name, work, promise.sentence)
    return kept


def take(tx: Connection, promise_id: str, account: Account) -> Promise:
    """From now on this person has to keep it; Conflict when nothing is left to do."""
    promise = load(tx, promise_id)
    if not promise.waits:
        raise Conflict("Nothing is left to do for this promise.")
    if promise.owner == account.id:
        return promise
    taken = _write(tx, promise, replace(promise, owner=account.id))
    notices.worked(tx, tickets.load(tx, promise.ticket_id), account.name, Work.PROMISE_TAKEN, promise.sentence)
    return taken


def release(tx: Connection, ticket: Ticket, account: Account, reason: str) -> tuple[Promise, ...]:
    """Give up what waits on the ticket, because of `reason`; broken ones stay broken and count as such."""
    released = []
    for promise in of_ticket(tx, ticket.id):
        if not promise.waits:
            continue
        broken = promise.status is PromiseStatus.BROKEN
        status = PromiseStatus.BROKEN if broken else PromiseStatus.RELEASED
        done = replace(promise, status=status, done_at=clock.now(), done_by=account.id, reason=reason)
        released.append(_write(tx, promise, done))
        notices.worked(tx, ticket, account.name, Work.PROMISE_RELEASED, f"{promise.sentence} ({reason})")
    return tuple(released)


def _found(tx: Connection, condition: ColumnElement[bool]) -> tuple[Promise, ...]:
    query = select(promises).where(condition).order_by(promises.c.due_at, promises.c.id)
    return tuple(from_row(row) for row in tx.execute(query).mappings())


def _store(
    tx: Connection, ticket: Ticket, account: Account, message: Message, offer: Offer, said: str, warned: datetime
) -> Promise:
    values = {
        "id": secrets.token_hex(12),
        "ticket_id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "message_id": message.id,
        "kind": offer.kind,
        "sentence": said,
        "owner": account.id,
        "made_by": account.id,
        "made_at": clock.now(),
        "warn_at": clock.write(warned),
        "due_at": clock.write(offer.due),
        "status": PromiseStatus.OPEN,
        "reason": "",
    }
    return from_row(tx.execute(insert(promises).values(values).returning(promises)).mappings().one())


def _write(tx: Connection, before: Promise, after: Promise) -> Promise:
    """Conflict when somebody changed it since `before` was loaded."""
    same = (promises.c.status == before.status) & (promises.c.owner == before.owner) & promises.c.done_at.is_(None)
    values = {
        "owner": after.owner,
        "status": after.status,
        "done_at": after.done_at,
        "done_by": after.done_by,
        "reason": after.reason,
    }
    changed = tx.execute(update(promises).where(promises.c.id == before.id, same).values(values))
    if changed.rowcount == 0:
        raise Conflict("The promise changed in the meantime; load it again.")
    return after
