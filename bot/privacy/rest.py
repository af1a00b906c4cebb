"""Owns what stays of a ticket and of its history when nothing of the customer may stay: times, kinds, who of the desk.

Refuses to keep a word of either side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from bot.allowances.concession import ConcessionStatus
from bot.assist.record import SuggestionState
from bot.conversation.conversations import State
from bot.desk.notices import TicketWork
from bot.events.log import Audience, EventKind
from bot.handoff.complaint_policy import GOING_ON, Stage
from bot.handoff.packet import HandoffPacket
from bot.handoff.ticket import OPEN, TicketChange, TicketStatus
from bot.privacy.person import Scope
from bot.promises.ledger import WAITING
from bot.promises.promise import PromiseStatus
from bot.storage.care_tables import complaints, concessions, promises
from bot.storage.record import decode, encode
from bot.storage.tables import conversations, events, offers, suggestions, tickets

GOAL = "(erased)"


def _without_words(payload: str) -> str:
    return encode(replace(decode(TicketChange, payload), told=""))


def _without_detail(payload: str) -> str:
    return encode(replace(decode(TicketWork, payload), detail=""))


def _as_it_is(payload: str) -> str:
    return payload


_STAYS: dict[tuple[str, str], Callable[[str], str]] = {
    (EventKind.STATE, Audience.ALL): _as_it_is,
    (EventKind.TICKET, Audience.ALL): _without_words,
    (EventKind.WORK, Audience.DESK): _without_detail,
}
"""What of the event log says nothing of anybody but the desk; all other events go."""


def empty_history(tx: Connection, of: ColumnElement[bool]) -> None:
    """Take every word out of these events; figures of the desk can still be counted from them."""
    stays = or_(*(and_(events.c.kind == kind, events.c.audience == audience) for kind, audience in _STAYS))
    tx.execute(delete(events).where(of, ~stays))
    rows = tx.execute(select(events.c.id, events.c.kind, events.c.audience, events.c.payload).where(of)).all()
    for row in rows:
        kept = _STAYS[row.kind, row.audience](row.payload)
        if kept != row.payload:
            tx.execute(update(events).where(events.c.id == row.id).values(payload=kept))


def empty_tickets(tx: Connection, of: ColumnElement[bool]) -> None:
    """Leave team, priority, reason, topic and times. A new version: whoever has it as it was cannot write it back."""
    for row in tx.execute(select(tickets.c.id, tickets.c.packet).where(of)).all():
        values = {"goal": GOAL, "packet": encode(_emptied(decode(HandoffPacket, row.packet)))}
        newer = values | {"version": tickets.c.version + 1}
        tx.execute(update(tickets).where(tickets.c.id == row.id).values(newer))


def _emptied(packet: HandoffPacket) -> HandoffPacket:
    return replace(
        packet.without_draft(), goal=GOAL, facts=(), shown=(), missing="", risks=(), next_steps=(), transcript=(),
        target=replace(packet.target, told_customer=""),
    )  # fmt: skip


def end(tx: Connection, scope: Scope, now: str) -> None:
    """What was still to be done for the person is over: given up, not resolved, so that no figure looks better."""
    theirs = tickets.c.conversation_id.in_(scope.conversations)
    over = {"status": TicketStatus.RETURNED, "closed_at": now, "snoozed_until": None}
    on_these = offers.c.ticket_id.in_(select(tickets.c.id).where(theirs)) & offers.c.ended_at.is_(None)
    tx.execute(delete(offers).where(on_these))
    tx.execute(update(tickets).where(theirs, tickets.c.status.in_(OPEN)).values(over))
    promised = promises.c.conversation_id.in_(scope.conversations) & WAITING
    still_open = promised & (promises.c.status == PromiseStatus.OPEN)
    tx.execute(update(promises).where(still_open).values(status=PromiseStatus.RELEASED))
    done = promises.c.conversation_id.in_(scope.conversations) & promises.c.done_at.is_(None)
    tx.execute(update(promises).where(done).values(done_at=now))
    asked = concessions.c.conversation_id.in_(scope.conversations) & (concessions.c.status == ConcessionStatus.WAITING)
    tx.execute(delete(concessions).where(asked))
    complained = complaints.c.conversation_id.in_(scope.conversations) & complaints.c.stage.in_(GOING_ON)
    withdrawn = {"stage": Stage.WITHDRAWN, "due_at": None, "closed_at": now}
    tx.execute(update(complaints).where(complained).values(withdrawn))
    offered = suggestions.c.conversation_id.in_(scope.conversations) & (suggestions.c.state == SuggestionState.OFFERED)
    tx.execute(update(suggestions).where(offered).values(state=SuggestionState.STALE))
    of = conversations.c.id.in_(scope.conversations)
    tx.execute(update(conversations).where(of).values(state=State.RESOLVED, erased_at=now))
