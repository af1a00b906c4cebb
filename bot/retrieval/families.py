"""Owns words for several devices ("the camera") and the words that then tell one from the others ("the outdoor one").

Refuses to read such a word out of a sentence that says more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[\w'’-]+")
SHORT = 12
"""Words up to which a message may be nothing but the telling apart of two values."""
AROUND = frozenset(
    """
    no nope but and or what how about for with on of in the my our is it it's its i meant mean actually sorry rather
    please ok okay yes that that's thats this one ones model version kind type same instead wait oops
    """.split()  # noqa: SIM905
)
"""Words around "the outdoor one" that make it no sentence of its own."""


@dataclass(frozen=True, slots=True)
class Family:
    """Values that one word names together ("the camera"), and how each is told from the others ("the outdoor one")."""

    expressions: tuple[re.Pattern[str], ...]
    apart: Mapping[str, re.Pattern[str]]

    def names(self, text: str) -> bool:
        """The text has a word for all of them."""
        return any(expression.search(text) for expression in self.expressions)

    def told_by(self, text: str) -> tuple[str, ...]:
        """The values that the text tells from the others, in its order; none where it says anything else."""
        words = WORD.findall(text.lower())
        if len(words) > SHORT:
            return ()
        meant = {word: value for word in words if (value := self._value_of(word))}
        alone = all(word in AROUND or word in meant or self.names(word) for word in words)
        return tuple(dict.fromkeys(meant.values())) if alone else ()

    def _value_of(self, word: str) -> str | None:
        return next((value for value, expression in self.apart.items() if expression.fullmatch(word)), None)


def read_family(entry: Mapping[str, Any], values: Mapping[str, Any]) -> Family:
    """One entry of the policy file; KeyError for a value that the facet does not have."""
    expressions = tuple(re.compile(each, re.IGNORECASE) for each in entry["expressions"])
    apart = {value: re.compile(words, re.IGNORECASE) for value, words in entry["apart"].items()}
    if unknown := apart.keys() - values.keys():
        raise KeyError(*unknown)
    return Family(expressions, apart)
