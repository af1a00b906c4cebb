"""Owns turning what happened in service into candidate cases: handoffs, thumbs down, suggestions that people edited
before they sent them, and a sample of answers with a thumb up.

Refuses to decide what would have been right: a person completes each candidate before it becomes a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from sqlalchemy import Connection, select

from bot.assist import record
from bot.assist.record import SuggestionState
from bot.casebook.case import Kind
from bot.casebook.case_line import CaseLine
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.personal import names_in, without_personal
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.feedback.record import FeedbackKind
from bot.storage.record import decode
from bot.storage.tables import feedback, suggestions, tickets
from bot.storage.tables import messages as rows
from bot.turn_note import TurnNote
from kb_ingest.article import Visibility

CONTEXT = 6
LONGEST_REPLY = 300
CONFIRMED = 20
"""Answers with a thumb up: most of them say what others say, and each is to be read by a person."""
KINDS = {
    Reason.ASKED_FOR_PERSON: Kind.ASKS_PERSON,
    Reason.FIRST_CLICK: Kind.ASKS_PERSON,
    Reason.SENSITIVE: Kind.SENSITIVE,
    Reason.QUESTION_UNCLEAR: Kind.UNCLEAR,
}
"""The likely kind by the reason of the handoff; every other reason: the fact was missing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case to be completed; the texts hold no personal data that can be recognised. `articles` and `spans`: what the
    customer was told, where that was right."""

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
    articles: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()

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
            articles=self.articles,
            spans=self.spans,
        )


def harvest(tx: Connection, since: str = "") -> Iterator[Candidate]:
    """A candidate per edited suggestion, handoff and thumb down after `since` (UTC, ISO 8601), oldest first, then some
    of the thumbs up; one a message."""
    known = set[str]()
    for candidate in chain(_edited(tx, since), _handed_off(tx, since), _disliked(tx, since), _confirmed(tx, since)):
        if candidate.id not in known:
            known.add(candidate.id)
            yield candidate


def _edited(tx: Connection, since: str) -> Iterator[Candidate]:
    """What a person made of a suggestion says what was right; not where the bot would not have answered at all."""
    query = select(suggestions, tickets.c.reason).outerjoin(tickets, tickets.c.id == suggestions.c.ticket_id)
    query = query.where(suggestions.c.state == SuggestionState.EDITED, suggestions.c.decided_at >= since)
    for row in tx.execute(query.order_by(suggestions.c.decided_at, suggestions.c.id)).mappings():
        said = messages.transcript(tx, row["conversation_id"])
        asked = next((m for m in said if m.id == row["message_id"] and m.role is Speaker.CUSTOMER), None)
        if asked is None or (row["reason"] is not None and Reason(row["reason"]) in KINDS):
            continue
        final, is_public = row["final_text"] or "", row["visibility"] == Visibility.PUBLIC
        spans = tuple(text for text, _ in record.kept(row["state"], row["quote"], final)) if is_public else ()
        told = f"an agent edited the suggestion and sent: {without_personal(final, names_in(tx, said))[:LONGEST_REPLY]}"
        found = _candidate(tx, said, asked, Kind.ANSWERABLE, Verdict.ANSWER, None, told)
        yield replace(found, articles=(row["article_id"],) if spans else (), spans=spans)


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


def _confirmed(tx: Connection, since: str) -> Iterator[Candidate]:
    """A sample, the same as long as its answers are: each time other ones would bring all of them in the end."""
    query = (
        select(feedback.c.message_id, feedback.c.conversation_id, rows.c.turn)
        .join(rows, rows.c.id == feedback.c.message_id)
        .where(feedback.c.kind == FeedbackKind.THUMBS, feedback.c.score > 0, feedback.c.created_at >= since)
        .where(rows.c.turn.is_not(None))
    )
    liked = sorted(tx.execute(query), key=lambda row: hashlib.sha256(str(row.message_id).encode()).digest())
    found = (_liked(tx, each.conversation_id, each.message_id, each.turn) for each in liked)
    yield from islice(filter(None, found), CONFIRMED)


def _liked(tx: Connection, conversation_id: str, answer: int, turn: str) -> Candidate | None:
    """What was cited for it; None where nothing was: small talk, a handoff."""
    note = decode(TurnNote, turn)
    cited = [each for each in note.citations if each.visibility is Visibility.PUBLIC]
    said = messages.transcript(tx, conversation_id)
    asked = _last_asked([m for m in said if m.id < answer])
    if asked is None or not cited or note.decision is not Verdict.ANSWER:
        return None
    found = _candidate(tx, said, asked, Kind.ANSWERABLE, Verdict.ANSWER, None, "thumbs up: see whether it is right")
    articles = tuple(dict.fromkeys(each.article_id for each in cited))
    return replace(found, articles=articles, spans=tuple(each.quote for each in cited))


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
