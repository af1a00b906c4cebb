"""Owns the routes by which a waiting customer says how they can be reached. Refuses other people's conversations."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import VisitorCaller
from bot.api.conversation_shapes import ContactBody, ContactGivenBody, ContactPost, ContactWordsBody
from bot.api.service import Limited, Serving
from bot.conversation import conversations
from bot.desk import contacts

router = APIRouter(tags=["visitor"], dependencies=[Limited])


@router.get("/v1/conversations/{conversation_id}/contact")
def read_contact(conversation_id: str, service: Serving, caller: VisitorCaller) -> ContactBody:
    """The form to show while nobody is there for the ticket, until something was said to it; null otherwise."""
    with service.assistant.database.snapshot() as tx:
        callers.visitor(tx, caller, conversation_id)
        ticket = contacts.due(tx, conversation_id)
        spoken = conversations.load(tx, conversation_id).language
    if ticket is None:
        return ContactBody(contact=None)
    language, phrases = service.assistant.policies.wording.spoken(spoken)
    return ContactBody(contact=ContactWordsBody(ticket_id=ticket.id, language=language, **asdict(phrases.contact)))


@router.post("/v1/conversations/{conversation_id}/contact")
def give_contact(
    conversation_id: str, body: ContactPost, service: Serving, caller: VisitorCaller
) -> ContactGivenBody:
    """Say how to be reached, or with no e-mail that one would rather not; the last word counts, nothing is mailed."""
    with service.assistant.database.transaction() as tx:
        callers.visitor(tx, caller, conversation_id)
        kept = contacts.keep(tx, conversation_id, body.name, body.email)
    service.committed(conversation_id)
    return ContactGivenBody(name=kept.name, email=kept.email, given_at=kept.given_at)
