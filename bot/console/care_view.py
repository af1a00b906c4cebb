"""Owns what the care page shows leads: complaints, requests above a limit, promises, what suggestions save. Refuses to
change anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.allowances import given
from bot.allowances.concession import Concession
from bot.assist import figures
from bot.assist.figures import Lately
from bot.complaints import ledger as complaints
from bot.complaints.complaint import Complaint
from bot.desk import accounts, own_macros, tickets
from bot.handoff.policies import HandoffPolicies
from bot.promises import due, ledger
from bot.promises.due import Standing
from bot.promises.promise import Promise
from bot.storage import clock

MOST_PROMISES = 100


@dataclass(frozen=True, slots=True)
class Owed:
    """A complaint with what its customer wants, and whether it is late."""

    complaint: Complaint
    goal: str
    late: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What waits for a lead, with what and how much for people."""

    concession: Concession
    written: str


@dataclass(frozen=True, slots=True)
class CareView:
    """All that is owed to customers beyond an answer, the first due first, and how suggestions were used."""

    complaints: tuple[Owed, ...]
    requests: tuple[Request, ...]
    promises: tuple[Promise, ...]
    counts: Mapping[Standing, int]
    warn_minutes: int
    macros_waiting: int
    suggested: Lately
    names: Mapping[str, str]


def look(tx: Connection, policies: HandoffPolicies) -> CareView:
    """What there is to look after now."""
    now, going_on = clock.now(), complaints.going_on(tx)
    goals = tickets.goals(tx, [one.ticket_id for one in going_on])
    return CareView(
        complaints=tuple(Owed(one, goals[one.ticket_id], one.overdue(now)) for one in going_on),
        requests=tuple(Request(one, given.written(policies, one)) for one in given.waiting(tx)),
        promises=ledger.waiting(tx, MOST_PROMISES),
        counts=due.counts(tx, now),
        warn_minutes=policies.promises.warn_minutes,
        macros_waiting=own_macros.waiting(tx),
        suggested=figures.lately(tx),
        names={account.id: account.name for account in accounts.every(tx)},
    )
