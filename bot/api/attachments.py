"""Owns the routes of files in conversations: send one, fetch one. Refuses to let a browser open one in this origin."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import StringConstraints

from bot.api import callers
from bot.api.callers import Caller, VisitorCaller
from bot.api.conversation_shapes import AttachedBody, ClientId
from bot.api.field_types import Version
from bot.api.limited import Limited
from bot.api.message_shapes import message_body
from bot.api.security_headers import CSP
from bot.api.service import Service, Serving, address_of
from bot.api.ticket_shapes import RepliedBody, ticket_body
from bot.conversation import attachments, conversations, joins
from bot.conversation.attachments import Received, StoredFile
from bot.conversation.utterance import Speaker
from bot.desk import tickets
from bot.desk.attachments import check_taken, from_customer

router = APIRouter(tags=["files"])

LONGEST_GIVEN_NAME = 255
ANY = "application/octet-stream"
# Even a browser that ignores "attachment" gets a document without an origin, scripts or requests.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"

Name = Annotated[str, Query(max_length=LONGEST_GIVEN_NAME, description="The file's name; its ending is put right.")]
# A body without a byte is no mistake of the caller's form: it is a file, and refused in words about files.
File = Annotated[bytes, Body(media_type=ANY, description="The bytes of one file.")]
SAME_AGAIN = "The same client_id came before"


@router.post(
    "/v1/conversations/{conversation_id}/attachments",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.OK: {"model": AttachedBody, "description": SAME_AGAIN}},
    dependencies=[Limited],
)
def send_file(
    conversation_id: str,
    name: Name,
    client_id: Annotated[ClientId, Query()],
    request: Request,
    response: Response,
    service: Serving,
    caller: VisitorCaller,
    file: File = b"",
) -> AttachedBody:
    """A file for the person who has the conversation; a picture, PDF or plain text. Sent again, it is the same."""
    database = service.assistant.database
    with database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        conversation = conversations.load(tx, joins.going_on(tx, conversation_id))
    check_taken(conversation)
    service.limits.file(address_of(request))
    service.limits.message(conversation_id, conversation.site)
    received = _receive(service, file, name, Speaker.CUSTOMER)
    with database.transaction() as tx:
        stored = from_customer(tx, service.assistant.policies, conversation_id, received, client_id)
    service.files.keep(file)
    service.committed(stored.message.conversation_id)
    if stored.created:
        service.metrics.files.labels(Speaker.CUSTOMER).inc()
    else:
        response.status_code = HTTPStatus.OK
    return AttachedBody(message=message_body(stored.message))


@router.post("/v1/tickets/{ticket_id}/attachments", status_code=HTTPStatus.CREATED)
def reply_with_file(
    ticket_id: str,
    name: Name,
    service: Serving,
    caller: Caller,
    file: File = b"",
    client_id: Annotated[ClientId | None, Query()] = None,
    version: Annotated[Version | None, Query()] = None,
) -> RepliedBody:
    """Send a file to the customer as a person: a reply like any other."""
    database = service.assistant.database
    with database.snapshot() as tx:
        account = callers.desk(tx, caller, changes=True)
        tickets.check_free(tx, tickets.load(tx, ticket_id), account)
    received = _receive(service, file, name, Speaker.AGENT)
    with database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        replied = tickets.reply_with_file(tx, ticket_id, account, received, version, client_id)
    service.files.keep(file)
    if replied.created:
        service.metrics.files.labels(Speaker.AGENT).inc()
    service.committed(replied.ticket.conversation_id)
    return RepliedBody(ticket=ticket_body(replied.ticket), message=message_body(replied.message), promises=[])


@router.get(
    "/v1/conversations/{conversation_id}/attachments/{attachment_id}",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {ANY: {}}, "description": "The file, to be saved"}},
    dependencies=[Limited],
)
def fetch_file(
    conversation_id: Annotated[str, StringConstraints(max_length=64)],
    attachment_id: Annotated[str, StringConstraints(max_length=64)],
    service: Serving,
    caller: Caller,
) -> Response:
    """A file of the conversation or of one that goes on in it, for its customer, the desk, and a help desk outside with
    a service key; always to be saved."""
    with service.assistant.database.snapshot() as tx:
        callers.of_file(tx, caller, conversation_id)
        found = attachments.load(tx, attachment_id, *joins.parts(tx, conversation_id))
    return Response(service.files.read(found.digest), media_type=ANY, headers=_headers(found))


def _receive(service: Service, file: bytes, name: str, by: Speaker) -> Received:
    """The bytes are on the disk before the message that needs them; the routes look again after it."""
    kept, kind = attachments.looked_at(file, name, by)
    return Received(kept, kind, len(file), service.files.keep(file))


def _headers(found: StoredFile) -> dict[str, str]:
    name = quote(found.attachment.name, safe="")
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cross-Origin-Resource-Policy": "same-origin",
        CSP: SANDBOX,
    }
