"""Owns the routes of what the desk does among itself: notes, tags, transfer, snooze. Refuses their rules: see desk."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Caller
from bot.api.metrics import Heed
from bot.api.promise_shapes import offer
from bot.api.service import Serving
from bot.api.ticket_changes import changed, snoozed
from bot.api.ticket_shapes import TicketBody, ticket_body
from bot.api.ticket_work_shapes import (
    AssignPost,
    CheckBody,
    CheckPost,
    HistoryBody,
    InternalWordsBody,
    MacroBody,
    MacrosBody,
    NotedBody,
    NotePost,
    NotesBody,
    SnoozePost,
    TagPost,
    TimelineBody,
    TransferPost,
    UnassignPost,
    UnknownBody,
    contact_body,
    entry_body,
    note_body,
    repeat_body,
)
from bot.assist import repeats
from bot.assist.reply import published_texts
from bot.desk import accounts, customer_of, filled_macros, history, notes, snooze, tags, tickets, timeline, transfer
from bot.desk.accounts import Account
from bot.handoff.ticket import Ticket
from bot.promises.free_words import promised
from bot.promises.saying import sentence

router = APIRouter(tags=["desk"])


@router.get("/v1/tickets/{ticket_id}/notes")
def list_notes(ticket_id: str, service: Serving, caller: Caller) -> NotesBody:
    """The ticket's internal notes."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        written = notes.of_ticket(tx, tickets.load(tx, ticket_id))
    return NotesBody(notes=[note_body(note) for note in written])


@router.post("/v1/tickets/{ticket_id}/notes")
def add_note(ticket_id: str, body: NotePost, service: Serving, caller: Caller) -> NotedBody:
    """Write an internal note; customers never see it."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        ticket, note = notes.add(tx, ticket_id, account, body.text, body.version)
        lost = notes.not_found(tx, body.text, account)
    service.committed(ticket.conversation_id)
    missing = [UnknownBody(name=one.name, like=list(one.like)) for one in lost]
    return NotedBody(ticket=ticket_body(ticket), mentioned=list(note.mentioned), not_found=missing)


@router.delete("/v1/tickets/{ticket_id}/mention", status_code=HTTPStatus.NO_CONTENT)
def tick_off(ticket_id: str, service: Serving, caller: Caller) -> None:
    """Say that one has seen to what a note called one for: the ticket leaves the caller's mentions."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        notes.tick_off(tx, tickets.load(tx, ticket_id).id, account)


@router.post("/v1/tickets/{ticket_id}/reply/check")
def check_reply(ticket_id: str, body: CheckPost, service: Serving, caller: Caller) -> CheckBody:
    """What a reply asks for though the customer gave it, what it promises in free words, and which internal articles it
    has words of; nothing is sent."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        callers.desk(tx, caller, changes=True)
        ticket = tickets.load(tx, ticket_id)
        found = repeats.find(tx, assistant.policies, ticket, body.text)
        customer = customer_of.of_ticket(tx, assistant.policies, ticket)
        published = published_texts(tx, ticket, body.suggestion_id)
    backed = [sentence(assistant.policies, customer, offer(posted)) for posted in body.promises]
    freely = promised(body.text, assistant.policies.promises, backed, published)
    service.metrics.asked_again(Heed.WARNED, found)
    internal = assistant.live.internal_words(body.text)
    service.metrics.promised_freely(Heed.WARNED, freely)
    return CheckBody(
        asks_again=[repeat_body(repeat) for repeat in found],
        promises=list(freely),
        internal=[InternalWordsBody.model_validate(words, from_attributes=True) for words in internal],
    )


@router.get("/v1/tickets/{ticket_id}/history")
def read_history(ticket_id: str, service: Serving, caller: Caller) -> HistoryBody:
    """Who did what with the ticket and when."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        entries = history.of_ticket(tx, tickets.load(tx, ticket_id))
    return HistoryBody(entries=[entry_body(entry) for entry in entries])


@router.get("/v1/tickets/{ticket_id}/timeline")
def read_timeline(ticket_id: str, service: Serving, caller: Caller) -> TimelineBody:
    """What this customer had with us so far, over every website and channel."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        contacts = timeline.of_conversation(tx, tickets.load(tx, ticket_id).conversation_id)
    return TimelineBody(contacts=[contact_body(contact) for contact in contacts])


@router.get("/v1/tickets/{ticket_id}/macros")
def list_macros(ticket_id: str, service: Serving, caller: Caller) -> MacrosBody:
    """The ready-made texts, filled in."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller)
        ticket = tickets.load(tx, ticket_id)
        company = assistant.settings.company_name
        texts = filled_macros.filled(tx, assistant.policies.macros, ticket, account, company)
    return MacrosBody(macros=[MacroBody.model_validate(text, from_attributes=True) for text in texts])


@router.post("/v1/tickets/{ticket_id}/tags")
def change_tag(ticket_id: str, body: TagPost, service: Serving, caller: Caller) -> TicketBody:
    """Put a tag on the ticket, or take it off."""
    change = tags.remove if body.remove else tags.add
    return changed(service, caller, lambda tx, account: change(tx, ticket_id, account, body.tag, body.version))


@router.post("/v1/tickets/{ticket_id}/transfer")
def transfer_ticket(ticket_id: str, body: TransferPost, service: Serving, caller: Caller) -> TicketBody:
    """Give the ticket to another team; it waits for somebody there."""
    teams = service.assistant.policies.routing.teams

    def change(tx: Connection, account: Account) -> Ticket:
        return transfer.transfer(tx, ticket_id, account, body.team, teams, body.version)

    return changed(service, caller, change)


@router.post("/v1/tickets/{ticket_id}/unassign")
def unassign_ticket(
    ticket_id: str,
    body: Annotated[UnassignPost, Body(default_factory=UnassignPost)],
    service: Serving,
    caller: Caller,
) -> TicketBody:
    """Give the ticket back to the queue of its team."""
    return changed(service, caller, lambda tx, account: transfer.unassign(tx, ticket_id, account, body.version))


@router.post("/v1/tickets/{ticket_id}/assign")
def assign_ticket(ticket_id: str, body: AssignPost, service: Serving, caller: Caller) -> TicketBody:
    """Hand the ticket over to somebody, who has it then as if they had claimed it."""

    def change(tx: Connection, account: Account) -> Ticket:
        return transfer.assign(tx, ticket_id, account, accounts.load(tx, body.account_id), body.version)

    return changed(service, caller, change)


@router.post("/v1/tickets/{ticket_id}/snooze")
def snooze_ticket(ticket_id: str, body: SnoozePost, service: Serving, caller: Caller) -> TicketBody:
    """Put the ticket off until a time, or back into the queue; its due times stay."""

    def change(tx: Connection, account: Account) -> Ticket:
        if body.until is None:
            return snooze.wake(tx, ticket_id, account, body.version)
        return snoozed(tx, ticket_id, account, body.until, body.version, confirmed=body.confirmed)

    return changed(service, caller, change)
