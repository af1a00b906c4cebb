"""Owns who has which ticket's page open at other replicas: each says it of its own for a while, so that one that was
killed is out of it soon. Refuses what is this process's own: see events/hub.py."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, or_, select

from bot.events.hub import Person, Seat
from bot.storage import clock
from bot.storage.desk_tables import seats
from bot.storage.tables import accounts, tickets

LASTS = 20.0
"""Seconds for which what was said holds."""


def say(tx: Connection, replica: str, here: Collection[Seat]) -> None:
    """These and no others are the replica's from now on; what nobody says any more goes."""
    now = clock.now()
    tx.execute(delete(seats).where(or_(seats.c.replica == replica, seats.c.until < now)))
    until = clock.after(now, LASTS)
    said = {(one.ticket_id, one.person.id) for one in here}
    rows = [
        {"replica": replica, "ticket_id": ticket, "account_id": account, "until": until} for ticket, account in said
    ]
    if rows:
        tx.execute(insert(seats), rows)


def elsewhere(tx: Connection, replica: str) -> frozenset[Seat]:
    """What the others said, as far as it holds now."""
    query = (
        select(tickets.c.conversation_id, tickets.c.id, accounts.c.id.label("person"), accounts.c.name)
        .join(seats, seats.c.ticket_id == tickets.c.id)
        .join(accounts, accounts.c.id == seats.c.account_id)
        .where(seats.c.replica != replica, seats.c.until >= clock.now())
    )
    return frozenset(Seat(row.conversation_id, row.id, Person(row.person, row.name)) for row in tx.execute(query))
