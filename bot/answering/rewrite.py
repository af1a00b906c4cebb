"""Owns the port of an optional rewriter of drafts. Refuses to trust one: what it returns has passed the proof."""

from __future__ import annotations

from typing import Protocol

from bot.answering.draft import Draft
from bot.retrieval.question import Question


class Rewriter(Protocol):
    """Puts a draft into fluent words; gives the draft back unchanged on any doubt, failure or lateness."""

    def rewrite(self, question: Question, draft: Draft) -> Draft:
        """A draft whose every statement is supported by the citation it names."""
        ...
