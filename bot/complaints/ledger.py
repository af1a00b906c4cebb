"""Owns the steps of a complaint: opened, moved on, over; the customer reads each. Refuses jumps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.complaints import saying
from bot.complaints.complaint import Complaint, Step, from_row
from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.desk import accounts, customer_of, notes, notices, tickets
from bot.desk.accounts import Account
from bot.desk.customer_of import TicketCustomer
from bot.desk.notices import Work
from bot.errors import BadRequest, Conflict, NotAllowed, NotFound
from bot.handoff.complaint_policy import GOING_ON, Stage
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import complaints
from bot.storage.once import insert_once

AUTHOR = "Complaints"
MOST_LISTED = 200


def open_one(tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account | None = None) -> Complaint:
    """Make the ticket a complaint, tell the customer and the leads; one that is there stays as it is.

    `account` None: the customer said so; else the ticket is claimed, as by a reply. Conflict when it is closed or
    somebody else's.
    """
    before = find(tx, ticket.id)
    if before is not None:
        return before
    taken = tickets.claim(tx, ticket.id, account) if account else ticket
    customer = customer_of.of_ticket(tx, policies, taken)
    insert_once(tx, complaints, asdict(saying.received(policies, customer, taken, clock.now())), "ticket_id")
    complaint = load(tx, ticket.id)
    _tell(tx, policies, customer, complaint)
    notices.worked(tx, taken, account.name if account else None, Work.COMPLAINT_OPENED)
    notes.put(tx, taken, AUTHOR, f"Complaint {complaint.number} was received.", accounts.leads(tx))
    return complaint


def receive_again(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> Complaint:
    """One that is over is received again, under its number and with what was found; customer and leads are told."""
    customer, before = customer_of.of_ticket(tx, policies, ticket), load(tx, ticket.id)
    received = saying.received_again(policies, customer, before, clock.now())
    _write(tx, before, received)
    messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, saying.said_again(policies, customer, received))
    notices.worked(tx, ticket, None, Work.COMPLAINT_MOVED, received.stage)
    notes.put(tx, ticket, AUTHOR, f"Complaint {received.number} goes on: the customer wrote again.", accounts.leads(tx))
    return received


def move(
    tx: Connection,
    policies: HandoffPolicies,
    ticket_id: str,
    account: Account,
    step: Step,
    version: int | None = None,
) -> Complaint:
    """Go to the step's stage and tell the customer; the ticket is claimed, as by a reply.

    Conflict for a stage that may not follow, a ticket that is closed or somebody else's, or a complaint that is not at
    `version` any more, or a remedy that speaks of what nobody wrote; BadRequest for a proposal without root cause and
    remedy; NotAllowed for what only a lead may do.
    """
    complaint = load(tx, ticket_id)
    if version is not None and version != complaint.version:
        raise Conflict("The complaint changed in the meantime; load it again.")
    _check_step(policies, tickets.load(tx, ticket_id), complaint, step, account)
    # An escalated one is the leads', whoever had the ticket so far.
    ticket = tickets.claim(tx, ticket_id, account, take_over=complaint.stage is Stage.ESCALATED)
    customer = customer_of.of_ticket(tx, policies, ticket)
    moved = saying.after(policies, customer, complaint, step, account, clock.now())
    _write(tx, complaint, moved)
    _tell(tx, policies, customer, moved)
    notices.worked(tx, ticket, account.name, Work.COMPLAINT_MOVED, step.stage)
    if step.stage is Stage.ESCALATED:
        notes.put(tx, ticket, AUTHOR, f"Complaint {moved.number} was escalated.", accounts.leads(tx))
    return moved


def preview(tx: Connection, policies: HandoffPolicies, ticket_id: str, account: Account, step: Step) -> str:
    """What the customer would read now; RECEIVED for a ticket that is none yet. Refuses what the step would refuse."""
    ticket, before = tickets.load(tx, ticket_id), find(tx, ticket_id)
    customer, now = customer_of.of_ticket(tx, policies, ticket), clock.now()
    if before is None or before.stage is not Stage.ESCALATED:
        tickets.check_free(tx, ticket, account)
    if before is None and step.stage is Stage.RECEIVED:
        return saying.sentence(tx, policies, customer, saying.received(policies, customer, ticket, now))
    complaint = load(tx, ticket_id)
    _check_step(policies, ticket, complaint, step, account)
    return saying.sentence(tx, policies, customer, saying.after(policies, customer, complaint, step, account, now))


def find(tx: Connection, ticket_id: str) -> Complaint | None:
    """The ticket's complaint, None when it is none."""
    row = tx.execute(select(complaints).where(complaints.c.ticket_id == ticket_id)).mappings().first()
    return from_row(row) if row is not None else None


def check_may_end(tx: Connection, ticket_id: str) -> None:
    """Conflict while the ticket's complaint goes on: its customer was told its number, so it is no other ticket's."""
    complaint = find(tx, ticket_id)
    if complaint is not None and complaint.stage in GOING_ON:
        raise Conflict(
            f"This ticket is complaint {complaint.number}, which goes on. Merge the other ticket into this one, or "
            "finish the complaint first."
        )


