"""Owns the visitor's routes: open, read, send, ask for a person. Refuses to decide: see turn.py."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Header, Response
from sqlalchemy import Connection

from bot.access import Viewer
from bot.api import callers
from bot.api.callers import NOT_SIGNED_IN, Caller, Credentials, VisitorCaller
from bot.api.conversation_shapes import (
    ConversationBody,
    HandoffBody,
    HandoffPost,
    MessagePost,
    OpenBody,
    OpenedBody,
    PostedBody,
    read_bodies,
    ticket_brief,
)
from bot.api.limited import Limited
from bot.api.message_shapes import TurnBody, message_body
from bot.api.service import Service, Serving
from bot.conversation import conversations, devices, joins, messages, read_marks
from bot.conversation.conversations import Conversation, Opened
from bot.conversation.language import base_language, may_be
from bot.conversation.utterance import Speaker
from bot.customers import identity, records
from bot.customers.identity import Identity
from bot.customers.records import Customer
from bot.decision.outcome import Reason
from bot.desk import tickets
from bot.errors import SignInNeeded, TooLarge
from bot.events import log
from bot.respond import starters_for
from bot.settings import Settings
from bot.storage import clock
from bot.storage.clean_text import blank
from bot.turn import TurnResult, ask_for_person, take_turn

AcceptLanguage = Annotated[str, Header(description="The browser's languages: a message may be in the first of them.")]

router = APIRouter(prefix="/v1/conversations", tags=["visitor"], dependencies=[Limited])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.OK: {"model": OpenedBody, "description": "Resumed: the conversation was there before"}},
)
def open_conversation(
    body: Annotated[OpenBody, Body(default_factory=OpenBody)], service: Serving, response: Response
) -> OpenedBody:
    """Open a conversation, or go on with the customer's own; its token is the only way back into it."""
    settings = service.assistant.settings
    told = vouched_for(body.identity, settings)
    with service.assistant.database.transaction() as tx:
        customer = records.upsert(tx, told) if told else None
        before = conversations.newest_of(tx, customer.id, body.site) if customer and body.resume else None
        opened = Opened(before, devices.add(tx, before.id)) if before else _open(tx, body, customer, settings)
        last = log.last_id(tx, opened.conversation.id)
    if before:
        response.status_code = HTTPStatus.OK
    return opened_body(service, opened, last, resumed=before is not None, language=body.language)


def opened_body(
    service: Service, opened: Opened, last_event_id: int, *, resumed: bool, language: str | None = None
) -> OpenedBody:
    """What a browser is told that has a conversation now, in the language of its page, else of the conversation."""
    spoken = service.assistant.responder.small_talk.spoken
    words = spoken.words(base_language(language) if language else opened.conversation.language)
    return OpenedBody(
        id=opened.conversation.id,
        token=opened.token,
        state=opened.conversation.state,
        verified=opened.conversation.customer_id is not None,
        resumed=resumed,
        label=words.label,
        disclosure=words.disclosure,
        greeting=words.greeting,
        starters=list(starters_for(service.assistant.responder, words)),
        last_event_id=last_event_id,
    )


@router.get("/{conversation_id}")
def read_conversation(conversation_id: str, service: Serving, caller: Caller) -> ConversationBody:
    """The conversation as it stands, with what was said in those that go on in it."""
    with service.assistant.database.snapshot() as tx:
        callers.participant(tx, caller, conversation_id)
        conversation = conversations.load(tx, conversation_id)
        return ConversationBody(
            id=conversation_id,
            state=conversation.state,
            label=service.assistant.responder.small_talk.spoken.words(conversation.language).label,
            messages=[message_body(message) for message in joins.transcript(tx, conversation_id)],
            last_event_id=log.last_id(tx, conversation_id),
            ticket=ticket_brief(tickets.latest(tx, conversation_id)),
            read=read_bodies(read_marks.of_conversation(tx, conversation_id)),
        )


