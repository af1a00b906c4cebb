"""Owns the routes by which a waiting customer says how they can be reached, and proves it. Refuses other people's
conversations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import (
    CodePost,
    CodeWordsBody,
    ContactBody,
    ContactGivenBody,
    ContactPost,
    ContactWordsBody,
    GivenWordsBody,
    contact_body,
)
from bot.api.limited import Limited
from bot.api.service import Service, Serving, address_of
from bot.channels import contact_codes
from bot.conversation import conversations
from bot.desk import contacts, tickets
from bot.errors import Conflict
from bot.handoff.ticket import Ticket
from bot.handoff.wording import Phrases

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.get("/v1/conversations/{conversation_id}/contact")
def read_contact(conversation_id: str, service: Serving, caller: VisitorCaller) -> ContactBody:
    """The form to show while nobody is there for the ticket, until something was said to it; then the address that was
    given, while the ticket is open; and the form for a code."""
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        due = contacts.due(tx, conversation_id)
        return ContactBody(
            contact=_form(service, due) if due else None,
            given=_given(tx, service, conversation_id),
            code=_code_form(tx, service, conversation_id),
        )


@router.post("/v1/conversations/{conversation_id}/contact")
def give_contact(
    conversation_id: str, body: ContactPost, request: Request, service: Serving, caller: VisitorCaller
) -> ContactGivenBody:
    """Say how to be reached, or with no e-mail that one would rather not; the last word counts.

    Where the desk has e-mail, a code goes to the address, in our own words alone, and nothing else until it is entered.
    """
    if body.email:
        service.limits.contact(address_of(request))
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        kept = contacts.keep(tx, conversation_id, body.name, body.email)
        if service.mail is not None and kept.email:
            sending = contact_codes.send(tx, service.mail.desk, conversation_id, kept.email)
            service.metrics.contact_codes.labels(sending).inc()
        given = contact_body(contacts.of(tx, conversation_id) or kept, _code_form(tx, service, conversation_id))
    service.committed(conversation_id)
    return given


@router.post("/v1/conversations/{conversation_id}/contact/code")
def enter_code(
    conversation_id: str, body: CodePost, request: Request, service: Serving, caller: VisitorCaller
) -> ContactGivenBody:
    """Enter the code from the mail: from now on the team's answers are mailed there, too. A few tries, then no more."""
    service.limits.contact(address_of(request))
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        tried = contact_codes.enter(tx, conversation_id, body.code)
    service.metrics.contact_codes.labels("entered" if tried.contact else "wrong").inc()
    proven = contact_codes.check(tried)
    service.committed(conversation_id)
    return contact_body(proven)


@router.post("/v1/conversations/{conversation_id}/contact/code/again")
def send_code_again(
    conversation_id: str, request: Request, service: Serving, caller: VisitorCaller
) -> ContactGivenBody:
    """The mail with the code is lost: once a new one to the same address; the one before is void."""
    service.limits.contact(address_of(request))
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        given = contacts.of(tx, conversation_id)
        if service.mail is None or given is None:
            raise Conflict("No code was sent here; give an address first.")
        contact_codes.send_again(tx, service.mail.desk, conversation_id)
        sent = contact_body(given, _code_form(tx, service, conversation_id))
    service.metrics.contact_codes.labels("sent_again").inc()
    service.committed(conversation_id)
    return sent


def _form(service: Service, ticket: Ticket) -> ContactWordsBody:
    language, phrases = service.assistant.policies.wording.spoken(ticket.packet.language)
    return ContactWordsBody(ticket_id=ticket.id, language=language, **_words(ContactWordsBody, phrases))


def _given(tx: Connection, service: Service, conversation_id: str) -> GivenWordsBody | None:
    ticket, said = tickets.latest(tx, conversation_id), contacts.of(tx, conversation_id)
    if ticket is None or ticket.closed_at is not None or said is None or not said.email:
        return None
    words = service.assistant.policies.wording.phrases(ticket.packet.language).contact
    return GivenWordsBody(
        said=words.proven if said.verified_at else words.given,
        email=said.email,
        name=said.name,
        change=words.change,
        form=_form(service, ticket),
    )


def _code_form(tx: Connection, service: Service, conversation_id: str) -> CodeWordsBody | None:
    waiting = contact_codes.pending(tx, conversation_id)
    if waiting is None:
        return None
    ticket = tickets.latest(tx, conversation_id)
    spoken = ticket.packet.language if ticket else conversations.load(tx, conversation_id).language
    language, phrases = service.assistant.policies.wording.spoken(spoken)
    words = _words(CodeWordsBody, phrases)
    again = service.mail is not None and contact_codes.may_send_again(tx, service.mail.desk, conversation_id)
    told = {"email": waiting.email, "expires_at": waiting.expires_at, "language": language, "may_send_again": again}
    return CodeWordsBody(**words | told)


def _words(form: type[BaseModel], phrases: Phrases) -> dict[str, Any]:
    return {name: text for name, text in asdict(phrases.contact).items() if name in form.model_fields}
