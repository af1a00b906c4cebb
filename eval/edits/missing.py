"""Owns which decisive sentences an answer lacks after an edit, and whether an article still says them.

Refuses to count one where another that decides as well is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.casebook.plain_text import shows
from eval.result import CaseResult
from kb_ingest.article import Article


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence that was to be shown; `article` had or has it (empty: none did), `file` is the article's, `is_said`:
    it has it still."""

    sentence: str
    article: str
    file: str
    is_said: bool


def missing(case: CaseResult, before: Mapping[str, Article], after: Mapping[str, Article]) -> tuple[Missing, ...]:
    """The sentences of which the customer read none; `before` and `after` are the articles on both sides."""
    if any(shows(case.shown, span) for span in case.spans):
        return ()
    return tuple(_missing(span, case.expected, before, after) for span in case.spans)


def _missing(
    span: str, expected: tuple[str, ...], before: Mapping[str, Article], after: Mapping[str, Article]
) -> Missing:
    for articles, is_said in ((after, True), (before, False)):
        for name in expected:
            article = articles.get(name)
            if article is not None and shows(article.text, span):
                return Missing(span, name, article.source, is_said)
    return Missing(span, "", "", is_said=False)
