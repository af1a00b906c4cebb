"""Owns the HandoffPacket: what a person needs to go on without asking again. Refuses any model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answering.draft import Citation
from bot.conversation.utterance import Utterance
from bot.decision.outcome import Reason


class FactKind(StrEnum):
    """What kind of thing the customer told us."""

    ORDER = "order"
    EMAIL = "email"
    PHONE = "phone"
    PRODUCT = "product"
    ERROR_CODE = "error_code"
    SERIAL = "serial"
    REGION = "region"
    PLAN = "plan"
    DATE = "date"
    AMOUNT = "amount"
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the customer gave, with the turn it was said in."""

    kind: FactKind
    value: str
    turn: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An article the customer was shown and what they made of it."""

    citation: Citation
    turn: int
    reaction: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """The clock of this ticket; ISO times in UTC, the sentence the customer was told, the routing rule's id, and the
    region by whose hours it runs (empty in tickets that are older than that)."""

    team: str
    priority: str
    first_response_due: str
    resolution_due: str
    told_customer: str
    rule: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class HandoffPacket:
    """Typed reason, goal in the customer's own words, facts, what was shown, what was missing, next steps.

    `topic` is the area of the articles it is about, None where nothing tells. `heard` is false until what the customer
    said of their problem led the ticket. `draft_from` is what a held-back answer quotes, empty when the draft quotes
    nothing: it goes with its articles.
    """

    reason: Reason
    category: str | None
    goal: str
    facts: tuple[Fact, ...]
    shown: tuple[Shown, ...]
    missing: str
    risks: tuple[str, ...]
    sentiment: float
    language: str
    next_steps: tuple[str, ...]
    draft_reply: str | None
    transcript: tuple[Utterance, ...]
    target: ServiceTarget
    topic: str | None = None
    heard: bool = True
    draft_from: tuple[Citation, ...] = ()

    def without_draft(self, plain: str | None = None) -> HandoffPacket:
        """The same without the held-back answer; `plain`, which quotes nothing, in its place."""
        return replace(self, draft_reply=plain, draft_from=())
