"""Owns the Question: what the customer asks, made independent of the turns before. Refuses to search."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.conversation.utterance import Utterance


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the customer that selects a variant of an article; None where unknown."""

    region: str | None = None
    plan: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`said` is the message as typed, `standalone` what is searched; `carried` tells how it depends on earlier turns.

    `echoes` are texts of the turns before, each with its weight beside the question's own meaning (weight 1).
    `products` are all devices that the question names.
    """

    said: str
    standalone: str
    context: tuple[Utterance, ...] = ()
    language: str = "en"
    known: Known = field(default_factory=Known)
    carried: str | None = None
    echoes: tuple[tuple[str, float], ...] = ()
    products: frozenset[str] = frozenset()
