"""Owns how much everybody of the desk has on their hands. Refuses to judge it: see assignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from bot.handoff.service_level import Priority
from bot.handoff.ticket import TicketStatus
from bot.handoff.workload import Workload
from bot.storage import clock
from bot.storage.tables import offers, tickets


@dataclass(frozen=True, slots=True)
class Load:
    """Open tickets that somebody claimed, those laid before them, and the points of both."""

    claimed: int = 0
    offered: int = 0
    points: int = 0


def of_everybody(tx: Connection, workload: Workload) -> Mapping[str, Load]:
    """The loads by account; what is put off counts for nobody."""
    now = clock.now()
    here = or_(tickets.c.snoozed_until.is_(None), tickets.c.snoozed_until <= now)
    claimed = (
        select(tickets.c.assignee.label("account_id"), tickets.c.priority, func.count().label("times"))
        .where(tickets.c.status == TicketStatus.CLAIMED, here)
        .group_by(tickets.c.assignee, tickets.c.priority)
    )
    offered = (
        select(offers.c.account_id, tickets.c.priority, func.count().label("times"))
        .join(tickets, tickets.c.id == offers.c.ticket_id)
        .where(offers.c.ended_at.is_(None))
        .group_by(offers.c.account_id, tickets.c.priority)
    )
    loads: dict[str, Load] = {}
    for row in tx.execute(claimed):
        loads[row.account_id] = _with(loads.get(row.account_id), workload, row.priority, claimed=row.times)
    for row in tx.execute(offered):
        loads[row.account_id] = _with(loads.get(row.account_id), workload, row.priority, offered=row.times)
    return loads


def _with(before: Load | None, workload: Workload, priority: str, claimed: int = 0, offered: int = 0) -> Load:
    had = before or Load()
    points = workload.shares[Priority(priority)].points * (claimed + offered)
    return Load(had.claimed + claimed, had.offered + offered, had.points + points)
