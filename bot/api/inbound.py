"""Owns what other systems send in: messages, and reports of the help desk. Refuses what is not signed."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from bot.api.conversation_shapes import ticket_brief
from bot.api.inbound_shapes import MESSAGE_IN, REPORT_IN, MessageInBody, TakenBody
from bot.api.message_shapes import message_body
from bot.api.service import Limited, Service, Serving
from bot.carry_out import HUMAN
from bot.conversation import conversations, threads
from bot.conversation.conversations import Conversation
from bot.customers import records
from bot.desk import outside, tickets
from bot.errors import Conflict, NotFound, SignInNeeded, TooLarge
from bot.integrations import chatwoot, message_in, outside_reply
from bot.integrations.connections import HelpDesk
from bot.integrations.message_in import MessageIn
from bot.integrations.outside_reply import OutsideReply, OutsideSolved, Reported
from bot.storage import clock
from bot.storage.clean_text import blank, storable
from bot.turn import ask_for_person, take_turn

router = APIRouter(prefix="/v1/inbound", tags=["other systems"], dependencies=[Limited])
_log = structlog.get_logger()


async def raw(request: Request) -> bytes:
    """The body as it came: a signature is over bytes."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw)]


@router.post("/help-desk", openapi_extra=REPORT_IN)
def report(request: Request, content: Raw, service: Serving) -> TakenBody:
    """What agents do in the help desk outside: their replies reach the customer, a solved ticket is resolved here."""
    desk = service.connections.help_desk
    told = _reported(desk, request, content)
    conversation_id = _carried_out(service, told) if told else None
    if conversation_id is not None:
        service.committed(conversation_id)
    taken = conversation_id is not None
    _log.info("help_desk_reported", system=desk.system if desk else "", taken=taken)
    return TakenBody(taken=taken)


def _reported(desk: HelpDesk | None, request: Request, content: bytes) -> Reported:
    if desk is None or desk.webhook_secret is None:
        raise SignInNeeded("No help desk may report here.")
    read = outside_reply.from_chatwoot if desk.system == chatwoot.NAME else outside_reply.from_zendesk
    return read(desk.webhook_secret, request.headers, content, clock.read(clock.now()))


def _carried_out(service: Service, told: OutsideReply | OutsideSolved) -> str | None:
    """The conversation it was about; None for a ticket that is not ours, or not here any more."""
    try:
        with service.assistant.database.transaction() as tx:
            ticket = tickets.load(tx, told.ticket_id)
            if isinstance(told, OutsideSolved):
                outside.resolve(tx, ticket.id, told.author)
            elif not blank(told.text):
                said = outside.reply(tx, ticket.id, storable(told.author), told.text, storable(told.key))
                return said.message.conversation_id
            return ticket.conversation_id
    except NotFound:
        return None


@router.post("/{source}/messages", openapi_extra=MESSAGE_IN)
def receive(source: str, request: Request, content: Raw, service: Serving) -> MessageInBody:
    """A message from another program, signed after Standard Webhooks: answered like one from the chat, or handed over.

    The same `webhook-id` again is the same message.
    """
    known = service.connections.source(source)
    received = message_in.read(known, request.headers, content, clock.read(clock.now()))
    longest = service.assistant.settings.max_message_chars
    if len(received.message.text) > longest:
        raise TooLarge(f"A message has at most {longest} characters.")
    with service.assistant.database.transaction() as tx:
        conversation = _conversation(tx, source, received.message, service)
    service.limits.message(conversation.id, source)
    viewer, message = conversations.viewer_of(conversation), received.message
    result = take_turn(service.assistant, viewer, conversation.id, received.client_id, message.text)
    if message.person and result.created and result.state not in HUMAN:
        ask_for_person(service.assistant, viewer, conversation.id, asked_with=result.message)
    heard_in = result.message.conversation_id
    service.committed(heard_in)
    with service.assistant.database.snapshot() as tx:
        return MessageInBody(
            conversation_id=heard_in,
            created=result.created,
            reply=message_body(result.reply) if result.reply else None,
            state=conversations.load(tx, heard_in).state,
            ticket=ticket_brief(tickets.latest(tx, heard_in)),
        )


def _conversation(tx: Connection, source: str, message: MessageIn, service: Service) -> Conversation:
    """The thread's conversation, opened with its first message; it stays with the customer it began with."""
    customer = records.upsert(tx, message.customer) if message.customer else None
    known = threads.find(tx, source, message.thread)
    if known is not None:
        conversation = conversations.load(tx, known)
        if customer is not None and conversation.customer_id != customer.id:
            raise Conflict("This thread is another customer's.")
        return conversation
    opened = conversations.open_conversation(
        tx,
        site=source,
        language=message.language or (customer and customer.language) or service.assistant.settings.default_language,
        region=customer.region if customer else None,
        plan=customer.plan if customer else None,
        customer_id=customer.id if customer else None,
    )
    threads.keep(tx, source, message.thread, opened.conversation.id)
    return opened.conversation
