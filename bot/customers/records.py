"""Owns the customers a website vouched for. Refuses to make one from what somebody typed: see identity.py."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.customers.identity import TOLD, Identity
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.one_row import one_row
from bot.storage.tables import customers


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; `external_id` is the website's number, region, plan, language and tier None where unknown."""

    id: str
    external_id: str
    name: str
    email: str
    region: str | None
    plan: str | None
    language: str | None
    tier: str | None
    created_at: str


def address(customer: Customer) -> str:
    """The customer's address as mails have theirs, in lower case; empty for none."""
    return customer.email.strip().lower()


def address_of_row() -> ColumnElement[str]:
    """The same within a query."""
    return func.lower(func.trim(customers.c.email))


def upsert(tx: Connection, identity: Identity) -> Customer:
    """The customer of a verified identity, made or brought up to date; what the token leaves out stays."""
    told = {
        name: storable(value)
        for name in TOLD
        if (value := getattr(identity, name))
    }
    key = storable(identity.external_id)
    new = {"id": secrets.token_hex(12), "external_id": key, "created_at": clock.now()}
    if not insert_once(tx, customers, {"name": "", "email": ""} | told | new, "external_id") and told:
        tx.execute(update(customers).where(customers.c.external_id == key).values(told))
    row = tx.execute(select(customers).where(customers.c.external_id == key)).mappings().one()
    return Customer(**dict(row))


def find(tx: Connection, external_id: str) -> Customer | None:
    """The customer with this number of the website; None when nobody has spoken of them yet."""
    row = tx.execute(select(customers).where(customers.c.external_id == storable(external_id))).mappings().first()
    return Customer(**dict(row)) if row is not None else None


def load(tx: Connection, customer_id: str) -> Customer:
    """The customer; NotFound when there is none."""
    row = one_row(tx, select(customers).where(customers.c.id == customer_id), "There is no such customer.")
    return Customer(**dict(row))
