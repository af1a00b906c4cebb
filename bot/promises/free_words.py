"""Owns finding what an agent's text promises in free words. Refuses to hold it back: the agent decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.conversation.sentences import sentences
from bot.handoff.promise_policy import PromisePolicy

LONGEST_TEXT = 8000
_QUOTED = re.compile(r"[“„«][^”“»]*[”“»]")


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
    said = {sentence for other in published for sentence in sentences(other)}
    return tuple(
        sentence
        for sentence in sentences(rest)
        if sentence not in said and _promises(_QUOTED.sub(" ", sentence), policy)
    )


def _promises(sentence: str, policy: PromisePolicy) -> bool:
    return any(
        any(expression.search(sentence) for expression in words.promises)
        and not any(expression.search(sentence) for expression in words.unless)
        for words in policy.free_words
    )
