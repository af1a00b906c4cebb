"""Owns the streaming routes: one conversation for its people, all for the desk. Refuses to buffer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from sqlalchemy import Connection
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from bot.access import Role
from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.conversation_shapes import HIGHEST_ID
from bot.api.limited import Limited
from bot.api.service import Service, Serving, address_of
from bot.api.streams import Watch
from bot.conversation import conversations
from bot.desk import tickets
from bot.desk.accounts import Account
from bot.errors import BadRequest
from bot.events import log
from bot.events.hub import Person, Seat
from bot.events.log import Audience

router = APIRouter(tags=["events"], dependencies=[Limited])

LastEventId = Annotated[str | None, Header(description="The id of the last event seen; wins over `after`.")]
After = Annotated[int | None, Query(ge=0, le=HIGHEST_ID, description="Send what came after this event; 0: everything.")]
OpenTicket = Annotated[
    str | None,
    Query(max_length=64, description="The ticket that is open beside the stream: colleagues are told who has it open."),
]
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events: message, state, ticket, typing, delta; for the desk also suggestion, feedback, note, "
        "work, mail, presence",
        "content": {"text/event-stream": {}},
    }
}


@router.get("/v1/conversations/{conversation_id}/events", response_class=EventSourceResponse, responses=STREAM)
def conversation_events(
    conversation_id: str,
    request: Request,
    service: Serving,
    caller: Caller,
    last_event_id: LastEventId = None,
    after: After = None,
) -> Response:
    """What happens in the conversation, from the stored log: nothing is missed or doubled over reconnects."""
    start = _start(last_event_id, after)
    watch = _conversation_watch(service, caller, conversation_id)
    if watch.audience is Audience.DESK:
        place = service.open_streams.of_desk(str(caller.session))
    else:
        place = service.open_streams.of_visitor(conversation_id, address_of(request))
    return service.streams.response(watch, start or 0, place)


@router.get("/v1/desk/events", response_class=EventSourceResponse, responses=STREAM)
def desk_events(
    service: Serving,
    caller: Caller,
    last_event_id: LastEventId = None,
    after: After = None,
    ticket: OpenTicket = None,
) -> Response:
    """Every event of every conversation, for the console; without a start, from now on."""
    start = _start(last_event_id, after)

    def check() -> Account:
        with service.assistant.database.snapshot() as tx:
            return callers.desk(tx, caller)

    person = check()
    with service.assistant.database.snapshot() as tx:
        seat = _seat(tx, person, ticket) if ticket is not None else None
        if start is None:
            start = log.last_id(tx)
    watch = Watch(None, Audience.DESK, check, seat)
    return service.streams.response(watch, start, service.open_streams.of_desk(str(caller.session)))


def _seat(tx: Connection, account: Account, ticket_id: str) -> Seat:
    ticket = tickets.load(tx, ticket_id)
    return Seat(ticket.conversation_id, ticket.id, Person(account.id, account.name))


def _conversation_watch(service: Service, caller: Credentials, conversation_id: str) -> Watch:
    def check() -> Audience:
        with service.assistant.database.snapshot() as tx:
            viewer = callers.participant(tx, caller, conversation_id)
            conversations.load(tx, conversation_id)
        return Audience.ALL if viewer.role is Role.VISITOR else Audience.DESK

    return Watch(conversation_id, check(), check)


def _start(last_event_id: str | None, after: int | None) -> int | None:
    if not last_event_id:
        return after
    # The length first: of thousands of digits Python makes no number.
    written = last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) <= len(str(HIGHEST_ID))
    if not written or int(last_event_id) > HIGHEST_ID:
        raise BadRequest("Last-Event-ID must be the id of an event of this stream.")
    return int(last_event_id)
