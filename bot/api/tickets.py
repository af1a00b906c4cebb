"""Owns the routes of the desk's tickets. Refuses a ticket's rules: desk and assist have them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.conversation_shapes import contact_given, read_bodies
from bot.api.mail_shapes import mail_side
from bot.api.message_shapes import message_body
from bot.api.metrics import Heed
from bot.api.promise_shapes import offer, promise_body
from bot.api.service import Service, Serving
from bot.api.survey_shapes import survey_answer
from bot.api.ticket_changes import Closing, before_closing, changed
from bot.api.ticket_shapes import (
    ClaimPost,
    ClosePost,
    QueueBody,
    QueueQuery,
    ReopenPost,
    RepliedBody,
    ReplyPost,
    TicketBody,
    TicketDetail,
    customer_body,
    suggestion_body,
    ticket_body,
)
from bot.assist import repeats
from bot.assist.extras import offered
from bot.assist.record import Handling
from bot.assist.reply import Reply, published_texts, send
from bot.conversation import joins, read_marks
from bot.desk import contacts, filled_macros, offers, queue, record_of, tags, take_back, tickets
from bot.desk.accounts import Account
from bot.desk.queue import View, Wanted
from bot.desk.record_of import ProvenBy
from bot.feedback import survey
from bot.handoff.ticket import OPEN, Ticket
from bot.promises import sent
from bot.respond import Responder

Claiming = Annotated[ClaimPost, Body(default_factory=ClaimPost)]
Ending = Annotated[ClosePost, Body(default_factory=ClosePost)]
Reopening = Annotated[ReopenPost, Body(default_factory=ReopenPost)]

router = APIRouter(tags=["desk"])
PAGE_OF_CLIENTS = 200


@router.get("/v1/tickets")
def list_tickets(service: Serving, caller: Caller, asked: Annotated[QueueQuery, Query()]) -> QueueBody:
    """The queue, first due first, 200 a page: by status, or one of the desk's views; without either the open ones."""
    with service.assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller)
        found = queue.find(tx, _wanted(asked, account))
        standing = offers.standing(tx, [ticket.id for ticket in found.tickets])
        shown = [ticket_body(ticket, standing.get(ticket.id)) for ticket in found.tickets]
        return QueueBody(tickets=shown, total=found.total)


@router.get("/v1/tickets/{ticket_id}")
def open_ticket(ticket_id: str, service: Serving, caller: Caller) -> TicketDetail:
    """The ticket with packet, transcript, customer and what is suggested now."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        return _detail(tx, service.assistant.responder, tickets.load(tx, ticket_id))


@router.post("/v1/tickets/{ticket_id}/claim")
def claim(ticket_id: str, body: Claiming, service: Serving, caller: Caller) -> TicketBody:
    """Take the ticket; the customer is told that a person has it."""

    def change(tx: Connection, account: Account) -> Ticket:
        return tickets.claim(tx, ticket_id, account, body.version, take_over=body.take_over)

    return changed(service, caller, change)


@router.post("/v1/tickets/{ticket_id}/reply")
def reply(ticket_id: str, body: ReplyPost, service: Serving, caller: Caller) -> RepliedBody:
    """Answer the customer as a person, from a suggestion or freely."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        policies, company = service.assistant.policies, service.assistant.settings.company_name
        greeting = ""
        if body.suggestion_id is not None:
            greeting = filled_macros.greeting(tx, policies.macros, tickets.load(tx, ticket_id), account, company)
        replied = send(tx, service.assistant.live, ticket_id, account, _reply(body, greeting))
        found = repeats.account_for(tx, policies, replied, account, confirmed=body.confirmed)
        offers = [offer(posted) for posted in body.promises]
        published = published_texts(tx, replied.ticket, body.suggestion_id)
        told = sent.account_for(tx, policies, replied, account, offers, published, released=body.promises_confirmed)
    service.metrics.asked_again(Heed.SENT, found)
    service.metrics.promised_freely(Heed.SENT, told.freely)
    service.committed(replied.ticket.conversation_id)
    return RepliedBody(
        ticket=ticket_body(replied.ticket),
        message=message_body(replied.message),
        promises=[promise_body(promise) for promise in told.made],
    )


