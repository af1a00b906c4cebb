"""Owns the words by which customers name a region, a plan or a product. Refuses to guess what was not said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import yaml

from bot.errors import BadPolicy
from bot.retrieval.families import Family, read_family
from bot.retrieval.question import Known
from bot.retrieval.region_words import RegionWords, named_in_all, read_asked
from bot.spoken import Spoken
from kb_ingest.lexical import terms

VARIANTS_FILE = "variants.yaml"
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
    """Per value of a facet its label and the expressions that name it.

    `others` ends where a name begins that is not the customer's own: "like in", "my sister in"; `home_words` where one
    begins that only says where the customer lives: "I'm in". `places` are those of the expressions that name one.
    """

    labels: Mapping[str, str]
    expressions: Mapping[str, tuple[re.Pattern[str], ...]]
    others: re.Pattern[str] | None = None
    families: tuple[Family, ...] = ()
    home_words: re.Pattern[str] | None = None
    places: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)

    def mentions(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each name of a value ends, and the value; not those that are somebody else's."""
        return ((match.end(), value) for match, value, _ in self._found(text))

    def home(self, text: str) -> str | None:
        """The value that the customer says is their own; a place that is only spoken of tells none: "the weather in
        London"."""
        alone = not terms(_gone(text, self.expressions.values()))
        own = [
            (match.end(), value)
            for match, value, place in self._found(text)
            if alone or not place or _before(text, match.start(), self.home_words)
        ]
        return max(own, default=(0, None))[1]

    def _found(self, text: str) -> Iterator[tuple[re.Match[str], str, bool]]:
        """Each such name, the value, and whether it is a place."""
        for value, expressions in self.expressions.items():
            for expression in expressions:
                for match in expression.finditer(text):
                    if _before(text, match.start(), self.others) is None:
                        yield match, value, expression in self.places.get(value, ())

    def told_apart(self, text: str, spoken_of: str) -> str:
        """The labels in place of "the outdoor one", where it says nothing else and their family was named."""
        for family in self.families:
            meant = family.told_by(text)
            if meant and (family.names(spoken_of) or family.apart.keys() & {v for _, v in self.mentions(spoken_of)}):
                return " ".join(self.labels[value] for value in meant)
        return text

    def families_in(self, text: str) -> frozenset[str]:
        """Every value of the families that the text names together."""
        return frozenset(chain.from_iterable(family.apart for family in self.families if family.names(text)))

    def without_others(self, text: str, meant: frozenset[str]) -> str:
        """The text without the mentions of values, and of families, that are none of the `meant`."""
        gone = [expressions for value, expressions in self.expressions.items() if value not in meant]
        gone += [family.expressions for family in self.families if not meant & family.apart.keys()]
        return _gone(text, gone)

    def with_instead(self, text: str, value: str) -> str | None:
        """The text with the value's label in the place of another, or of its family; None where it names neither."""
        others = [*self.expressions.values(), *(each.expressions for each in self.families if value in each.apart)]
        match = next((found for each in chain.from_iterable(others) if (found := each.search(text))), None)
        if match is None:
            return None
        before, after = text[: match.start()], text[match.end() :]
        kept = frozenset({value})
        parts = (self.without_others(before, kept), self.labels[value], self.without_others(after, kept))
        return " ".join(part for part in parts if part)

    def with_label(self, text: str, value: str, alone: bool, kept: Callable[[str], bool]) -> str:
        """The text with the value's label for "I'm in Manchester", and for "Manchester" where it stands `alone`; not
        for a name that is `kept`."""
        for place in self.places.get(value, ()):
            for match in reversed(list(place.finditer(text))):
                said = _before(text, match.start(), self.home_words)
                if (said or alone) and not kept(match[0]):
                    start = said.start() if said else match.start()
                    text = f"{text[:start]}{self.labels[value]}{text[match.end() :]}"
        return text


@dataclass(frozen=True, slots=True)
class VariantPolicy:
    """The facets of `variants.yaml`, and how the region is asked for."""

    facets: Mapping[Facet, FacetPolicy]
    asked: Spoken[RegionWords]

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

    def told_apart(self, text: str, spoken_of: str) -> str:
        """The text, or the values in full where it only tells them apart from others of what was `spoken_of`."""
        for policy in self.facets.values():
            text = policy.told_apart(text, spoken_of)
        return text

    def without(self, text: str, facet: Facet) -> str:
        """The text with every mention of the facet taken out."""
        return _gone(text, self.facets[facet].expressions.values())


def _gone(text: str, expressions: Iterable[Iterable[re.Pattern[str]]]) -> str:
    for expression in chain.from_iterable(expressions):
        text = expression.sub(" ", text)
    return " ".join(text.split())


def _before(text: str, start: int, words: re.Pattern[str] | None) -> re.Match[str] | None:
    """What ends at `start` by these words."""
    return words.search(text, max(0, start - BEFORE), start) if words else None


def read_variants(path: Path) -> VariantPolicy:
    """The policy file as typed values; BadPolicy names the file and the key to mend."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        asked = read_asked(path.name, content)
        facets = content["facets"] | {Facet.REGION: named_in_all(content["facets"][Facet.REGION], asked)}
        return VariantPolicy({facet: _facet(facets[facet]) for facet in Facet}, asked)
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        raise BadPolicy(f"{path.name}: {type(error).__name__}: {error}; see the comment in the file") from error


def _facet(entry: Mapping[str, Any]) -> FacetPolicy:
    values = entry["values"]
    names = {value: [re.compile(name, re.IGNORECASE) for name in spec["expressions"]] for value, spec in values.items()}
    places = {value: tuple(_places(spec)) for value, spec in values.items()}
    return FacetPolicy(
        labels={value: spec["label"] for value, spec in values.items()},
        expressions={value: (*names[value], *places[value]) for value in values},
        others=_ending(entry.get("others")),
        home_words=_ending(entry.get("home")),
        places=places,
        families=tuple(read_family(each, values) for each in entry.get("families", ())),
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
