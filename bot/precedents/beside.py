"""Owns what stands beside a ticket besides suggested replies: similar resolved tickets and playbooks, as it is now.

Thinks outside transactions. Refuses tickets of this desk to another help desk that only shows a service key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.access import Viewer
from bot.conversation.utterance import Utterance
from bot.handoff.goal import goal
from bot.handoff.ticket import Ticket
from bot.precedents import vectors
from bot.precedents.playbooks import Playbook, playbooks
from bot.precedents.similar import Similar, similar
from bot.respond import ASKS_PERSON
from bot.turn import Assistant


@dataclass(frozen=True, slots=True)
class Beside:
    """Similar tickets, the most alike first, and internal articles that say how to go on."""

    tickets: tuple[Similar, ...] = ()
    playbooks: tuple[Playbook, ...] = ()


def of_ticket(assistant: Assistant, viewer: Viewer, ticket: Ticket) -> Beside:
    """For a ticket of this desk."""
    wanted = ticket.goal if ticket.packet.heard else None
    return _beside(assistant, viewer, wanted, ticket.category, ticket)


def of_talk(assistant: Assistant, viewer: Viewer, said: Sequence[Utterance]) -> Beside:
    """For a ticket of another help desk, of which only this is known."""
    wanted = goal(said, (), assistant.policies.facts)
    category = assistant.responder.screen.screen(wanted, ()).category if wanted else None
    return _beside(assistant, viewer, wanted, category)


def _beside(
    assistant: Assistant, viewer: Viewer, wanted: str | None, category: str | None, ticket: Ticket | None = None
) -> Beside:
    # The playbook of a sensitive topic is named after what it is called, not after the customer's words.
    known = assistant.policies.sensitive.category(category) if category != ASKS_PERSON else None
    subjects = [subject for subject in (known.label if known else None, wanted) if subject]
    guides = playbooks(assistant.responder, viewer, *subjects)
    kept_apart = category in assistant.policies.notes.no_precedents or not viewer.may_work_tickets
    if wanted is None or kept_apart:
        return Beside((), guides)
    vector = assistant.responder.encoder.encode([wanted])[0]
    with assistant.database.snapshot() as tx:
        encoder = vectors.encoder_of(assistant.responder)
        return Beside(similar(tx, assistant.policies, encoder, vector, ticket), guides)
