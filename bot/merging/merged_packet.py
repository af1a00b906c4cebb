"""Owns the packet of a ticket that takes up another one: whatever either had, pointing into what was said in both.

Refuses to lose a fact, and to be later than either ticket promised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.conversation import messages
from bot.conversation.messages import Message
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.facts import extract
from bot.handoff.packet import Fact, HandoffPacket, ServiceTarget
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket

_URGENCY = {str(priority): rank for rank, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True)
class Side:
    """A ticket and the conversations that its packet's turns are counted in."""

    ticket: Ticket
    parts: Collection[str]


def merged(kept: Side, ended: Side, said: Sequence[Message], patterns: FactPatterns, region: str | None) -> Ticket:
    """The surviving ticket with the packet, due times and urgency of both; `said` is what was said in either."""
    packet = _packet(kept, ended, said, patterns, region)
    answered, target = _answered(kept.ticket, ended.ticket), packet.target
    return replace(
        kept.ticket,
        category=packet.category,
        priority=target.priority,
        packet=packet,
        first_response_due=target.first_response_due,
        resolution_due=target.resolution_due,
        first_response_at=answered,
    )


def _answered(kept: Ticket, ended: Ticket) -> str | None:
    """Who waits for a first answer in either of them waits for it still."""
    return kept.first_response_at if ended.first_response_at is not None else None


def _packet(
    kept: Side, ended: Side, said: Sequence[Message], patterns: FactPatterns, region: str | None
) -> HandoffPacket:
    before, other = _pointing(kept, said), _pointing(ended, said)
    whole = messages.utterances(said)
    return replace(
        before,
        category=before.category or other.category,
        topic=before.topic or other.topic,
        facts=_facts(extract(whole, patterns, region), (*before.facts, *other.facts)),
        shown=tuple(sorted((*before.shown, *other.shown), key=lambda one: one.turn)),
        missing=" ".join(dict.fromkeys(text for text in (before.missing, other.missing) if text)),
        risks=tuple(dict.fromkeys((*before.risks, *other.risks))),
        next_steps=tuple(dict.fromkeys((*before.next_steps, *other.next_steps))),
        sentiment=min(before.sentiment, other.sentiment),
        draft_reply=before.draft_reply or other.draft_reply,
        draft_from=before.draft_from if before.draft_reply else other.draft_from,
        transcript=whole,
        target=_target(kept.ticket, ended.ticket),
    )


def _pointing(side: Side, said: Sequence[Message]) -> HandoffPacket:
    """The ticket's packet with its turns counted in `said`."""
    packet = side.ticket.packet
    places = [place for place, message in enumerate(said) if message.conversation_id in side.parts]
    return replace(
        packet,
        facts=tuple(replace(fact, turn=places[fact.turn]) for fact in packet.facts if fact.turn < len(places)),
        shown=tuple(replace(one, turn=places[one.turn]) for one in packet.shown if one.turn < len(places)),
    )


def _facts(read: Sequence[Fact], known: Iterable[Fact]) -> tuple[Fact, ...]:
    """What is read in the whole, and what a packet knew besides."""
    found = {(fact.kind, fact.value.casefold()): fact for fact in (*known, *read)}
    return tuple(sorted(found.values(), key=lambda fact: fact.turn))


def _target(kept: Ticket, ended: Ticket) -> ServiceTarget:
    """The earliest first answer that is still owed, the earliest solution, the higher urgency; the team stays."""
    owed = [one for one in (kept, ended) if one.first_response_at is None] or [kept, ended]
    first = min(owed, key=lambda one: one.first_response_due)
    return replace(
        kept.packet.target,
        priority=max(kept.priority, ended.priority, key=lambda priority: _URGENCY.get(priority, 0)),
        first_response_due=first.first_response_due,
        resolution_due=min(kept.resolution_due, ended.resolution_due),
        told_customer=first.packet.target.told_customer,
    )
