"""Owns the routes of complaints. Refuses their rules: complaints has them."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.complaint_shapes import (
    ComplaintBody,
    ComplaintsBody,
    Listed,
    StagePost,
    StepPost,
    StepPreviewBody,
    TicketComplaintBody,
    complaint_body,
)
from bot.api.service import Serving
from bot.complaints import ledger
from bot.desk import tickets
from bot.storage import clock

router = APIRouter(tags=["desk"])


@router.get("/v1/complaints")
def list_complaints(service: Serving, caller: Caller, show: Listed = Listed.OPEN) -> ComplaintsBody:
    """Complaints of every ticket, for leads."""
    now = clock.now()
    with service.assistant.database.snapshot() as tx:
        callers.lead(tx, caller)
        found = ledger.over(tx) if show is Listed.OVER else ledger.going_on(tx)
    listed = [one for one in found if show is not Listed.OVERDUE or one.overdue(now)]
    return ComplaintsBody(complaints=[complaint_body(one, now) for one in listed])


@router.get("/v1/tickets/{ticket_id}/complaint")
def read_complaint(ticket_id: str, service: Serving, caller: Caller) -> TicketComplaintBody:
    """The ticket's complaint, if it is one."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        found = ledger.find(tx, tickets.load(tx, ticket_id).id)
    return TicketComplaintBody(complaint=complaint_body(found, clock.now()) if found else None)


@router.post("/v1/tickets/{ticket_id}/complaint")
def open_complaint(ticket_id: str, service: Serving, caller: Caller) -> ComplaintBody:
    """Make the ticket a complaint; the customer is told. One that is there stays as it is."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        complaint = ledger.open_one(tx, service.assistant.policies, tickets.load(tx, ticket_id), account)
    service.committed(complaint.conversation_id)
    return complaint_body(complaint, clock.now())


@router.post("/v1/tickets/{ticket_id}/complaint/preview")
def preview(ticket_id: str, body: StepPost, service: Serving, caller: Caller) -> StepPreviewBody:
    """What the customer would read; `received` for a ticket that is no complaint yet. Nothing is done."""
    with service.assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller, changes=True)
        text = ledger.preview(tx, service.assistant.policies, ticket_id, account, body.step())
    return StepPreviewBody(text=text)


@router.post("/v1/tickets/{ticket_id}/complaint/stage")
def move_complaint(ticket_id: str, body: StagePost, service: Serving, caller: Caller) -> ComplaintBody:
    """Take it to the next stage; the customer is told. 409 names what may follow."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        complaint = ledger.move(tx, service.assistant.policies, ticket_id, account, body.step(), body.version)
    service.committed(complaint.conversation_id)
    return complaint_body(complaint, clock.now())
