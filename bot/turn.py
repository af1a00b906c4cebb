"""Owns the story of one customer message inside a conversation, from arrival to outcome.

Record first: the message is stored before it is looked at, and whatever breaks becomes a stored handoff. Refuses
to choose: `respond` decides, `carry_out` stores what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from bot.access import Viewer
from bot.assist.beside import suggest_beside
from bot.carry_out import HUMAN, carry_out, circumstances, fail_over, give_to_person
from bot.conversation import conversations, joins, messages
from bot.conversation.conversations import Conversation, State
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker, Utterance
from bot.conversation.whispers import Delta, Typing
from bot.decision.outcome import HandOff, Reason, answer_or_person
from bot.desk import snooze, tickets
from bot.events.hub import Hub, WhisperKind
from bot.feedback import still_fine
from bot.handoff.packet_builder import build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.respond import Outcome, Responder, look_up, respond
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Known
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Assistant:
    """The live parts of the desk; `assemble.py` builds it once."""

    settings: Settings
    database: Database
    live: LiveIndex
    responder: Responder
    policies: HandoffPolicies
    hub: Hub


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What the customer's client is told; `created` is false when the message had come before."""

    message: Message
    reply: Message | None
    state: State
    ticket: Ticket | None
    created: bool


def take_turn(
    assistant: Assistant, viewer: Viewer, conversation_id: str, client_id: str, text: str, *, asks_back: bool = True
) -> TurnResult:
    """Store the message, find its outcome, store that. The same client id again answers what is stored. Without
    `asks_back`, whatever is no answer goes to a person. A merged conversation is heard where it goes on."""
    with assistant.database.transaction() as tx:
        conversation_id = joins.entered(tx, conversation_id)
        stored = messages.append(tx, conversation_id, Speaker.CUSTOMER, text, client_id=client_id)
        if stored.created:
            snooze.customer_wrote(tx, conversation_id)
            still_fine.listen(tx, assistant.policies, stored.message, unclear_is_no=not asks_back)
        answered = messages.reply_to(tx, stored.message) is not None
        conversation = conversations.load(tx, conversation_id) if answered else _reopened(tx, conversation_id)
        if stored.created and conversation.state in HUMAN:
            tickets.customer_wrote(tx, assistant.policies, stored.message)
    assistant.hub.wake(conversation_id)
    if conversation.state not in HUMAN and not answered:
        assistant.hub.whisper(conversation_id, WhisperKind.TYPING, Typing())
        guarded(
            lambda: _answer(assistant, viewer, conversation, stored.message, asks_back),
            lambda: _hand_over_failed(assistant, viewer, stored.message),
            message_id=stored.message.id,
        )
    if stored.created:
        guarded(lambda: _suggest_to_desk(assistant, stored.message), message_id=stored.message.id)
    return _result(assistant, stored.message, stored.created)


def ask_for_person(
    assistant: Assistant, viewer: Viewer, conversation_id: str, note: str | None = None, why: Reason | None = None,
    asked_with: Message | None = None,
) -> None:  # fmt: skip
    """A person, now: before a first word or at any time later; `why` if it was not the customer who asked, `asked_with`
    the stored message that asks for one.

    What a note is about is looked up first, for the routing; without it the handoff is made all the same.
    """
    found = _looked_up(assistant, viewer, note) if note else None
    with assistant.database.transaction() as tx:
        conversation_id = joins.entered(tx, conversation_id)
        asked = still_fine.open_question(tx, conversation_id)
        conversation = _reopened(tx, conversation_id)
        noted = messages.append(tx, conversation_id, Speaker.CUSTOMER, note).message if note else None
        if noted is not None and conversation.state in HUMAN:
            tickets.customer_wrote(tx, assistant.policies, noted)
        said = joins.transcript(tx, conversation_id)
        last = next((message for message in reversed(said) if message.role is Speaker.CUSTOMER), None)
        if asked is not None:
            still_fine.wants_person(tx, assistant.policies, asked, noted)
        elif asked_with is None or not still_fine.answered_by_wish(tx, assistant.policies, asked_with):
            reason = why or (Reason.ASKED_FOR_PERSON if last else Reason.FIRST_CLICK)
            given = replace(circumstances(tx, conversation, viewer, reason), found=found)
            packet = build(given, assistant.policies, clock.read(clock.now()))
            give_to_person(tx, assistant.policies, conversation_id, packet)
    if last is not None:
        guarded(lambda: _suggest_to_desk(assistant, last), message_id=last.id)


