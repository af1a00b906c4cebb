"""Owns the story of one customer message inside a conversation, from arrival to outcome.

Record first: the message is stored before it is looked at, and whatever breaks becomes a stored handoff. Refuses
to choose: `respond` decides, `carry_out` stores what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.access import Viewer
from bot.assist.beside import suggest_beside
from bot.carry_out import HUMAN, carry_out, circumstances, fail_over, give_to_person, may_answer, takes_leave
from bot.conversation import conversations, joins, messages
from bot.conversation.conversations import Conversation, State
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.conversation.whispers import Delta, Typing
from bot.decision.outcome import Reason, answer_or_person
from bot.desk import snooze, tickets
from bot.events.hub import Hub, WhisperKind
from bot.feedback import still_fine, wrote_again
from bot.first_words import take_up
from bot.handoff.packet_builder import build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.raised import raise_for
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
        over = answered or takes_leave(assistant.responder.small_talk, text)
        conversation = conversations.load(tx, conversation_id) if over else conversations.resumed(tx, conversation_id)
        if stored.created and conversation.state in HUMAN:
            tickets.customer_wrote(tx, assistant.policies, stored.message)
        looked_into = may_answer(tx, conversation) and not answered
    assistant.hub.wake(conversation_id)
    if looked_into:
        if conversation.state not in HUMAN:
            assistant.hub.whisper(conversation_id, WhisperKind.TYPING, Typing())
        guarded(
            lambda: _answer(assistant, viewer, conversation, stored.message, asks_back),
            lambda: _hand_over_failed(assistant, viewer, stored.message),
            message_id=stored.message.id,
        )
    if stored.created:
        guarded(lambda: tell_desk(assistant, viewer, stored.message), message_id=stored.message.id)
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
        conversation = conversations.resumed(tx, conversation_id)
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
        guarded(lambda: tell_desk(assistant, viewer, last), message_id=last.id)


def _looked_up(assistant: Assistant, viewer: Viewer, note: str) -> SearchResult | None:
    found: list[SearchResult] = []
    guarded(lambda: found.append(look_up(assistant.responder, note, viewer)))
    return found[0] if found else None


def tell_desk(assistant: Assistant, viewer: Viewer, message: Message) -> None:
    """What a stored message means for the ticket of a conversation that a person has, and what to reply to it."""
    led = take_up(assistant.database, assistant.responder, assistant.policies, viewer, message)
    raised = raise_for(assistant.database, assistant.responder, assistant.policies, viewer, message)
    if suggest_beside(assistant.database, assistant.responder, message) or led or raised:
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
    outcome = _outcome(assistant, viewer, conversation, message)
    if not asks_back:
        outcome = replace(outcome, decision=answer_or_person(outcome.decision))
    with assistant.database.transaction() as tx:
        waited = conversation.state in HUMAN
        if waited and conversations.load(tx, conversation.id).state is not State.WAITING:
            return  # somebody took, closed or merged the ticket meanwhile
        is_current = outcome.generation == assistant.live.current().generation
        if is_current and not still_fine.answered_by(tx, assistant.policies, message, outcome.decision):
            carry_out(tx, assistant.policies, viewer, message, outcome)
    if not is_current:  # what it quotes may be out of service
        _answer(assistant, viewer, conversation, message, asks_back)


def _hand_over_failed(assistant: Assistant, viewer: Viewer, message: Message) -> None:
    with assistant.database.transaction() as tx:
        fail_over(tx, assistant.responder.small_talk, assistant.policies, viewer, message)


def _outcome(assistant: Assistant, viewer: Viewer, conversation: Conversation, message: Message) -> Outcome:
    parts, policies = assistant.responder, assistant.policies
    with assistant.database.snapshot() as tx:
        before = wrote_again.since_closing(tx, policies, parts.small_talk, message)
    known = Known(viewer.region or conversation.region, viewer.plan or conversation.plan)
    outcome = respond(
        parts, message.text, before.said, viewer,
        parts.variants.known_from(before.before, known),
        # Before the outcome it is not known whose answer it will be, nor whether there is one.
        None if before.about or conversation.state in HUMAN else lambda one: assistant.hub.whisper(
            conversation.id, WhisperKind.DELTA, Delta(f"{one.text}\n\n")
        ),
        language=conversation.language,
    )  # fmt: skip
    return wrote_again.followed_up(policies, parts.small_talk, before.about, outcome)


def _result(assistant: Assistant, message: Message, created: bool) -> TurnResult:
    with assistant.database.snapshot() as tx:
        return TurnResult(
            message=message,
            reply=messages.reply_to(tx, message),
            state=conversations.load(tx, message.conversation_id).state,
            ticket=tickets.latest(tx, message.conversation_id),
            created=created,
        )
