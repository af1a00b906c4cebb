"""Owns the words by which customers name a region, a plan or a product. Refuses to guess what was not said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import yaml

from bot.errors import BadPolicy
from bot.retrieval.question import Known

BEFORE = 60
"""Characters before a name that tell whose it is."""
WHERE = ("in", "near", "from", "to", "around", "outside")


class Facet(StrEnum):
    """What variants of an article differ by."""

    REGION = "region"
    PLAN = "plan"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class FacetPolicy:
    """How a facet is asked for, and per value its label and the expressions that name it.

    `others` ends where a name begins that is not the customer's own: "like in", "my sister in"; `home` where one begins
    that only says where the customer lives: "I'm in". `places` are those of the expressions that name one.
    """

    question: str
    labels: Mapping[str, str]
    expressions: Mapping[str, tuple[re.Pattern[str], ...]]
    others: re.Pattern[str] | None = None
    home: re.Pattern[str] | None = None
    places: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)

    def mentions(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each name of a value ends, and the value; not those that are somebody else's."""
        for value, expressions in self.expressions.items():
            for match in chain.from_iterable(expression.finditer(text) for expression in expressions):
                if _before(text, match.start(), self.others) is None:
                    yield match.end(), value

    def with_label(self, text: str, value: str, alone: bool, kept: Callable[[str], bool]) -> str:
        """The text with the value's label for "I'm in Manchester", and for "Manchester" where it stands `alone`; not
        for a name that is `kept`."""
        for place in self.places.get(value, ()):
            for match in reversed(list(place.finditer(text))):
                said = _before(text, match.start(), self.home)
                if (said or alone) and not kept(match[0]):
                    start = said.start() if said else match.start()
                    text = f"{text[:start]}{self.labels[value]}{text[match.end() :]}"
        return text


@dataclass(frozen=True, slots=True)
class VariantPolicy:
    """The facets of `variants.yaml`."""

    facets: Mapping[Facet, FacetPolicy]

    def mentioned(self, text: str, facet: Facet) -> str | None:
        """The value named last in the text, None when none is named."""
        return max(self.facets[facet].mentions(text), default=(0, None))[1]

    def named(self, text: str, facet: Facet) -> frozenset[str]:
        """Every value named in the text."""
        return frozenset(value for _, value in self.facets[facet].mentions(text))

    def known_from(self, texts: Sequence[str], given: Known) -> Known:
        """What the texts, oldest first, say about the customer on top of what is given; the last mention wins."""
        return Known(**{facet: self._last(texts, facet) or getattr(given, facet) for facet in Facet})

    def _last(self, texts: Sequence[str], facet: Facet) -> str | None:
        mentions = (self.mentioned(text, facet) for text in reversed(texts))
        return next((value for value in mentions if value is not None), None)

    def foreign_to(self, question: str, known: Known) -> Callable[[str], bool]:
        """Tells of a name (of a row, of a section) whether it is about other regions than the customer's.

        Never, when the region is not known or the question names several: then the customer compares.
        """
        region = known.region
        if region is None or len(self.named(question, Facet.REGION)) > 1:
            return lambda _name: False

        def foreign(name: str) -> bool:
            meant = self.named(name, Facet.REGION)
            return bool(meant) and region not in meant

        return foreign

    def without(self, text: str, facet: Facet) -> str:
        """The text with every mention of the facet taken out."""
        for expressions in self.facets[facet].expressions.values():
            for expression in expressions:
                text = expression.sub(" ", text)
        return " ".join(text.split())


def _before(text: str, start: int, words: re.Pattern[str] | None) -> re.Match[str] | None:
    """What ends at `start` by these words."""
    return words.search(text, max(0, start - BEFORE), start) if words else None


def read_variants(path: Path) -> VariantPolicy:
    """The policy file as typed values; BadPolicy names the file and the key to mend."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return VariantPolicy({facet: _facet(content["facets"][facet]) for facet in Facet})
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        raise BadPolicy(f"{path.name}: {type(error).__name__}: {error}; see the comment in the file") from error


def _facet(entry: Mapping[str, Any]) -> FacetPolicy:
    values = entry["values"]
    names = {value: [re.compile(name, re.IGNORECASE) for name in spec["expressions"]] for value, spec in values.items()}
    places = {value: tuple(_places(spec)) for value, spec in values.items()}
    return FacetPolicy(
        question=entry["question"],
        labels={value: spec["label"] for value, spec in values.items()},
        expressions={value: (*names[value], *places[value]) for value in values},
        others=_ending(entry.get("others")),
        home=_ending(entry.get("home")),
        places=places,
    )


def _ending(words: str | None) -> re.Pattern[str] | None:
    return re.compile(f"(?:{words})$", re.IGNORECASE) if words else None


def _places(spec: Mapping[str, Any]) -> Iterator[re.Pattern[str]]:
    """Of places that are words, too: "in Reading", not "Reading the manual"."""
    if places := spec.get("places"):
        yield re.compile(rf"\b{_any(places)}\b", re.IGNORECASE)
    if places := spec.get("places_that_are_words"):
        yield re.compile(rf"\b{_any(WHERE)} {_any(places)}\b")


def _any(names: Sequence[str]) -> str:
    """Any of the names; by first letters, as every name is else tried at every word."""
    by_letter = groupby(sorted(names), lambda name: name[0])
    groups = (f"{first}(?:{'|'.join(re.escape(name[1:]) for name in group)})" for first, group in by_letter)
    return f"(?:{'|'.join(groups)})"
