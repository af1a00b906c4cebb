"""Owns what is shown of suggested replies, beside a ticket here and in another help desk. Refuses to make any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.answering.rendering import ShownBlock, render
from bot.assist.record import Proposal
from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with its text as blocks; `place` is 1 for the best, `id` names it on the page."""

    place: int
    id: str
    proposal: Proposal
    blocks: tuple[ShownBlock, ...]
    internal: bool
    extra: str | None


def shown(named: Iterable[tuple[str, Proposal, str | None]]) -> tuple[Offer, ...]:
    """In their order: the surest first, each with what its article adds."""
    return tuple(_offer(place, *each) for place, each in enumerate(named, 1))


def _offer(place: int, name: str, proposal: Proposal, extra: str | None) -> Offer:
    return Offer(place, name, proposal, render(proposal.text), proposal.visibility is not Visibility.PUBLIC, extra)
