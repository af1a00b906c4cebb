"""Owns the views of the queue, page by page; words are looked for by queue_search.py. Refuses to change a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from bot.desk import due_times, queue_search
from bot.handoff.ticket import OPEN, Ticket, TicketStatus, from_row
from bot.storage import clock
from bot.storage.tables import mentions, offers, tickets

PAGE = 50
MOST_WORDS = 8


class View(StrEnum):
    """Which tickets; mentions are shown even when they are put off or closed, the others only under snoozed.

    One's own are those one has claimed and those one was given to take.
    """

    OPEN = "open"
    WAITING = "waiting"
    MINE = "mine"
    MENTIONS = "mentions"
    CLAIMED = "claimed"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see: a view as `account_id` has it, narrowed by team, tag, status and words."""

    view: View = View.OPEN
    account_id: str = ""
    team: str | None = None
    tag: str | None = None
    status: TicketStatus | None = None
    words: str = ""
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """One page of tickets, its number from 1, how many pages there are (at least one) and how many tickets on all."""

    tickets: tuple[Ticket, ...]
    page: int
    pages: int
    total: int


def find(tx: Connection, wanted: Wanted) -> Found:
    """What somebody waits for by the nearest time, then what has to be solved by its own; closed ones newest first.

    A ticket's number finds it whatever the view. A page beyond the last gives the last: tickets may have left while
    somebody paged.
    """
    conditions = tuple(_conditions(wanted, clock.now()))
    if numbers := queue_search.numbered(tx, wanted.words):
        conditions = (or_(tickets.c.id.in_(numbers), and_(*conditions)),)
    page, (ids, total) = wanted.page, _ids(tx, wanted, conditions, wanted.page)
    if not ids and page > 1:
        there = tx.execute(select(func.count()).select_from(tickets).where(*conditions)).scalar_one()
        page = _pages(there, wanted.size)
        ids, total = _ids(tx, wanted, conditions, page)
    rows = tx.execute(select(tickets).where(tickets.c.id.in_(ids))).mappings()
    loaded = {row["id"]: from_row(row) for row in rows}
    return Found(tuple(loaded[each] for each in ids), page, _pages(total, wanted.size), total)


def counts(tx: Connection, account_id: str) -> Mapping[View, int]:
    """How many tickets stand in each view but that of the closed ones."""
    now = clock.now()
    views = [view for view in View if view not in (View.CLOSED, View.MENTIONS)]
    sums = [func.count(case((_in_view(view, account_id, now), 1))) for view in views]
    row = tx.execute(select(*sums).where(tickets.c.status.in_(OPEN))).one()
    # Apart from the others: a mention may be of a closed ticket, and there are years of those.
    mine = select(func.count()).select_from(mentions).where(mentions.c.account_id == account_id)
    return dict(zip(views, row, strict=True)) | {View.MENTIONS: tx.execute(mine).scalar_one()}


def _ids(
    tx: Connection, wanted: Wanted, conditions: tuple[ColumnElement[bool], ...], page: int
) -> tuple[list[str], int]:
    """One page in order, and how many there are on all: what is searched for is looked for once."""
    query = select(tickets.c.id, func.count().over()).where(*conditions)
    shown = tx.execute(_ordered(tx, query, wanted).limit(wanted.size).offset((page - 1) * wanted.size)).all()
    return [row[0] for row in shown], shown[0][1] if shown else 0


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _ordered(tx: Connection, query: Select[str, int], wanted: Wanted) -> Select[str, int]:
    if wanted.view is View.CLOSED:
        return query.order_by(tickets.c.closed_at.desc(), tickets.c.id)
    return query.order_by(*due_times.in_order(tx), tickets.c.id)


def _conditions(wanted: Wanted, now: str) -> Iterator[ColumnElement[bool]]:
    yield _in_view(wanted.view, wanted.account_id, now)
    if wanted.team is not None:
        yield tickets.c.team == wanted.team
    if wanted.tag is not None:
        yield queue_search.tagged(wanted.tag)
    if wanted.status is not None:
        yield tickets.c.status == wanted.status
    yield from (queue_search.says(word) for word in wanted.words.split()[:MOST_WORDS])


def _in_view(view: View, account_id: str, now: str) -> ColumnElement[bool]:
    is_open = tickets.c.status.in_(OPEN)
    put_off = tickets.c.snoozed_until > now
    here = is_open & or_(tickets.c.snoozed_until.is_(None), ~put_off)
    match view:
        case View.OPEN:
            return here
        case View.WAITING:
            return here & (tickets.c.status == TicketStatus.WAITING)
        case View.MINE:
            laid_before = (offers.c.ticket_id == tickets.c.id) & (offers.c.account_id == account_id)
            offered = exists().where(laid_before, offers.c.ended_at.is_(None))
            return here & or_(tickets.c.assignee == account_id, offered)
        case View.CLAIMED:
            return here & (tickets.c.status == TicketStatus.CLAIMED)
        case View.MENTIONS:
            return tickets.c.id.in_(select(mentions.c.ticket_id).where(mentions.c.account_id == account_id))
        case View.SNOOZED:
            return is_open & put_off
        case View.CLOSED:
            return ~is_open

