"""Owns tickets that are laid before one person to be taken, and why that one. Refuses to choose: assignment does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.storage import clock
from bot.storage.record import decode, encode
from bot.storage.tables import offers


class Ending(StrEnum):
    """How an offer ended; a GIVEN_BACK one had been taken first."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Why:
    """What decided: the skills the ticket asked for that the person is named for, loads in points, who else could.

    `load` and `capacity` are as they were before the ticket, `others` the fit people with room who had to stand back.
    """

    team: str
    language: str
    category: str | None
    topic: str | None
    load: int
    capacity: int
    points: int
    others: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A ticket laid before one person, theirs to take until `take_by` (ISO UTC)."""

    ticket_id: str
    account_id: str
    why: Why
    offered_at: str
    take_by: str


def standing(tx: Connection, ticket_ids: Collection[str] | None = None) -> Mapping[str, Offer]:
    """The offers that stand, by ticket; of these tickets only, if told."""
    query = select(offers).where(offers.c.ended_at.is_(None))
    if ticket_ids is not None:
        query = query.where(offers.c.ticket_id.in_(ticket_ids))
    return {row["ticket_id"]: _offer(row) for row in tx.execute(query).mappings()}


def before(tx: Connection, account_id: str) -> tuple[Offer, ...]:
    """What is laid before this person, the first to be taken first."""
    query = select(offers).where(offers.c.ended_at.is_(None), offers.c.account_id == account_id)
    return tuple(_offer(row) for row in tx.execute(query.order_by(offers.c.take_by, offers.c.ticket_id)).mappings())


def make(tx: Connection, offer: Offer) -> None:
    """Lay the ticket before the person; it must be before nobody."""
    values = {
        "ticket_id": offer.ticket_id,
        "account_id": offer.account_id,
        "why": encode(offer.why),
        "offered_at": offer.offered_at,
        "take_by": offer.take_by,
    }
    tx.execute(insert(offers).values(values))


def end(tx: Connection, ticket_id: str, ending: Ending, taken_by: str | None = None) -> Offer | None:
    """End the ticket's offer, if one stands; taken by somebody else, it was withdrawn from its person."""
    offer = standing(tx, [ticket_id]).get(ticket_id)
    if offer is None:
        return None
    how = Ending.WITHDRAWN if ending is Ending.TAKEN and taken_by != offer.account_id else ending
    ended = update(offers).where(offers.c.ticket_id == ticket_id, offers.c.ended_at.is_(None))
    tx.execute(ended.values(ended_at=clock.now(), ending=how))
    return offer


def give_back(tx: Connection, ticket_id: str, account_id: str) -> None:
    """Whoever took the ticket when it was laid before them does not want it: others come first now."""
    taken = (offers.c.ticket_id == ticket_id, offers.c.account_id == account_id, offers.c.ending == Ending.TAKEN)
    tx.execute(update(offers).where(*taken).values(ending=Ending.GIVEN_BACK))


def let_pass(tx: Connection, ticket_id: str) -> Mapping[str, int]:
    """How often each person let this ticket pass or gave it back, by account."""
    query = (
        select(offers.c.account_id, func.count().label("times"))
        .where(offers.c.ticket_id == ticket_id, offers.c.ending.in_((Ending.MISSED, Ending.GIVEN_BACK)))
        .group_by(offers.c.account_id)
    )
    return {row.account_id: row.times for row in tx.execute(query)}


def last_missed(tx: Connection, account_id: str) -> str:
    """When the person last let a ticket pass (ISO UTC), empty when they never did."""
    query = select(func.max(offers.c.ended_at)).where(
        offers.c.account_id == account_id, offers.c.ending == Ending.MISSED
    )
    return tx.execute(query).scalar() or ""


def endings(tx: Connection) -> Mapping[Ending, int]:
    """How many offers ended how, since the desk began."""
    query = select(offers.c.ending, func.count().label("times")).where(offers.c.ending.is_not(None))
    counted = {row.ending: row.times for row in tx.execute(query.group_by(offers.c.ending))}
    return {ending: counted.get(ending, 0) for ending in Ending}


def _offer(row: RowMapping) -> Offer:
    return Offer(row["ticket_id"], row["account_id"], decode(Why, row["why"]), row["offered_at"], row["take_by"])
