"""Owns putting right what a customer was told, once: a labelled message, or a task for a person.

Refuses to guess: what is public decides what a customer may read, the findings decide what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from bot.carry_out import circumstances, give_to_person
from bot.conversation import conversations, messages
from bot.conversation.conversations import Conversation, State
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.desk.accounts import Account
from bot.errors import Conflict
from bot.handoff.packet_builder import build
from bot.handoff.policies import HandoffPolicies
from bot.recall.findings import Finding
from bot.retrieval.live_index import LiveIndex
from bot.storage import clock
from bot.storage.knowledge_tables import recalls
from bot.storage.once import insert_once
from bot.turn_note import TurnNote

LABEL = "Automated correction"


class Action(StrEnum):
    """What was done about a finding."""

    CORRECTION = "correction"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """`created` is false when somebody had followed it up before: nothing was sent then."""

    conversation_id: str
    action: Action
    created: bool


def follow_up(
    tx: Connection,
    live: LiveIndex,
    policies: HandoffPolicies,
    account: Account,
    finding: Finding,
    action: Action | None = None,
) -> FollowedUp:
    """Correct the answer or make it a task; None: the message where it is fitting, else the task. Once per finding.

    Conflict when a message is asked for and the chat is closed or the text is not for customers, or when the article
    changed again or the conversation was erased since the finding was made.
    """
    _check_current(live, finding)
    conversation = conversations.load(tx, finding.telling.conversation_id)
    if conversation.erased_at is not None:
        raise Conflict("This customer's data was erased in the meantime; load the list again.")
    fitting = finding.may_be_corrected and conversation.state is not State.RESOLVED
    if action is Action.CORRECTION and not fitting:
        raise Conflict("The customer cannot be told this by a message; make it a task.")
    chosen = action or (Action.CORRECTION if fitting else Action.TASK)
    if not _first(tx, account, finding, chosen):
        return FollowedUp(conversation.id, chosen, created=False)
    if chosen is Action.CORRECTION:
        _tell(tx, live, policies, conversation, finding)
    else:
        _lay_before_person(tx, policies, conversation, finding)
    return FollowedUp(conversation.id, chosen, created=True)


def _check_current(live: LiveIndex, finding: Finding) -> None:
    """What a customer or a person is told now must be what is published now."""
    now = finding.change.now
    published = live.article(now.article_id) if now is not None else None
    if now is not None and (published is None or published.version != now.version):
        raise Conflict("The article changed again in the meantime; load the list again.")


def _first(tx: Connection, account: Account, finding: Finding, action: Action) -> bool:
    """Take the finding; false when it is taken. The row's key makes it so, whoever else tries at the same time."""
    key = {
        "conversation_id": finding.telling.conversation_id,
        "article_id": finding.telling.article_id,
        "span": finding.span,
        "message_id": finding.telling.message_id,
    }
    done = {"action": action, "done_by": account.id, "done_at": clock.now()}
    return insert_once(tx, recalls, key | done, *key)


def _tell(
    tx: Connection, live: LiveIndex, policies: HandoffPolicies, conversation: Conversation, finding: Finding
) -> None:
    """The customer reads what holds now, as a quote of the article; of what is gone, only that it is."""
    phrases, now = policies.wording.phrases(conversation.language), finding.change.now
    text = f"{phrases.correction}\n\n{now.quote}" if now is not None else phrases.withdrawal
    note = TurnNote(
        decision=Verdict.ANSWER,
        reason=None,
        confidence=1.0,
        sensitive=None,
        citations=(now,) if now is not None else (),
        options=(),
        generation=live.current().generation,
        label=LABEL,
        correction=True,
    )
    messages.append(tx, conversation.id, Speaker.BOT, text, client_id=f"recall:{finding.id}", turn=note)


def _lay_before_person(
    tx: Connection, policies: HandoffPolicies, conversation: Conversation, finding: Finding
) -> None:
    """A ticket, or one more step on the open one."""
    viewer = conversations.viewer_of(conversation)
    given = circumstances(tx, conversation, viewer, Reason.ANSWER_CORRECTED)
    packet = build(given, policies, clock.read(clock.now()))
    step = _step(policies, finding)
    packet = replace(packet, next_steps=(step, *packet.next_steps))
    give_to_person(tx, policies, conversation.id, packet)


def _step(policies: HandoffPolicies, finding: Finding) -> str:
    """What the person is to put right. What is gone is not repeated: it may have to vanish."""
    notes, told = policies.notes, finding.telling
    if finding.change.now is None:
        return notes.withdrawn.format(article=told.title, day=told.told_at[:10])
    now = finding.change.now.quote
    return notes.corrected.format(article=told.title, day=told.told_at[:10], old=told.quote, new=now)
