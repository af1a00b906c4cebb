"""Owns what a message puts in the place of what was said before: another region, plan, device or code.

Refuses to search, and to tell whether the message depends on the turns before it: see standalone.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.lexical import terms

CODE = re.compile(r"\b(?:(?:error|fault) (?:code )?\d{1,5}|[a-z]{1,4}-?\d{1,6})\b", re.IGNORECASE)
"""An error code or a model number."""
NUMBER = re.compile(r"(?<![\w£$€.,-])\d{2,5}(?=\s*(?:[?!,;:.]|$))(?![.,]\d)")
"""A number that nothing is counted by."""
FEW = 12
"""Words up to which a message may be another code and little else."""
DIGIT, LETTER = re.compile(r"\d"), re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Named:
    """What `text` names that another may take the place of: values by facet, and codes by their form ("a000")."""

    text: str
    values: Mapping[Facet, frozenset[str]]
    codes: Mapping[str, frozenset[str]]
    variants: VariantPolicy

    def __bool__(self) -> bool:
        return bool(self.codes) or any(self.values.values())

    def replaces(self, other: Named) -> bool:
        """It names another value or code where the other names one, and none of the same."""
        pairs = [(self.values[facet], other.values[facet]) for facet in Facet]
        pairs += [(codes, other.codes.get(form, frozenset())) for form, codes in self.codes.items()]
        return any(now and before and not now & before for now, before in pairs)

    def without(self, text: str) -> str:
        """The text without all that is of the kinds which this names."""
        for facet, values in self.values.items():
            if values:
                text = self.variants.without(text, facet)
        return self._without_codes(text)

    def instead(self, text: str) -> str | None:
        """The text with the one value that this is in the place of another; None where that is not all."""
        values = [(facet, value) for facet, named in self.values.items() for value in named]
        if len(values) != 1 or self.codes or terms(self.without(self.text)):
            return None
        facet, value = values[0]
        return self.variants.facets[facet].with_instead(text, value)

    def put_right(self, text: str) -> str:
        """The text without what this, which takes it back, was mistaken for, families too: "I mean the doorbell"."""
        for facet, policy in self.variants.facets.items():
            if values := self.values[facet] or policy.families_in(self.text):
                text = policy.without_others(text, values)
        return self._without_codes(text)

    def _without_codes(self, text: str) -> str:
        if not self.codes:
            return text
        return " ".join(CODE.sub(lambda match: " " if _form(match[0]) in self.codes else match[0], text).split())


def code_in_full(text: str, spoken_of: str) -> str:
    """The text with the code that a number stands for, where the last code spoken of has as many digits: "E-102" for
    "typo, 102" after E-101."""
    numbers = NUMBER.findall(text)
    if len(numbers) != 1 or len(text.split()) > FEW or CODE.search(text):
        return text
    codes = CODE.findall(spoken_of)
    if not codes:
        return text
    letters = codes[-1].rstrip("0123456789")
    same_form = len(codes[-1]) - len(letters) == len(numbers[0])
    return NUMBER.sub(letters + numbers[0], text) if same_form else text


def named_in(text: str, variants: VariantPolicy) -> Named:
    """What the text names."""
    return Named(text, {facet: variants.named(text, facet) for facet in Facet}, codes_in(text), variants)


def codes_in(text: str) -> Mapping[str, frozenset[str]]:
    """The codes that the text names, without hyphens, by their form."""
    codes = frozenset(_bare(match[0]) for match in CODE.finditer(text))
    return {form: frozenset(code for code in codes if _form(code) == form) for form in map(_form, codes)}


def _form(code: str) -> str:
    return DIGIT.sub("0", LETTER.sub("a", _bare(code)))


def _bare(code: str) -> str:
    return code.lower().replace("-", "")