def _looked_up(assistant: Assistant, viewer: Viewer, note: str) -> SearchResult | None:
    found: list[SearchResult] = []
    guarded(lambda: found.append(look_up(assistant.responder, note, viewer)))
    return found[0] if found else None


def _suggest_to_desk(assistant: Assistant, message: Message) -> None:
    if suggest_beside(assistant.database, assistant.responder, message):
        assistant.hub.wake(message.conversation_id)


def guarded(work: Callable[[], None], otherwise: Callable[[], None] | None = None, **about: int) -> None:
    """The one place where every failure is caught. Of an answer it becomes a stored handoff (`otherwise`); without
    suggestions an accepted message is still an accepted message; a mail that cannot be read is tried again."""
    try:
        work()
    except Exception as failure:  # noqa: BLE001 - the only one of the product
        _log.error("turn_failed", error=type(failure).__name__, **about)
        if otherwise is not None:
            otherwise()


def _answer(
    assistant: Assistant, viewer: Viewer, conversation: Conversation, message: Message, asks_back: bool
) -> None:
    words, policies = assistant.responder.small_talk, assistant.policies
    outcome = _outcome(assistant, viewer, conversation, message)
    if not asks_back:
        outcome = replace(outcome, decision=answer_or_person(outcome.decision))
    asks_for_person = outcome.decision == HandOff(Reason.ASKED_FOR_PERSON)
    with assistant.database.transaction() as tx:
        if not (asks_for_person and still_fine.answered_by_wish(tx, policies, message)):
            carry_out(tx, words, policies, viewer, message, outcome)


def _hand_over_failed(assistant: Assistant, viewer: Viewer, message: Message) -> None:
    with assistant.database.transaction() as tx:
        fail_over(tx, assistant.responder.small_talk, assistant.policies, viewer, message)


def _outcome(assistant: Assistant, viewer: Viewer, conversation: Conversation, message: Message) -> Outcome:
    with assistant.database.snapshot() as tx:
        before = tickets.latest(tx, conversation.id)
        said = messages.transcript(tx, conversation.id)
    known = Known(viewer.region or conversation.region, viewer.plan or conversation.plan)
    return respond(
        assistant.responder,
        message.text,
        _since(said, message, before),
        viewer,
        known,
        lambda statement: assistant.hub.whisper(conversation.id, WhisperKind.DELTA, Delta(f"{statement.text}\n\n")),
    )


def _since(said: tuple[Message, ...], message: Message, before: Ticket | None) -> tuple[Utterance, ...]:
    """What was said after the last ticket was closed and before this message: the bot starts fresh after a person."""
    closed = before.closed_at if before and before.closed_at else ""
    return messages.utterances(m for m in said if m.id < message.id and m.created_at > closed)


def _reopened(tx: Connection, conversation_id: str) -> Conversation:
    """A customer who writes again after the case was closed has an open conversation."""
    conversation = conversations.load(tx, conversation_id)
    if conversation.state is State.RESOLVED:
        return conversations.set_state(tx, conversation, State.OPEN)
    return conversation


def _result(assistant: Assistant, message: Message, created: bool) -> TurnResult:
    with assistant.database.snapshot() as tx:
        return TurnResult(
            message=message,
            reply=messages.reply_to(tx, message),
            state=conversations.load(tx, message.conversation_id).state,
            ticket=tickets.latest(tx, message.conversation_id),
            created=created,
        )
