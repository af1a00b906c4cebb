"""Owns what was said and by whom, as the pipeline sees it. Refuses storage concerns: see messages.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Speaker(StrEnum):
    """Who said it."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to read a question, as it was offered to the customer: the words and the article they stand for."""

    label: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said; `turn` is its position in the conversation, `article_ids` what a bot turn cited, `offered` the
    ways to read the question that a bot turn asked about."""

    speaker: Speaker
    text: str
    turn: int = 0
    article_ids: tuple[str, ...] = ()
    offered: tuple[Offer, ...] = ()
