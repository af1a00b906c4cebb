"""Owns the real questions that the gate asks beside the cases: what customers asked of late and the base was to answer.

Refuses what was decided before a search (small talk, danger, the wish for a person), and anything personal that can be
recognised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.casebook.case import Case, Expect, Kind, Voice
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.personal import names_in, without_personal
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.retrieval.question import Known
from bot.storage import clock
from bot.storage.record import decode
from bot.storage.tables import messages as rows
from bot.turn_note import TurnNote

DAYS = 90
MOST = 200
"""Questions: both answers to each that is near the edit are made while somebody waits for the gate."""
CONTEXT = 6
"""Turns before a question that go with it."""
_READ = 5 * MOST
"""Newest replies of the bot that are looked at."""
_OF_THE_BASE = (
    None, Reason.FACT_MISSING, Reason.NOTHING_CLOSE, Reason.CANDIDATES_TIE, Reason.VARIANT_UNKNOWN,
    Reason.QUESTION_UNCLEAR,
)  # fmt: skip
_ID = "message-"


def newest(tx: Connection) -> tuple[Case, ...]:
    """The newest MOST of DAYS, each wording once unless it hangs on the turns before it; none has an expectation."""
    found: dict[str, Case] = {}
    for message_id in _asked(tx):
        case = _case(tx, message_id)
        if case is not None:
            found.setdefault(case.id if case.context else case.text.casefold(), case)
        if len(found) == MOST:
            break
    return tuple(found.values())


def texts(tx: Connection, case_ids: Collection[str]) -> Mapping[str, str]:
    """What these cases ask, by id, read anew: those whose words were erased are left out."""
    numbers = (int(each.removeprefix(_ID)) for each in case_ids if each.startswith(_ID))
    cases = (_case(tx, number) for number in sorted(numbers))
    return {case.id: case.text for case in cases if case is not None}


def _asked(tx: Connection) -> Iterator[int]:
    """Numbers of the customers' messages, newest first."""
    query = select(rows.c.client_id, rows.c.turn).where(
        rows.c.role == Speaker.BOT, rows.c.turn.is_not(None), rows.c.client_id.is_not(None),
        rows.c.created_at >= clock.after(clock.now(), -DAYS * 86_400),
    )  # fmt: skip
    for row in tx.execute(query.order_by(rows.c.id.desc()).limit(_READ)):
        answered = messages.answered_by(row.client_id)
        if answered is not None and _is_of_the_base(decode(TurnNote, row.turn)):
            yield answered


def _is_of_the_base(reply: TurnNote) -> bool:
    """Small talk is an answer that cites nothing."""
    return reply.reason in _OF_THE_BASE and bool(reply.citations or reply.decision is not Verdict.ANSWER)


def _case(tx: Connection, message_id: int) -> Case | None:
    asked = tx.execute(select(rows.c.conversation_id).where(rows.c.id == message_id)).scalar()
    if asked is None:
        return None
    said = [each for each in messages.transcript(tx, asked) if each.id <= message_id]
    own, conversation = names_in(tx, said), conversations.load(tx, asked)
    *earlier, question = (_without(each, own) for each in said if each.role is not Speaker.SYSTEM)
    return Case(
        id=f"{_ID}{message_id}", kind=Kind.ANSWERABLE, voice=Voice.PLAIN, area="", text=question.text,
        expect=Expect(), reason="", context=messages.utterances(earlier[-CONTEXT:]),
        known=Known(conversation.region, conversation.plan),
    )  # fmt: skip


def _without(message: Message, names: frozenset[str]) -> Message:
    return replace(message, text=without_personal(message.text, names))
