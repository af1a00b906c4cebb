"""Owns what is shown of suggested replies, beside a ticket here and in another help desk. Refuses to make any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.answering.rendering import ShownBlock, render
from bot.assist.record import Proposal
from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with its text as blocks; `place` is 1 for the best, `id` names it on the page. `answers` are the
    questions it is for, of a message that asks several."""

    place: int
    id: str
    proposal: Proposal
    blocks: tuple[ShownBlock, ...]
    internal: bool
    answers: tuple[str, ...]
    extra: str | None


def shown(named: Iterable[tuple[str, Proposal, str | None]]) -> tuple[Offer, ...]:
    """In their order: the surest first, each with what its article adds."""
    offered = tuple(named)
    several = len({asked for _, each, _ in offered for asked in (*each.supported, *each.uncovered)}) > 1
    return tuple(_offer(place, *each, several=several) for place, each in enumerate(offered, 1))


def _offer(place: int, name: str, proposal: Proposal, extra: str | None, *, several: bool) -> Offer:
    internal = proposal.visibility is not Visibility.PUBLIC
    answers = proposal.supported if several else ()
    return Offer(place, name, proposal, render(proposal.text), internal, answers, extra)
