"""Owns a conversation's life: opening, visitor token, state. Refuses what is said in it: see messages.py."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.access import Role, Viewer
from bot.conversation.language import base_language
from bot.customers.records import Customer
from bot.errors import Conflict, NotFound
from bot.events import log
from bot.events.log import EventKind
from bot.storage import clock
from bot.storage.one_row import one_row
from bot.storage.tables import conversations, device_tokens


class State(StrEnum):
    """Who has the conversation: the bot, nobody yet, a person, or nobody any more."""

    OPEN = "open"
    WAITING = "waiting"
    PERSON = "person"
    RESOLVED = "resolved"


LEGAL = {
    State.OPEN: frozenset({State.WAITING, State.RESOLVED}),
    State.WAITING: frozenset({State.PERSON, State.OPEN, State.RESOLVED}),
    State.PERSON: frozenset({State.WAITING, State.OPEN, State.RESOLVED}),
    State.RESOLVED: frozenset({State.OPEN, State.WAITING}),
}


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; region and plan are None until known, times are ISO UTC; `erased_at`: nothing of it is left."""

    id: str
    site: str
    customer_id: str | None
    state: State
    language: str
    region: str | None
    plan: str | None
    created_at: str
    updated_at: str
    erased_at: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new conversation and the only copy of its visitor token: the database has the hash."""

    conversation: Conversation
    token: str


@dataclass(frozen=True, slots=True)
class StateChange:
    """What the `state` event carries."""

    state: State


def open_conversation(
    tx: Connection,
    *,
    site: str,
    language: str,
    region: str | None = None,
    plan: str | None = None,
    customer_id: str | None = None,
) -> Opened:
    """Store a new conversation in state OPEN. Of `language` the variety ("de-AT") is dropped: no words differ by it."""
    language = base_language(language)
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    conversation = Conversation(
        secrets.token_hex(12), site, customer_id, State.OPEN, language, region, plan, moment, moment
    )
    tx.execute(
        insert(conversations).values(
            id=conversation.id,
            site=site,
            visitor_token_hash=token_hash(token),
            customer_id=customer_id,
            state=State.OPEN,
            language=language,
            region=region,
            plan=plan,
            created_at=moment,
            updated_at=moment,
        )
    )
    return Opened(conversation, token)


def viewer_of(conversation: Conversation) -> Viewer:
    """The visitor whose conversation it is."""
    return Viewer(
        Role.VISITOR,
        verified=conversation.customer_id is not None,
        region=conversation.region,
        plan=conversation.plan,
    )


def load(tx: Connection, conversation_id: str) -> Conversation:
    """The conversation; NotFound when there is none."""
    query = select(conversations).where(conversations.c.id == conversation_id)
    return _conversation(one_row(tx, query, "There is no such conversation."))


def lock(tx: Connection, *conversation_ids: str) -> None:
    """Let nobody else change these conversations until the transaction is over; NotFound when one is not there."""
    held = select(conversations.c.id).where(conversations.c.id.in_(conversation_ids)).order_by(conversations.c.id)
    if len(tx.execute(held.with_for_update()).all()) < len(set(conversation_ids)):
        raise NotFound("There is no such conversation.")


def vouch(tx: Connection, conversation: Conversation, customer: Customer) -> Conversation:
    """The conversation is this customer's from now on, and their newest. Conflict when it is a known one's already.

    What a website signed counts more than what its page said.
    """
    values = {
        "customer_id": customer.id,
        "region": customer.region or conversation.region,
        "plan": customer.plan or conversation.plan,
        "updated_at": clock.now(),
    }
    nobodys = conversations.c.customer_id.is_(None)
    changed = tx.execute(update(conversations).where(conversations.c.id == conversation.id, nobodys).values(values))
    if changed.rowcount == 0:
        raise Conflict("This conversation is a known customer's already.")
    return load(tx, conversation.id)


def take_over_from(tx: Connection, conversation: Conversation, other: Conversation) -> Conversation:
    """What is not known of the customer here and is known there, whose they are included."""
    known = replace(
        conversation,
        customer_id=conversation.customer_id or other.customer_id,
        region=conversation.region or other.region,
        plan=conversation.plan or other.plan,
    )
    if known != conversation:
        values = {"customer_id": known.customer_id, "region": known.region, "plan": known.plan}
        tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(values))
    return known


def by_token(tx: Connection, conversation_id: str, token: str) -> bool:
    """True when `token` is a key of this conversation, the first or a further one; false also when there is none."""
    if opens(tx, conversation_id, token):
        return True
    query = select(device_tokens.c.token_hash).where(
        device_tokens.c.token_hash == token_hash(token), device_tokens.c.conversation_id == conversation_id
    )
    return tx.execute(query).first() is not None


def opens(tx: Connection, conversation_id: str, token: str) -> bool:
    """True when `token` is the key that the conversation was opened with."""
    query = select(conversations.c.visitor_token_hash).where(conversations.c.id == conversation_id)
    stored = tx.execute(query).scalar()
    return hmac.compare_digest(token_hash(token), stored or token_hash("")) and stored is not None


def newest_of(tx: Connection, customer_id: str, site: str) -> Conversation | None:
    """What the customer talked about last on this site, resolved or not; None when never."""
    query = select(conversations).where(conversations.c.customer_id == customer_id, conversations.c.site == site)
    newest = query.order_by(conversations.c.updated_at.desc(), conversations.c.created_at.desc()).limit(1)
    row = tx.execute(newest).mappings().first()
    return _conversation(row) if row is not None else None


def set_state(tx: Connection, conversation: Conversation, state: State) -> Conversation:
    """Move to `state` and record a `state` event; staying is no event.

    Conflict when the jump is not allowed, or when somebody moved the conversation since it was loaded.
    """
    if state is conversation.state:
        return conversation
    if state not in LEGAL[conversation.state]:
        raise Conflict(f"A conversation that is {conversation.state} cannot become {state}.")
    moment = clock.now()
    changed = tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation.id, conversations.c.state == conversation.state)
        .values(state=state, updated_at=moment)
    )
    if changed.rowcount == 0:
        raise Conflict("The conversation changed in the meantime; load it again.")
    log.append(tx, conversation.id, EventKind.STATE, StateChange(state))
    return replace(conversation, state=state, updated_at=moment)


def learn(
    tx: Connection,
    conversation: Conversation,
    *,
    language: str | None = None,
    region: str | None = None,
    plan: str | None = None,
) -> Conversation:
    """Remember what became known of the customer; None leaves a value as it is."""
    known = replace(
        conversation,
        language=language or conversation.language,
        region=region or conversation.region,
        plan=plan or conversation.plan,
    )
    if known != conversation:
        values = {"language": known.language, "region": known.region, "plan": known.plan}
        tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(values))
    return known


def token_hash(token: str) -> str:
    """What the database keeps of a key."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _conversation(row: RowMapping) -> Conversation:
    values = {key: value for key, value in row.items() if key != conversations.c.visitor_token_hash.name}
    return Conversation(**values | {"state": State(row["state"])})


def resumed(tx: Connection, conversation_id: str) -> Conversation:
    """The conversation in which a customer writes again: open, if the case was closed."""
    conversation = load(tx, conversation_id)
    return set_state(tx, conversation, State.OPEN) if conversation.state is State.RESOLVED else conversation
