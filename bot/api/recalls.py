"""Owns the route that has wrong answers put right, and what a new index means for them. Refuses to find any itself."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.conversation_shapes import Sent
from bot.api.service import Service, Serving
from bot.recall.findings import ID_CHARACTERS, Recall, answers, by_chat, find
from bot.recall.follow_up import Action, FollowedUp, follow_up
from bot.recall.offers import TakenBack, withdraw

router = APIRouter(tags=["desk"])

MOST = 200
FindingId = Annotated[str, StringConstraints(pattern=f"^[0-9a-f]{{{ID_CHARACTERS}}}$")]

_log = structlog.get_logger()


class RecallPost(Sent):
    """Findings to put right; without an action each chat gets the one that fits."""

    findings: Annotated[tuple[FindingId, ...], Field(min_length=1, max_length=MOST)]
    action: Action | None = None


class RecallBody(BaseModel):
    """How many chats got a message, of how many a task was made, how many findings were put right before."""

    corrections: int
    tasks: int
    already: int


@router.post("/v1/recalls")
def put_right(body: RecallPost, service: Serving, caller: Caller) -> RecallBody:
    """Put right what customers were told before an article changed: one message or task for each chat, once for each
    finding, whoever asks how often."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        callers.editor(tx, caller, changes=True)
        found = find(tx, assistant.live, assistant.responder.variants)
    wanted = set(body.findings)
    chats = by_chat(finding for finding in found if finding.id in wanted)
    done = [(recall, _put_right(service, caller, recall, body.action)) for recall in chats]
    new = Counter(each.action for _, each in done if each.created)
    settled = sum(len(recall.findings) for recall, each in done if each.created)
    service.metrics.recalled.set(answers(by_chat(finding for finding in found if finding.id not in wanted)))
    return RecallBody(corrections=new[Action.CORRECTION], tasks=new[Action.TASK], already=len(wanted) - settled)


def index_changed(service: Service) -> TakenBack:
    """Take back what is still offered to agents and holds no more; bring the figure up to the generation in service."""
    with service.assistant.database.transaction() as tx:
        taken = withdraw(tx, service.assistant.live, service.assistant.policies)
    for conversation_id in taken.conversations:
        service.committed(conversation_id)
    if taken.conversations:
        _log.info("offers_taken_back", suggestions=taken.suggestions.total(), drafts=taken.drafts.total())
    with service.assistant.database.snapshot() as tx:
        found = find(tx, service.assistant.live, service.assistant.responder.variants)
    waiting = answers(by_chat(found))
    service.metrics.recalled.set(waiting)
    if waiting:
        _log.warning("answers_to_recall", waiting=waiting, generation=service.assistant.live.current().generation)
    return taken


def _put_right(service: Service, caller: Credentials, recall: Recall, action: Action | None) -> FollowedUp:
    """Each in a transaction of its own: what is done stays done."""
    assistant = service.assistant
    with assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        done = follow_up(tx, assistant.live, assistant.policies, account, recall, action)
    service.committed(done.conversation_id)
    return done