@router.post("/v1/tickets/{ticket_id}/return")
def return_to_bot(ticket_id: str, body: Ending, service: Serving, caller: Caller) -> TicketBody:
    """Close the ticket and let the bot go on."""
    return _close(ticket_id, body, service, caller, to_bot=True)


@router.post("/v1/tickets/{ticket_id}/resolve")
def resolve(ticket_id: str, body: Ending, service: Serving, caller: Caller) -> TicketBody:
    """Close ticket and conversation."""
    return _close(ticket_id, body, service, caller, to_bot=False)


@router.post("/v1/tickets/{ticket_id}/reopen")
def reopen(ticket_id: str, body: Reopening, service: Serving, caller: Caller) -> TicketBody:
    """Take back a Resolve or Return that was a slip, soon after it: ticket and customer are as they were before."""
    policies = service.assistant.policies

    def change(tx: Connection, account: Account) -> Ticket:
        return take_back.take_back(tx, policies, ticket_id, account, body.version)

    return changed(service, caller, change)


def _close(ticket_id: str, body: ClosePost, service: Service, caller: Credentials, *, to_bot: bool) -> TicketBody:
    close = tickets.return_to_bot if to_bot else tickets.resolve

    def change(tx: Connection, account: Account) -> Ticket:
        asked = Closing(body.version, body.confirmed, body.promises_reason)
        before_closing(tx, service, ticket_id, account, asked, to_bot=to_bot)
        return close(tx, ticket_id, account, body.note, body.version)

    return changed(service, caller, change)


def _wanted(asked: QueueQuery, account: Account) -> Wanted:
    """A status that is final is looked for among the closed tickets."""
    closed = asked.status is not None and asked.status not in OPEN
    return Wanted(
        view=View.CLOSED if closed else asked.view,
        account_id=account.id,
        team=asked.team,
        tag=asked.tag,
        status=asked.status,
        words=asked.q,
        page=asked.page,
        size=PAGE_OF_CLIENTS,
    )


def _reply(body: ReplyPost, greeting: str) -> Reply:
    return Reply(
        body.text,
        suggestion_id=body.suggestion_id,
        also_from=body.also_from,
        release_internal=body.release_internal,
        release_articles=body.release_articles,
        confirmed=body.moved_on_confirmed,
        version=body.version,
        client_id=body.client_id,
        handling=Handling(body.suggestion_shown_ms, body.suggestion_inserted_ms),
        greeting=greeting,
    )


def _detail(tx: Connection, parts: Responder, ticket: Ticket) -> TicketDetail:
    said = joins.transcript(tx, ticket.conversation_id)
    rated = survey.of_ticket(tx, ticket.id)
    known = record_of.of_conversation(tx, ticket.conversation_id)
    customer = customer_body(known.customer) if known else None
    vouched = known is not None and known.proven_by is ProvenBy.WEBSITE
    return TicketDetail(
        **ticket_body(ticket, offers.standing(tx, [ticket.id]).get(ticket.id)).model_dump(),
        packet=ticket.packet,
        tags=list(tags.of_tickets(tx, [ticket.id])[ticket.id]),
        messages=[message_body(message) for message in said],
        customer=customer if vouched else None,
        customer_by_mail=None if vouched else customer,
        contact=contact_given(contacts.of(tx, ticket.conversation_id)),
        suggestions=[suggestion_body(*each) for each in offered(tx, parts, ticket)],
        survey=survey_answer(rated) if rated else None,
        read=read_bodies(read_marks.of_conversation(tx, ticket.conversation_id)),
        mail=mail_side(tx, ticket.conversation_id),
    )
