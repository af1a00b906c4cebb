"""Owns which of the ways to read a question that the desk offered a message takes.

Refuses to guess: a label as it stands, its place in the list, or a place in the one region that an offer is for; all
else is read as what it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.utterance import Offer, Speaker, Utterance
from bot.retrieval.variants import Facet, VariantPolicy

PLACES = ("1|1st|first", "2|2nd|second", "3|3rd|third")
PLACE = re.compile(
    r"\W*(?:(?:it[’']?s|that[’']?s|i mean(?:t)?|probably|option|number|no\.?|the)\s+){0,3}"
    rf"(?:{'|'.join(f'(?P<p{at}>{words})' for at, words in enumerate(PLACES))}|(?P<last>last))"
    r"(?:\s+(?:one|option|link|thing))?(?:\s+(?:please|pls|thanks))?\W*",
    re.IGNORECASE,
)
"""A place in a list and nothing else: "the second one please"."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The offer that was taken, and what had been said before the question that `asked` stands for."""

    offer: Offer
    asked: Utterance
    before: tuple[Utterance, ...]


def picked(said: str, context: Sequence[Utterance]) -> Picked | None:
    """What `said` takes of that which the last turn offered; None where that is nothing."""
    offered = context[-1].offered if context else ()
    asked = next((at for at in reversed(range(len(context))) if context[at].speaker is Speaker.CUSTOMER), None)
    offer = _taken(said, offered)
    if offer is None or asked is None:
        return None
    return Picked(offer, context[asked], tuple(context[:asked]))


def of_region(region: str | None, context: Sequence[Utterance], variants: VariantPolicy) -> str:
    """The article that the last turn offered for the region, where each of its offers was for one; empty for none."""
    offered = context[-1].offered if context else ()
    regions = [variants.named(offer.label, Facet.REGION) for offer in offered]
    if any(len(named) != 1 for named in regions):
        return ""
    return next((offer.article_id for offer, named in zip(offered, regions, strict=True) if region in named), "")


def _taken(said: str, offered: Sequence[Offer]) -> Offer | None:
    for offer in offered:
        if _bare(said) == _bare(offer.label):
            return offer
    place = PLACE.fullmatch(said)
    if place is None or not offered:
        return None
    at = -1 if place["last"] else next(at for at in range(len(PLACES)) if place[f"p{at}"])
    return offered[at] if at < len(offered) else None


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .!?").casefold()
