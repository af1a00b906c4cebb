"""Owns the routes by which each side shows that it is there: writing, and how far it has read. Refuses to carry words:
what is being written is nobody's business until it is sent."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller, VisitorCaller
from bot.api.conversation_shapes import ReadPost
from bot.api.limited import Limited
from bot.api.service import Serving
from bot.conversation import conversations, read_marks
from bot.conversation.read_marks import Reader
from bot.conversation.utterance import Speaker
from bot.conversation.whispers import Typing
from bot.desk import tickets
from bot.desk.attachments import WITH_PEOPLE
from bot.events.hub import WhisperKind
from bot.handoff.ticket import OPEN

router = APIRouter(tags=["events"])


@router.post("/v1/conversations/{conversation_id}/typing", status_code=HTTPStatus.NO_CONTENT, dependencies=[Limited])
def customer_types(conversation_id: str, service: Serving, caller: VisitorCaller) -> None:
    """The customer is writing; say it again every few seconds. Told to the desk while a person has the conversation."""
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        state = conversations.load(tx, conversation_id).state
    if state in WITH_PEOPLE:
        typing = Typing(Speaker.CUSTOMER)
        service.assistant.hub.whisper(conversation_id, WhisperKind.TYPING, typing, for_desk=True)


@router.post("/v1/tickets/{ticket_id}/typing", status_code=HTTPStatus.NO_CONTENT)
def person_types(ticket_id: str, service: Serving, caller: Caller) -> None:
    """The signed-in person is writing a reply; told to the customer and the desk. Refused like the reply would be."""
    with service.assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller, changes=True)
        ticket = tickets.load(tx, ticket_id)
        tickets.check_free(tx, ticket, account)
    typing = Typing(Speaker.AGENT, account.name)
    service.assistant.hub.whisper(ticket.conversation_id, WhisperKind.TYPING, typing)


@router.post("/v1/conversations/{conversation_id}/read", status_code=HTTPStatus.NO_CONTENT, dependencies=[Limited])
def customer_read(conversation_id: str, body: ReadPost, service: Serving, caller: VisitorCaller) -> None:
    """The customer was shown everything up to this message."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        moved = read_marks.mark(tx, conversation_id, Reader.CUSTOMER, body.message_id)
    if moved:
        service.committed(conversation_id)


@router.post("/v1/tickets/{ticket_id}/read", status_code=HTTPStatus.NO_CONTENT)
def desk_read(ticket_id: str, body: ReadPost, service: Serving, caller: Caller) -> None:
    """Somebody of the desk was shown everything up to this message; of a closed ticket the customer is told nothing."""
    with service.assistant.database.transaction() as tx:
        callers.desk(tx, caller, changes=True)
        ticket = tickets.load(tx, ticket_id)
        is_open = ticket.status in OPEN
        moved = is_open and read_marks.mark(tx, ticket.conversation_id, Reader.DESK, body.message_id)
    if moved:
        service.committed(ticket.conversation_id)
