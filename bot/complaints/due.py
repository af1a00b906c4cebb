"""Owns what the clock does to complaints: somebody is called before a stage is due, and when it is late.

Refuses to call twice for one stage, and to move one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.complaints import ledger
from bot.complaints.complaint import Complaint
from bot.desk import accounts, customer_of, notes, notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.handoff.clock import business_minutes
from bot.handoff.policies import HandoffPolicies
from bot.storage import clock

SAYS = {Work.COMPLAINT_DUE: "is due soon", Work.COMPLAINT_LATE: "is late"}


@dataclass(frozen=True, slots=True)
class Call:
    """A complaint somebody has to look at: `work` says whether it is due soon or late at its stage."""

    complaint: Complaint
    work: Work

    @property
    def about(self) -> str:
        """What it is known by beside the ticket: every step of a complaint raises its version."""
        return f"{self.work}:{self.complaint.version}"


def calls(tx: Connection, policies: HandoffPolicies, now: str) -> tuple[Call, ...]:
    """Who is to be called at `now` (ISO UTC) and was not yet."""
    found = ((complaint, _standing(tx, policies, complaint, now)) for complaint in ledger.going_on(tx))
    open_calls = (Call(complaint, work) for complaint, work in found if work is not None)
    return tuple(each for each in open_calls if not notices.was_noted(tx, each.complaint.ticket_id, each.about))


def call(tx: Connection, due: Call) -> bool:
    """The ticket is put before who is in charge, and before the leads when nobody is or it is late; the help desk
    outside is told. False when that was done meanwhile, or the complaint went on."""
    complaint, work = due.complaint, due.work
    ticket = tickets.load(tx, complaint.ticket_id)
    text = f"Complaint {complaint.number} {SAYS[work]} ({complaint.stage})."
    if ledger.load(tx, ticket.id) != complaint or not notices.noted(tx, ticket, due.about, text):
        return False
    notices.worked(tx, ticket, None, work, complaint.stage)
    notes.put(tx, ticket, ledger.AUTHOR, text, _called(tx, complaint, work))
    return True


def _standing(tx: Connection, policies: HandoffPolicies, complaint: Complaint, now: str) -> Work | None:
    if complaint.due_at is None:
        return None
    if complaint.overdue(now):
        return Work.COMPLAINT_LATE
    region = customer_of.of_ticket(tx, policies, tickets.load(tx, complaint.ticket_id)).region
    left = business_minutes(region, clock.read(now), clock.read(complaint.due_at))
    return Work.COMPLAINT_DUE if left <= policies.complaints.warn_minutes else None


def _called(tx: Connection, complaint: Complaint, work: Work) -> tuple[Account, ...]:
    owner = accounts.load(tx, complaint.owner) if complaint.owner else None
    in_charge = (owner,) if owner and not owner.disabled else ()
    others = accounts.leads(tx) if work is Work.COMPLAINT_LATE or not in_charge else ()
    return in_charge + tuple(each for each in others if each not in in_charge)