def load(tx: Connection, ticket_id: str) -> Complaint:
    """The ticket's complaint; NotFound when it is none."""
    complaint = find(tx, ticket_id)
    if complaint is None:
        raise NotFound("This ticket is no complaint.")
    return complaint


def going_on(tx: Connection) -> tuple[Complaint, ...]:
    """Complaints that are not over, the first due first, at most 200."""
    return _listed(tx, complaints.c.stage.in_(GOING_ON), complaints.c.due_at)


def over(tx: Connection) -> tuple[Complaint, ...]:
    """Complaints that are over, the newest first, at most 200."""
    return _listed(tx, ~complaints.c.stage.in_(GOING_ON), complaints.c.closed_at.desc())


def of_conversations(tx: Connection, conversation_ids: Collection[str]) -> tuple[Complaint, ...]:
    """The complaints of these conversations, the newest first, at most 200."""
    return _listed(tx, complaints.c.conversation_id.in_(conversation_ids), complaints.c.opened_at.desc())


def of_tickets(tx: Connection, ticket_ids: Sequence[str]) -> Mapping[str, Complaint]:
    """Those of these tickets that are complaints and not over."""
    query = select(complaints).where(complaints.c.ticket_id.in_(ticket_ids), complaints.c.stage.in_(GOING_ON))
    return {row["ticket_id"]: from_row(row) for row in tx.execute(query).mappings()}


def counts(tx: Connection) -> Mapping[Stage, int]:
    """How many complaints stand in each stage."""
    query = select(complaints.c.stage, func.count()).group_by(complaints.c.stage)
    found = {Stage(stage): count for stage, count in tx.execute(query).tuples()}
    return {stage: found.get(stage, 0) for stage in Stage}


def count_overdue(tx: Connection, now: str) -> int:
    """How many should have left their stage by now."""
    query = select(func.count()).where(complaints.c.stage.in_(GOING_ON), complaints.c.due_at < now)
    return int(tx.execute(query).scalar_one())


def goes_on(tx: Connection, ticket_id: str) -> str:
    """That the ticket is a complaint that goes on and what to do about it, empty otherwise."""
    complaint = find(tx, ticket_id)
    if complaint is None or complaint.is_over:
        return ""
    return f"This complaint is not closed yet ({complaint.stage}); close it first, or withdraw it."


def _check_step(
    policies: HandoffPolicies, ticket: Ticket, complaint: Complaint, step: Step, account: Account
) -> None:
    if step.stage not in complaint.following:
        allowed = ", ".join(complaint.following) or "nothing"
        raise Conflict(f"This complaint ({complaint.stage}) cannot become {step.stage}; what may follow: {allowed}.")
    if complaint.stage is Stage.ESCALATED and not account.viewer.may_lead:
        raise NotAllowed("An escalated complaint is with the leads.")
    policy = policies.complaints
    if step.stage is not Stage.PROPOSED:
        if step.root_cause or step.remedy:
            raise BadRequest("Root cause and remedy belong to a proposal.")
        return
    if step.root_cause not in policy.root_causes:
        raise BadRequest(f"A proposal names a root cause: one of {', '.join(policy.root_causes)}.")
    if step.remedy not in policy.remedies:
        raise BadRequest(f"A proposal names a remedy: one of {', '.join(policy.remedies)}.")
    if step.remedy in policy.after_reply and ticket.first_response_at is None:
        raise Conflict("This remedy speaks of what we wrote, and nobody has written yet. Reply to the customer first.")


def _tell(tx: Connection, policies: HandoffPolicies, customer: TicketCustomer, complaint: Complaint) -> None:
    """The stage's sentence, in the conversation."""
    said = saying.sentence(tx, policies, customer, complaint)
    messages.append(tx, complaint.conversation_id, Speaker.SYSTEM, said)


def _write(tx: Connection, before: Complaint, after: Complaint) -> None:
    """Conflict when somebody moved it since it was loaded."""
    same = (complaints.c.ticket_id == before.ticket_id) & (complaints.c.version == before.version)
    values = {
        "stage": after.stage,
        "stage_since": after.stage_since,
        "due_at": after.due_at,
        "owner": after.owner,
        "root_cause": after.root_cause,
        "remedy": after.remedy,
        "closed_at": after.closed_at,
        "version": after.version,
    }
    if tx.execute(update(complaints).where(same).values(values)).rowcount == 0:
        raise Conflict("The complaint changed in the meantime; load it again.")


def _listed(tx: Connection, which: ColumnElement[bool], first: ColumnElement[object]) -> tuple[Complaint, ...]:
    query = select(complaints).where(which).order_by(first, complaints.c.ticket_id).limit(MOST_LISTED)
    return tuple(from_row(row) for row in tx.execute(query).mappings())
