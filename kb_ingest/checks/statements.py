"""Owns the statements of an article as facts that can be compared: subject words, figures with their units, denials.

Figures that only name something (Hub 2, version 3.1, step 4) belong to the subject. Refuses to compare.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb_ingest.article import Article
from kb_ingest.checks.page import Page
from kb_ingest.lexical import terms
from kb_ingest.units import UnitKind

DATE = "date"
"""The unit of a day of the year."""
_COUNTED = (
    "second minute hour day week month year night % percent gb mb kb tb kg g lb mm cm m km inch inches foot feet meter "
    "metre mile w kw watt v volt a amp lumen db mbps ghz mhz °c °f"
)
_UNITS = frozenset(_COUNTED.split())
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {word: str(number) for number, word in enumerate(_SMALL)} | {
    "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30", "sixty": "60", "ninety": "90",
}  # fmt: skip
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{'|'.join(_WORDS)}"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:{_DAY} ({_MONTH})[a-z]*\.?|({_MONTH})[a-z]*\.? {_DAY})\b(?:,? (\d{{4}}))?",
    re.IGNORECASE,
)
_MONEY = re.compile(rf"([$€£])\s?({_NUMBER})|({_NUMBER})\s?(USD|EUR|GBP|euros?|dollars?|pounds?)\b", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?<![\w.,:/$€£#-])({_NUMBER})(?:[\s\u00a0-]?(?=[a-z%°])(?:(business|working|calendar|more)[\s-])?([a-zA-Z%°]+))"
    rf"(?![\w/])",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Z][\w-]* $")
_CURRENCY = {"usd": "$", "dollar": "$", "dollars": "$", "eur": "€", "euro": "€", "euros": "€", "gbp": "£",
             "pound": "£", "pounds": "£"}  # fmt: skip
_DENIES = re.compile(r"(?i)\b(?:not|never|no longer|cannot|without)\b|n['’]t\b")
_SUPPOSES = re.compile(r"(?i)\b(?:if|when|unless|until|whether|while|in case)\b")
_POINTS = re.compile(
    r"(?i)\b(?:this|that|these|those) "
    r"(?:scenario|article|page|guide|method|step|procedure|issue|problem|error|update|option)s?\b"
)
"""What is said of "this method" is about the article it stands in, and tells nothing of another."""
_SUBJECT_NAME = re.compile(r"(?<![.!?:“\"] )(?<!^)\b(?:[A-Z][A-Za-z]*[\w-]*|[\w-]*\d[\w-]*)(?: \d[\w.]*)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, item or row. `words`: its stems without figures; `names`: what is named in it; `figures`: values by
    unit; `denies`: whether an odd number of words deny; `supposes`: it holds under a condition that it names."""

    article: Article
    heading: str
    text: str
    words: frozenset[str]
    names: frozenset[str]
    figures: Mapping[str, frozenset[str]]
    denies: bool
    supposes: bool
    kind: UnitKind


def statements(page: Page) -> Iterator[Statement]:
    """The statements of the article that stand for themselves, in order."""
    for sentence in page.sentences:
        if _POINTS.search(sentence.text):
            continue
        figures, bare = _figures(sentence.text)
        plain = _DENIES.sub(" ", bare)
        yield Statement(
            page.article, sentence.heading, sentence.text,
            words=frozenset(terms(plain)),
            names=frozenset(name.lower() for name in _SUBJECT_NAME.findall(bare)),
            figures=figures,
            denies=len(_DENIES.findall(bare)) % 2 == 1,
            supposes=bool(_SUPPOSES.search(bare)),
            kind=sentence.kind,
        )  # fmt: skip


def _figures(text: str) -> tuple[Mapping[str, frozenset[str]], str]:
    """The figures by unit, and the text without their numbers."""
    found = defaultdict[str, set[str]](set)

    def date_of(match: re.Match[str]) -> str:
        day, month = match[1] or match[4], (match[2] or match[3]).title()
        found[DATE].add(f"{day} {month}" + (f" {match[5]}" if match[5] else ""))
        return " "

    def money(match: re.Match[str]) -> str:
        unit = match[1] or _CURRENCY[match[4].lower()]
        found[unit].add(_value(match[2] or match[3]))
        return " "

    def count(match: re.Match[str]) -> str:
        unit = _unit(match[3])
        if not unit or _NAMED.search(match.string[: match.start()]):
            return match[0]
        found[f"{match[2].lower()} {unit}" if match[2] else unit].add(_value(match[1]))
        return f" {match[3]}"

    bare = _COUNT.sub(count, _MONEY.sub(money, _DATE.sub(date_of, text)))
    return {unit: frozenset(values) for unit, values in found.items()}, bare


def _unit(word: str) -> str:
    """The word in the singular where it is something that is counted; "" where it is not."""
    lower = word.lower()
    single = lower.removesuffix("s") if len(lower) > 3 else lower
    if lower in ("%", "percent"):
        return "%"
    counted = single in _UNITS or (word.islower() and lower.endswith("s") and not lower.endswith(("ss", "us", "is")))
    return single if counted else ""


def _value(number: str) -> str:
    plain = _WORDS.get(number.lower(), number.replace(",", ""))
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
