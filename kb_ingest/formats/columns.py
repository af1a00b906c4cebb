"""Owns how exports of questions and answers name their columns, and the id of a question that has none. Refuses to
read any."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

_NAMES: Mapping[str, frozenset[str]] = {
    "title": frozenset({
        "question", "questions", "q", "title", "subject", "query", "prompt", "faq", "frage", "pregunta", "utterance",
    }),
    "text": frozenset({
        "answer", "answers", "a", "response", "reply", "text", "content", "body", "solution", "antwort", "respuesta",
        "html",
    }),
    "id": frozenset({"id", "key", "slug", "faq_id", "article_id", "question_id", "external_id"}),
    "area": frozenset({"category", "topic", "section", "area", "group"}),
    "locale": frozenset({"locale", "lang", "language"}),
    "url": frozenset({"url", "link", "source_url", "permalink"}),
    "updated_at": frozenset({"updated_at", "updated", "modified", "last_modified", "last_updated"}),
}  # fmt: skip
_WHAT_IT_HOLDS = re.compile(r"_(?:text|html|body|content)$")


def field_of(name: str) -> str:
    """The field that a column of this name is; an unknown one is its own: `QUESTION TEXT` is the title."""
    key = re.sub(r"[\s-]", "_", name.strip().lower())
    for known in (key, _WHAT_IT_HOLDS.sub("", key)):
        for field, usual in _NAMES.items():
            if known in usual:
                return field
    return key


def id_of(question: str, source: str) -> str:
    """An id made from the question outlives rows that are added above it."""
    return f"{source}#{hashlib.sha256(' '.join(question.lower().split()).encode()).hexdigest()[:10]}"
