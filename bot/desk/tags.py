"""Owns the tags of tickets: short, few, alike in every spelling. Refuses a list of allowed ones: people find them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, select

from bot.desk import notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest
from bot.handoff.ticket import OPEN, Ticket
from bot.storage.clean_text import storable
from bot.storage.once import insert_once
from bot.storage.tables import ticket_tags
from bot.storage.tables import tickets as ticket_rows

LONGEST_TAG = 24
MOST_TAGS = 8
MOST_LISTED = 200
_TAG = re.compile(rf"[\w-]{{1,{LONGEST_TAG}}}")


def add(tx: Connection, ticket_id: str, account: Account, tag: str, version: int | None = None) -> Ticket:
    """Put a tag on; one that is there already changes nothing.

    BadRequest for a tag that is too long, has other signs than letters, digits, `-` and `_`, or is one too many;
    Conflict when the ticket is not at `version` any more.
    """
    ticket, kept = tickets.load(tx, ticket_id), written(tag)
    tickets.check_version(ticket, version)
    there = of_tickets(tx, [ticket_id])[ticket_id]
    if kept in there:
        return ticket
    if len(there) >= MOST_TAGS:
        raise BadRequest(f"A ticket has at most {MOST_TAGS} tags.")
    stored = tickets.store(tx, ticket)
    insert_once(tx, ticket_tags, {"ticket_id": ticket_id, "tag": kept}, "ticket_id", "tag")
    notices.worked(tx, stored, account.name, Work.TAGGED, kept)
    return stored


def mark(tx: Connection, ticket: Ticket, tag: str) -> None:
    """Put a tag on without a person, for what the service noticed; no version is looked at or moved."""
    if insert_once(tx, ticket_tags, {"ticket_id": ticket.id, "tag": written(tag)}, "ticket_id", "tag"):
        notices.worked(tx, ticket, None, Work.TAGGED, written(tag))


def hand_on(tx: Connection, ticket: Ticket, into: Ticket) -> None:
    """The ticket goes on in another one, which gets its tags; no version is looked at or moved."""
    for tag in of_tickets(tx, [ticket.id])[ticket.id]:
        insert_once(tx, ticket_tags, {"ticket_id": into.id, "tag": tag}, "ticket_id", "tag")


def remove(tx: Connection, ticket_id: str, account: Account, tag: str, version: int | None = None) -> Ticket:
    """Take a tag off; one that is not there changes nothing. Conflict as for `add`."""
    ticket, kept = tickets.load(tx, ticket_id), written(tag)
    tickets.check_version(ticket, version)
    if kept not in of_tickets(tx, [ticket_id])[ticket_id]:
        return ticket
    stored = tickets.store(tx, ticket)
    tx.execute(delete(ticket_tags).where(ticket_tags.c.ticket_id == ticket_id, ticket_tags.c.tag == kept))
    notices.worked(tx, stored, account.name, Work.UNTAGGED, kept)
    return stored


def of_tickets(tx: Connection, ticket_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The tags of each of these tickets, in order of the alphabet."""
    query = select(ticket_tags).where(ticket_tags.c.ticket_id.in_(ticket_ids)).order_by(ticket_tags.c.tag)
    rows = tx.execute(query).all()
    return {wanted: tuple(row.tag for row in rows if row.ticket_id == wanted) for wanted in ticket_ids}


def in_use(tx: Connection) -> tuple[str, ...]:
    """The tags of open tickets, in order of the alphabet, at most 200."""
    query = select(ticket_tags.c.tag).distinct().join(ticket_rows).where(ticket_rows.c.status.in_(OPEN))
    return tuple(tx.execute(query.order_by(ticket_tags.c.tag).limit(MOST_LISTED)).scalars())


def written(tag: str) -> str:
    """How the tag is stored: lower case, spaces as hyphens. BadRequest when it cannot be a tag."""
    kept = "-".join(storable(tag).casefold().split())
    if not _TAG.fullmatch(kept):
        raise BadRequest(f"A tag has 1 to {LONGEST_TAG} letters, digits, hyphens or underscores.")
    return kept
