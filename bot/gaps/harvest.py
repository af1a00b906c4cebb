"""Owns turning what went wrong in service into candidate cases: handoffs and thumbs down.

Refuses to decide what would have been right: a person completes each candidate before it becomes a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, select

from bot.casebook.case import Kind
from bot.casebook.case_line import CaseLine
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.personal import names_in, without_personal
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.feedback.record import FeedbackKind
from bot.storage.tables import feedback, tickets

CONTEXT = 6
LONGEST_REPLY = 300
KINDS = {
    Reason.ASKED_FOR_PERSON: Kind.ASKS_PERSON,
    Reason.FIRST_CLICK: Kind.ASKS_PERSON,
    Reason.SENSITIVE: Kind.SENSITIVE,
    Reason.QUESTION_UNCLEAR: Kind.UNCLEAR,
}
"""The likely kind by the reason of the handoff; every other reason: the fact was missing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case to be completed; the texts hold no personal data that can be recognised."""

    id: str
    conversation_id: str
    kind: Kind
    text: str
    context: tuple[tuple[Speaker, str], ...]
    region: str | None
    plan: str | None
    decision: Verdict
    category: str | None
    reason: str

    @property
    def line(self) -> CaseLine:
        """A line that the strict reader accepts once a person has filled in what is right."""
        return CaseLine(
            id=self.id,
            kind=self.kind,
            area="general",
            text=self.text,
            context=self.context,
            region=self.region,
            plan=self.plan,
            decisions=(self.decision,),
            sensitive=self.category,
            reason=self.reason,
        )


def harvest(tx: Connection, since: str = "") -> Iterator[Candidate]:
    """A candidate per handoff and per thumb down after `since` (UTC, ISO 8601), oldest conversation first."""
    known = set[str]()
    for candidate in chain(_handed_off(tx, since), _disliked(tx, since)):
        if candidate.id not in known:
            known.add(candidate.id)
            yield candidate


def _handed_off(tx: Connection, since: str) -> Iterator[Candidate]:
    query = select(tickets).where(tickets.c.created_at >= since).order_by(tickets.c.created_at, tickets.c.id)
    for row in tx.execute(query).mappings():
        said = messages.transcript(tx, row["conversation_id"])
        asked = _last_asked([m for m in said if m.created_at <= row["created_at"]])
        if asked is None:
            continue
        replied = next((m.text for m in said if m.role is Speaker.AGENT and m.id > asked.id), None)
        told = f"handed off: {row['reason']}"
        if replied:
            told += f"; an agent replied: {without_personal(replied, names_in(tx, said))[:LONGEST_REPLY]}"
        kind = KINDS.get(Reason(row["reason"]), Kind.MISSING_FACT)
        yield _candidate(tx, said, asked, kind, Verdict.HANDOFF, row["category"], told)


def _disliked(tx: Connection, since: str) -> Iterator[Candidate]:
    query = select(feedback).where(
        feedback.c.kind == FeedbackKind.THUMBS, feedback.c.score < 0, feedback.c.created_at >= since
    )
    for row in tx.execute(query.order_by(feedback.c.created_at, feedback.c.id)).mappings():
        said = messages.transcript(tx, row["conversation_id"])
        asked = _last_asked([m for m in said if m.id < row["message_id"]])
        if asked is not None:
            comment = without_personal(row["comment"], names_in(tx, said))
            told = f"thumbs down{f': {comment}' if comment else ''}"
            yield _candidate(tx, said, asked, Kind.ANSWERABLE, Verdict.ANSWER, None, told)


def _candidate(
    tx: Connection, said: Sequence[Message], asked: Message, kind: Kind, decision: Verdict,
    category: str | None, reason: str,
) -> Candidate:  # fmt: skip
    conversation = conversations.load(tx, asked.conversation_id)
    names = names_in(tx, said)
    earlier = [m for m in said if m.id < asked.id and m.role is not Speaker.SYSTEM][-CONTEXT:]
    return Candidate(
        id=f"harvest-{asked.conversation_id[:8]}-{asked.id}",
        conversation_id=asked.conversation_id,
        kind=kind,
        text=without_personal(asked.text, names),
        context=tuple((m.role, without_personal(m.text, names)) for m in earlier),
        region=conversation.region,
        plan=conversation.plan,
        decision=decision,
        category=category,
        reason=reason,
    )


def _last_asked(said: Sequence[Message]) -> Message | None:
    return next((m for m in reversed(said) if m.role is Speaker.CUSTOMER), None)
