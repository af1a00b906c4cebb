"""Owns the Question: what the customer asks, made independent of the turns before. Refuses to search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.utterance import Offer, Utterance


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the customer that selects a variant of an article; None where unknown."""

    region: str | None = None
    plan: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """A text that is heard beside the question, with `weight` beside the question's own 1.

    A topic may have changed without a word of it: `least` is the share of the weight that is certain, the rest grows
    with the cosine between echo and question, from none at `apart` to all at `near`.
    """

    text: str
    weight: float
    least: float = 1.0
    apart: float = 0.0
    near: float = 1.0

    def heard(self, cosine: float) -> float:
        """The weight at this cosine to the question."""
        closeness = min(max((cosine - self.apart) / (self.near - self.apart), 0.0), 1.0)
        return self.weight * (self.least + (1.0 - self.least) * closeness)


@dataclass(frozen=True, slots=True)
class Question:
    """`said` is the message as typed, `standalone` what is searched; `carried` tells how it depends on earlier turns.

    `turns` are the texts of `context` that may still be meant, without what the message replaces by another; `cited`
    are the articles of the desk's last one.
    `echoes` are texts of the turns before, and what a long message asks in the end. `products` are all devices that the
    question names. `alone` is the message without the turns before it, None for a first one and where the customer says
    that the subject changes: which of both is meant shows in what is found for it. `asks_anew`: it asks something of
    its own, not what was asked before of another thing; `takes_back`: it only says which thing was meant before.
    `picked` is the article that the customer took of those offered, empty for none: then all else is the question
    asked before, with a place where only a region was asked for.
    """

    said: str
    standalone: str
    context: tuple[Utterance, ...] = ()
    turns: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    language: str = "en"
    known: Known = field(default_factory=Known)
    carried: str | None = None
    echoes: tuple[Echo, ...] = ()
    products: frozenset[str] = frozenset()
    alone: Question | None = None
    asks_anew: bool = True
    takes_back: bool = False
    picked: str = ""

    def as_picked(self, offer: Offer, context: Sequence[Utterance]) -> Question:
        """This question, asked again by taking the offer; however that was said, its label is what was meant."""
        alone = self.alone and self.alone.as_picked(offer, context)
        return replace(self, said=offer.label, context=tuple(context), picked=offer.article_id, alone=alone)
