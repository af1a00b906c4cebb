"""Owns what other systems send in: messages, and reports of the help desk. Refuses what is not signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from bot.api.conversation_shapes import ticket_brief
from bot.api.inbound_shapes import MESSAGE_IN, REPORT_IN, MessageInBody, TakenBody
from bot.api.message_shapes import message_body
from bot.api.service import Service, Serving, address_of
from bot.carry_out import HUMAN
from bot.conversation import conversations, threads
from bot.conversation.conversations import Conversation
from bot.customers import records
from bot.desk import tickets
from bot.errors import Conflict, SignInNeeded, TooLarge
from bot.integrations import chatwoot, message_in, outside_reply, reports
from bot.integrations.connections import HelpDesk
from bot.integrations.message_in import MessageIn
from bot.integrations.outside_reply import Reported
from bot.storage import clock
from bot.turn import ask_for_person, take_turn

router = APIRouter(prefix="/v1/inbound", tags=["other systems"])
_log = structlog.get_logger()


async def raw(request: Request) -> bytes:
    """The body as it came: a signature is over bytes."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw)]


@router.post("/help-desk", openapi_extra=REPORT_IN)
def report(request: Request, content: Raw, service: Serving) -> TakenBody:
    """What agents do in the help desk outside: their replies reach the customer, a solved ticket is resolved here, one
    that they open again goes on. A ticket with an open complaint or promise stays open, and they are told so."""
    desk = service.connections.help_desk
    with _counted(service, request, desk.system if desk else ""):
        told = _reported(desk, request, content)
    conversation_id = None
    if told is not None:
        with service.assistant.database.transaction() as tx:
            conversation_id = reports.carry_out(tx, service.assistant.policies, service.assistant.live, told)
    if conversation_id is not None:
        service.committed(conversation_id)
    taken = conversation_id is not None
    _log.info("help_desk_reported", system=desk.system if desk else "", taken=taken)
    return TakenBody(taken=taken)


@contextmanager
def _counted(service: Service, request: Request, system: str) -> Iterator[None]:
    """What is signed counts for its system, whoever shares the address with it; what is not, for the address."""
    try:
        yield
    except SignInNeeded:
        service.limits.request(address_of(request))
        raise
    service.limits.known(system)


def _reported(desk: HelpDesk | None, request: Request, content: bytes) -> Reported:
    if desk is None or desk.webhook_secret is None:
        raise SignInNeeded("No help desk may report here.")
    read = outside_reply.from_chatwoot if desk.system == chatwoot.NAME else outside_reply.from_zendesk
    return read(desk.webhook_secret, request.headers, content, clock.read(clock.now()))


@router.post("/{source}/messages", openapi_extra=MESSAGE_IN)
def receive(source: str, request: Request, content: Raw, service: Serving) -> MessageInBody:
    """A message from another program, signed after Standard Webhooks: answered like one from the chat, or handed over.

    The same `webhook-id` again is the same message.
    """
    known = service.connections.source(source)
    with _counted(service, request, f"source:{source}"):
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
