"""Owns which runs of words stand in internal articles alone, and finding them in any text. Refuses to know its readers.

What an internal article has in quotation marks is what somebody says ("You will hear from us today."): it may be said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from textwrap import shorten

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article, Visibility

RUN = 5
"""So many words in a row are the article's and no chance: measured in docs/decisions/0052-taken-up-and-kept-back.md."""
LONGEST_QUOTE = 200
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'"[^"\n]+"|“[^”\n]+”|„[^“\n]+“|«[^»\n]+»')
_WEIGHTS = np.array([0x9E3779B97F4A7C15**power % 2**64 for power in range(RUN)], np.uint64)
_Runs = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class InternalWords:
    """An internal article whose words stand in a text; `quote` is the longest stretch of the text that has them."""

    article_id: str
    title: str
    quote: str


class InternalRuns:
    """The runs of the internal articles that no public one has, by their hashes, in order."""

    def __init__(self, articles: Iterable[Article]) -> None:
        every = tuple(articles)
        self._articles = tuple(one for one in every if one.visibility is not Visibility.PUBLIC)
        self._runs, self._owners = _sorted(_runs(_words(one.text)) for one in self._articles)
        said = (quoted[0] for one in self._articles for quoted in _QUOTED.finditer(one.text))
        public = (f"{one.title}\n{one.text}" for one in every if one.visibility is Visibility.PUBLIC)
        known = np.zeros(len(self._runs), np.bool_)
        for text in chain(said, public) if self._articles else ():
            for _, same in self._matches(_runs(_words(text))):
                known[same] = True
        self._runs, self._owners = self._runs[~known], self._owners[~known]

    def found(self, text: str, but: Collection[str] = ()) -> tuple[InternalWords, ...]:
        """Whose words stand in the text, in the order in which they do; what an article of `but` says is left out."""
        places = [(found.start(), found.end()) for found in _WORD.finditer(text)]
        stretches: dict[int, list[tuple[int, int]]] = {}
        for at, same in self._matches(_runs(_words(text))):
            owners = self._owners[same].tolist()
            if any(self._articles[owner].id in but for owner in owners):
                continue
            for owner in owners:
                before = stretches.setdefault(owner, [])
                start = before.pop()[0] if before and places[at][0] < before[-1][1] else places[at][0]
                before.append((start, places[at + RUN - 1][1]))
        return tuple(self._words_of(owner, text, there) for owner, there in stretches.items())

    def _matches(self, runs: _Runs) -> Iterator[tuple[int, slice]]:
        """Which of these are ours, each with the places where it is."""
        first, last = (np.searchsorted(self._runs, runs, side) for side in ("left", "right"))
        for at in np.flatnonzero(first < last):
            yield int(at), slice(first[at], last[at])

    def _words_of(self, owner: int, text: str, stretches: list[tuple[int, int]]) -> InternalWords:
        start, end = max(stretches, key=lambda one: one[1] - one[0])
        quote = shorten(text[start:end], LONGEST_QUOTE, placeholder=" …")
        return InternalWords(self._articles[owner].id, self._articles[owner].title, quote)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: list[str]) -> _Runs:
    """A hash of each run, in order."""
    if len(words) < RUN:
        return np.empty(0, np.uint64)
    hashes = np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)
    runs: _Runs = np.lib.stride_tricks.sliding_window_view(hashes, RUN) @ _WEIGHTS
    return runs


def _sorted(runs: Iterable[_Runs]) -> tuple[_Runs, NDArray[np.int32]]:
    """All of them in order, and whose each is: by place."""
    each = [np.unique(one) for one in runs]
    every = np.concatenate([np.empty(0, np.uint64), *each])
    owners = np.repeat(np.arange(len(each), dtype=np.int32), [len(one) for one in each])
    order = np.argsort(every, kind="stable")
    return every[order], owners[order]
