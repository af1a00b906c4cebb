"""Owns staff accounts: adding, listing, disabling, checking a sign-in. Refuses self-registration."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select, update

from bot.access import STAFF, Role, Viewer
from bot.desk.passwords import hash_password, matches
from bot.errors import BadRequest, Conflict, NotFound, SignInNeeded
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.one_row import one_row
from bot.storage.tables import accounts, sessions

LONGEST_NAME = 100
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the desk; `name` is what customers see beside a reply."""

    id: str
    email: str
    name: str
    role: Role
    disabled: bool

    @property
    def viewer(self) -> Viewer:
        """What this person may see and do."""
        return Viewer(self.role)


@dataclass(frozen=True, slots=True)
class Credential:
    """An account with its password hash: what a sign-in is checked against."""

    account: Account
    password_hash: str


def add(tx: Connection, email: str, name: str, role: Role, password: str) -> Account:
    """Store a new account, or bring a disabled one of this e-mail back with what is given; BadRequest for a bad e-mail,
    role or password, Conflict for a taken e-mail.
    """
    address = _address(email)
    shown = storable(name).strip()
    if not 0 < len(shown) <= LONGEST_NAME:
        raise BadRequest(f"An account needs the name customers will see, of at most {LONGEST_NAME} characters.")
    if role not in STAFF:
        raise BadRequest(f"An account's role is one of {', '.join(sorted(STAFF))}.")
    given = {"name": shown, "role": role, "password_hash": hash_password(password), "disabled": 0}
    new = {"id": secrets.token_hex(12), "email": address, "created_at": clock.now()}
    if not insert_once(tx, accounts, new | given, "email"):
        # The same person, whose tickets and texts bear the id.
        back = update(accounts).where(accounts.c.email == address, accounts.c.disabled == 1).values(given)
        if tx.execute(back.returning(accounts.c.id)).first() is None:
            raise Conflict(f"There is already an account for {address}.")
    return _stored(tx, accounts.c.email == address)


def every(tx: Connection) -> tuple[Account, ...]:
    """All accounts by e-mail, disabled ones too."""
    return tuple(_account(row) for row in tx.execute(select(accounts).order_by(accounts.c.email)).mappings())


def leads(tx: Connection) -> tuple[Account, ...]:
    """Those who are asked when an agent needs somebody above: the leads; where there is none, the administrators."""
    active = [one for one in every(tx) if not one.disabled]
    found = tuple(one for one in active if one.role is Role.LEAD)
    return found or tuple(one for one in active if one.role is Role.ADMIN)


def load(tx: Connection, account_id: str) -> Account:
    """The account; NotFound when there is none."""
    return _stored(tx, accounts.c.id == account_id)


def disable(tx: Connection, email: str) -> Account:
    """Forbid further sign-ins and end every session of the account; NotFound for an unknown e-mail."""
    credential = find(tx, email)
    if credential is None:
        raise NotFound(f"There is no account for {email}.")
    account_id = credential.account.id
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(disabled=1))
    tx.execute(delete(sessions).where(sessions.c.account_id == account_id))
    return load(tx, account_id)


def find(tx: Connection, email: str) -> Credential | None:
    """The credential of an e-mail address, None when there is no such account."""
    row = tx.execute(select(accounts).where(accounts.c.email == email.strip().lower())).mappings().first()
    return Credential(_account(row), row["password_hash"]) if row is not None else None


def check(credential: Credential | None, password: str) -> Account:
    """The account when `password` is right and it may sign in; else SignInNeeded, alike for every cause.

    Takes tens of milliseconds on purpose: call it outside a transaction.
    """
    right = matches(credential.password_hash if credential else None, password)
    if credential is None or not right or credential.account.disabled:
        raise SignInNeeded("E-mail or password is wrong.")
    return credential.account


def _address(email: str) -> str:
    address = storable(email).strip().lower()
    name, _, host = address.partition("@")
    seen = address.isprintable() and not any(character.isspace() for character in address)
    if not name or not host or not seen or len(address) > LONGEST_ADDRESS:
        raise BadRequest(f"{email[:LONGEST_ADDRESS]!r} is not an e-mail address.")
    return address


def _stored(tx: Connection, which: ColumnElement[bool]) -> Account:
    return _account(one_row(tx, select(accounts).where(which), "There is no such account."))


def _account(row: RowMapping) -> Account:
    return Account(row["id"], row["email"], row["name"], Role(row["role"]), disabled=bool(row["disabled"]))
