"""Owns the further keys to a conversation: one for each browser that took it over, and the codes that hand it over.

Refuses to say who may have one: the routes do. Keys and codes are random, and only their hashes are kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.conversation.conversations import Conversation, load, opens, token_hash
from bot.conversation.joins import parts
from bot.errors import SignInNeeded
from bot.storage import clock
from bot.storage.tables import conversations, device_tokens, resume_codes

CODE_SECONDS = int(timedelta(minutes=10).total_seconds())
# The browsers that took it over last; whoever was before takes it over again.
MOST_DEVICES = 20


@dataclass(frozen=True, slots=True)
class ResumeCode:
    """A code that opens the conversation on one other device, once; this is its only copy."""

    code: str
    expires_at: str


def add(tx: Connection, conversation_id: str) -> str:
    """A further key to the conversation; the oldest ones beyond MOST_DEVICES open nothing any more."""
    token = secrets.token_urlsafe(32)
    row = {"token_hash": token_hash(token), "conversation_id": conversation_id, "created_at": clock.now()}
    tx.execute(insert(device_tokens).values(row))
    mine = device_tokens.c.conversation_id == conversation_id
    newest = select(device_tokens.c.token_hash).where(mine).order_by(device_tokens.c.created_at.desc())
    kept = tx.execute(newest.limit(MOST_DEVICES)).scalars().all()
    tx.execute(delete(device_tokens).where(mine, device_tokens.c.token_hash.not_in([row["token_hash"], *kept])))
    return token


def new_code(tx: Connection, conversation_id: str, now: str) -> ResumeCode:
    """A code for another device, good for CODE_SECONDS from `now`; the one before is not good any more."""
    code = ResumeCode(secrets.token_urlsafe(32), clock.after(now, CODE_SECONDS))
    _forget_code(tx, conversation_id)
    values = {"conversation_id": conversation_id, "code_hash": token_hash(code.code), "expires_at": code.expires_at}
    tx.execute(insert(resume_codes).values(values))
    return code


def of_code(tx: Connection, code: str, now: str) -> Conversation:
    """The conversation of a code that is good at `now`; SignInNeeded alike for a wrong, used, old or revoked one."""
    query = select(resume_codes.c.conversation_id).where(
        resume_codes.c.code_hash == token_hash(code), resume_codes.c.expires_at > now
    )
    conversation_id = tx.execute(query).scalar()
    if conversation_id is None:
        raise SignInNeeded("This link was used already, or is too old. Make a new one where the chat is open.")
    return load(tx, conversation_id)


def redeem(tx: Connection, code: str, now: str) -> tuple[Conversation, str]:
    """The conversation and a key to it; the code is used up. SignInNeeded as for `of_code`."""
    conversation = of_code(tx, code, now)
    _forget_code(tx, conversation.id)
    return conversation, add(tx, conversation.id)


def revoke_others(tx: Connection, conversation_id: str, token: str) -> None:
    """Only the browser that shows `token` stays: no code, and no other key, opens the conversation any more."""
    _forget_code(tx, conversation_id)
    mine = device_tokens.c.conversation_id == conversation_id
    tx.execute(delete(device_tokens).where(mine, device_tokens.c.token_hash != token_hash(token)))
    if not opens(tx, conversation_id, token):
        _change_lock(tx, conversation_id)
    # Who has a key to one that goes on here could be led in again.
    for joined in parts(tx, conversation_id)[1:]:
        _forget_code(tx, joined)
        tx.execute(delete(device_tokens).where(device_tokens.c.conversation_id == joined))
        _change_lock(tx, joined)


def _change_lock(tx: Connection, conversation_id: str) -> None:
    """The key that the conversation was opened with opens it no more."""
    nobodys = token_hash(secrets.token_urlsafe(32))
    tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(visitor_token_hash=nobodys))


def _forget_code(tx: Connection, conversation_id: str) -> None:
    tx.execute(delete(resume_codes).where(resume_codes.c.conversation_id == conversation_id))
