"""Owns signed-in sessions: opaque tokens, hashed at rest, that end, and passes. Refuses passwords: see accounts.py."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from bot.conversation.conversations import token_hash
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.errors import NotAllowed, SignInNeeded
from bot.storage import clock
from bot.storage.tables import sessions

SECONDS_PER_HOUR = 3600
PANEL = b"the panel inside another help desk"


@dataclass(frozen=True, slots=True)
class Started:
    """A new session: `token` goes into the cookie (only copy), `csrf` into the page."""

    token: str
    csrf: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to and the CSRF token its state-changing calls must show."""

    account: Account
    csrf: str


def start(tx: Connection, account: Account, hours: int, now: str) -> Started:
    """Store a session that ends `hours` after `now`, and forget those that have ended."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    tx.execute(delete(sessions).where(sessions.c.expires_at <= now))
    tx.execute(
        insert(sessions).values(
            token_hash=token_hash(token),
            account_id=account.id,
            csrf=csrf,
            created_at=now,
            expires_at=clock.after(now, hours * SECONDS_PER_HOUR),
        )
    )
    return Started(token, csrf)


def signed_in(tx: Connection, token: str, now: str) -> SignedIn:
    """Who the cookie's `token` belongs to at `now`; SignInNeeded when unknown, ended or disabled."""
    return _running(tx, token_hash(token), now)


def panel_pass(token: str, csrf: str) -> str:
    """What opens the panel, and nothing else, for whoever has the session, until it ends.

    A page may have it: it names the session by its hash, from which nobody comes to the cookie.
    """
    return f"{token_hash(token)}.{_proof(csrf)}"


def by_panel_pass(tx: Connection, shown: str, now: str) -> SignedIn:
    """Whose pass it is at `now`; SignInNeeded as for `signed_in`."""
    named, _, proof = shown.partition(".")
    session = _running(tx, named, now)
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(session.csrf).encode()):
        raise SignInNeeded("Please sign in.")
    return session


def _proof(csrf: str) -> str:
    return hmac.new(csrf.encode(), PANEL, hashlib.sha256).hexdigest()


def _running(tx: Connection, hashed: str, now: str) -> SignedIn:
    query = select(sessions).where(sessions.c.token_hash == hashed, sessions.c.expires_at > now)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise SignInNeeded("Please sign in.")
    account = accounts.load(tx, row["account_id"])
    if account.disabled:
        raise SignInNeeded("Please sign in.")
    return SignedIn(account, row["csrf"])


def check_csrf(session: SignedIn, shown: str | None) -> None:
    """NotAllowed unless the call showed this session's CSRF token."""
    if not hmac.compare_digest((shown or "").encode("utf-8", "replace"), session.csrf.encode()):
        raise NotAllowed("The page is out of date; reload it and try again.")


def end(tx: Connection, token: str) -> None:
    """Sign out; an unknown token is fine."""
    tx.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))
