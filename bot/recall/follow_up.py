"""Owns putting right what a customer was told, once: a labelled message, or a task for a person.

Refuses to guess: what is public decides what a customer may read, the findings decide what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from textwrap import shorten

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
from bot.handoff.wording import Phrases
from bot.recall.change import Change
from bot.recall.findings import Finding, Recall
from bot.retrieval.live_index import LiveIndex
from bot.storage import clock
from bot.storage.knowledge_tables import recalls
from bot.storage.once import insert_once
from bot.turn_note import TurnNote

LABEL = "Automated correction"
LONGEST_QUESTION = 120


class Action(StrEnum):
    """What was done about the wrong answers of a chat."""

    CORRECTION = "correction"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """`created` is false when somebody had followed all of it up before: nothing was sent then."""

    conversation_id: str
    action: Action
    created: bool


def follow_up(
    tx: Connection,
    live: LiveIndex,
    policies: HandoffPolicies,
    account: Account,
    recall: Recall,
    action: Action | None = None,
) -> FollowedUp:
    """Correct the answers of a chat or make them a task, as one; None: the message where it is fitting, else the task.
    What was followed up before is left out.

    Conflict when a message is asked for and the chat is closed or the text is not for customers, or when the article
    changed again or the conversation was erased since the finding was made.
    """
    for finding in recall.findings:
        _check_current(live, finding)
    conversation = conversations.load(tx, recall.conversation_id)
    if conversation.erased_at is not None:
        raise Conflict("This customer's data was erased in the meantime; load the list again.")
    fitting = recall.may_be_corrected and conversation.state is not State.RESOLVED
    if action is Action.CORRECTION and not fitting:
        raise Conflict("The customer cannot be told this by a message; make it a task.")
    chosen = action or (Action.CORRECTION if fitting else Action.TASK)
    taken = [finding for finding in recall.findings if _first(tx, account, finding, chosen)]
    if not taken:
        return FollowedUp(conversation.id, chosen, created=False)
    if chosen is Action.CORRECTION:
        _tell(tx, live, policies, conversation, taken)
    else:
        _lay_before_person(tx, policies, conversation, taken)
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
    tx: Connection, live: LiveIndex, policies: HandoffPolicies, conversation: Conversation, taken: Sequence[Finding]
) -> None:
    """One message: of each article what it said and says now, as quotes; of what is gone, only that it is."""
    phrases = policies.wording.phrases(conversation.language)
    changed = sorted((each for each in taken if each.change.now), key=_place)
    said = [
        _corrected(phrases, title, [each.change for each in held])
        for (_, title), held in groupby(changed, key=lambda each: (each.telling.article_id, each.telling.title))
    ]
    gone = dict.fromkeys(_asked(tx, each) for each in taken if not each.change.now)
    said += [phrases.withdrawal.format(question=question) for question in gone]
    cited = dict.fromkeys(each.change.now for each in changed if each.change.now)
    note = TurnNote(
        decision=Verdict.ANSWER,
        reason=None,
        confidence=1.0,
        sensitive=None,
        citations=tuple(replace(each, number=at) for at, each in enumerate(cited, 1)),
        options=(),
        generation=live.current().generation,
        label=LABEL,
        correction=True,
    )
    client_id = f"recall:{taken[0].id}"
    messages.append(tx, conversation.id, Speaker.BOT, "\n\n".join(said), client_id=client_id, turn=note)


def _place(finding: Finding) -> tuple[str, str, int]:
    now = finding.change.now
    return finding.telling.article_id, finding.telling.title, now.start if now else 0


def _corrected(phrases: Phrases, title: str, changes: Sequence[Change]) -> str:
    was = dict.fromkeys(each.was for each in changes if each.was)
    lines = [phrases.correction.format(article=title), *([phrases.correction_was, *was] if was else [])]
    return "\n\n".join((*lines, phrases.correction_now, *dict.fromkeys(each.says for each in changes)))


def _asked(tx: Connection, finding: Finding) -> str:
    """What the customer had said before they were told: it names the answer without repeating it."""
    told = finding.telling
    said = (each for each in messages.transcript(tx, told.conversation_id) if each.id <= told.message_id)
    asked = [each.text for each in said if each.role is Speaker.CUSTOMER]
    return shorten(asked[-1] if asked else "", LONGEST_QUESTION, placeholder="…") or "…"


def _lay_before_person(
    tx: Connection, policies: HandoffPolicies, conversation: Conversation, taken: Sequence[Finding]
) -> None:
    """A ticket, or more steps on the open one."""
    viewer = conversations.viewer_of(conversation)
    given = circumstances(tx, conversation, viewer, Reason.ANSWER_CORRECTED)
    packet = build(given, policies, clock.read(clock.now()))
    steps = dict.fromkeys(_step(policies, finding) for finding in taken)
    packet = replace(packet, next_steps=(*steps, *packet.next_steps))
    give_to_person(tx, policies, conversation.id, packet)


def _step(policies: HandoffPolicies, finding: Finding) -> str:
    """What the person is to put right. What is gone is not repeated: it may have to vanish."""
    notes, told, change = policies.notes, finding.telling, finding.change
    if change.now is None:
        return notes.withdrawn.format(article=told.title, day=told.told_at[:10])
    return notes.corrected.format(
        article=told.title, day=told.told_at[:10], old=change.was or told.quote, new=change.says
    )
