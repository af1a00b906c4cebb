"""Owns finding what an agent's text promises in free words. Refuses to hold it back: the agent decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.handoff.promise_policy import PromisePolicy

LONGEST_TEXT = 8000
_QUOTED = re.compile(r"[“„«][^”“»]*[”“»]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def promised(
    text: str, policy: PromisePolicy, backed: Iterable[str] = (), published: Iterable[str] = ()
) -> tuple[str, ...]:
    """The sentences of `text` that promise something.

    Left out are the sentences in `backed`, which have their objects, those of the `published` texts, which an article
    stands for, and what is quoted: the customer's own words.
    """
    rest = text[:LONGEST_TEXT]
    for sentence in backed:
        rest = rest.replace(sentence, "\n")
    said = {sentence for other in published for sentence in _sentences(other)}
    return tuple(
        sentence
        for sentence in _sentences(rest)
        if sentence not in said and _promises(_QUOTED.sub(" ", sentence), policy)
    )


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _promises(sentence: str, policy: PromisePolicy) -> bool:
    return any(
        any(expression.search(sentence) for expression in words.promises)
        and not any(expression.search(sentence) for expression in words.unless)
        for words in policy.free_words
    )