@router.post(
    "/{conversation_id}/messages",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.OK: {"model": PostedBody, "description": "The same client_id came before"}},
)
def send_message(
    conversation_id: str, body: MessagePost, service: Serving, caller: VisitorCaller, response: Response,
    accept_language: AcceptLanguage = "",
) -> PostedBody:  # fmt: skip
    """Say something. It is stored before the bot looks at it; sent again, it is the same message."""
    viewer, conversation = _admitted(service, caller, conversation_id)
    service.limits.message(conversation_id, conversation.site)
    _check_length(body.text, service.assistant.settings)
    _learn_language(service, conversation, body.text, accept_language)
    started = time.perf_counter()
    result = take_turn(service.assistant, viewer, conversation_id, body.client_id, body.text)
    service.committed(result.message.conversation_id)
    _count(service, result, time.perf_counter() - started)
    if not result.created:
        response.status_code = HTTPStatus.OK
    return PostedBody(
        message=message_body(result.message),
        reply=message_body(result.reply) if result.reply else None,
        state=result.state,
        ticket=ticket_brief(result.ticket),
    )


@router.post("/{conversation_id}/handoff")
def hand_off(
    conversation_id: str,
    body: Annotated[HandoffPost, Body(default_factory=HandoffPost)],
    service: Serving,
    caller: VisitorCaller,
) -> HandoffBody:
    """A person, now: before a first word, at any time later, and when the limit of messages is reached."""
    viewer, conversation = _admitted(service, caller, conversation_id)
    _check_length(body.note, service.assistant.settings)
    over_limit = service.limits.person(conversation_id, conversation.site)
    note = None if blank(body.note) else body.note
    ask_for_person(service.assistant, viewer, conversation_id, note, Reason.OVER_LIMIT if over_limit else None)
    return _handed_off(service, conversation_id)


def _learn_language(service: Service, conversation: Conversation, text: str, accepted: str) -> None:
    """The browser's own language, where the message may be in it: a page in English has customers who are not."""
    own = base_language(re.split("[,;]", accepted, maxsplit=1)[0].strip())
    if own == conversation.language or not may_be(text, own):
        return
    with service.assistant.database.transaction() as tx:
        conversations.learn(tx, conversation, language=own)


def _handed_off(service: Service, asked_in: str) -> HandoffBody:
    with service.assistant.database.snapshot() as tx:
        conversation_id = joins.going_on(tx, asked_in)
        ticket = ticket_brief(tickets.latest(tx, conversation_id))
        said = messages.transcript(tx, conversation_id)
        state = conversations.load(tx, conversation_id).state
    service.committed(conversation_id)
    told = next((message for message in reversed(said) if message.role is Speaker.SYSTEM), None)
    return HandoffBody(ticket=ticket, message=message_body(told) if told else None, state=state)


def _admitted(service: Service, caller: Credentials, conversation_id: str) -> tuple[Viewer, Conversation]:
    with service.assistant.database.snapshot() as tx:
        viewer = callers.visitor(tx, caller, conversation_id)
        return viewer, conversations.load(tx, conversation_id)


def vouched_for(token: str | None, settings: Settings) -> Identity | None:
    """Whom the website vouches for; None without a token, SignInNeeded for a bad one and where one is required."""
    if token is None:
        if settings.identity_required:
            raise SignInNeeded(NOT_SIGNED_IN)
        return None
    return verified(token, settings)


def verified(token: str, settings: Settings) -> Identity:
    """Whom the website vouches for; SignInNeeded for a bad token."""
    keys = [key.get_secret_value() for key in settings.identity_keys]
    return identity.verify(token, keys, settings.identity_audience, clock.now())


def _open(tx: Connection, body: OpenBody, customer: Customer | None, settings: Settings) -> Opened:
    """What the website signed counts more than what the page says."""
    return conversations.open_conversation(
        tx,
        site=body.site,
        language=body.language or (customer and customer.language) or settings.default_language,
        region=(customer and customer.region) or body.region,
        plan=(customer and customer.plan) or body.plan,
        customer_id=customer.id if customer else None,
    )


def _check_length(text: str, settings: Settings) -> None:
    if len(text) > settings.max_message_chars:
        raise TooLarge(f"A message has at most {settings.max_message_chars} characters; please shorten it.")


def _count(service: Service, result: TurnResult, seconds: float) -> None:
    turn = TurnBody.model_validate_json(result.reply.turn) if result.reply and result.reply.turn else None
    if turn is not None and result.created:
        service.metrics.turn(turn.decision, turn.reason, seconds)
