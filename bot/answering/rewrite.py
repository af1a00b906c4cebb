"""Owns the port of an optional rewriter of drafts. Refuses to trust one: what it returns has passed the proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.answering.draft import Draft, Statement
from bot.retrieval.question import Question
from bot.storage.counts import Counts

OnProven = Callable[[Statement], None]
"""Told each statement once it is proven and nothing that limits it is outstanding."""


class Rewriter(Protocol):
    """Puts a draft into fluent words; gives the draft back unchanged on any doubt, failure or lateness."""

    @property
    def fallbacks(self) -> Counts:
        """How often a draft was given back, by reason."""
        ...

    def rewrite(self, question: Question, draft: Draft, on_proven: OnProven | None = None) -> Draft:
        """A draft whose every statement is supported by the citation it names."""
        ...
