"""Owns how hard an article is to read: Flesch–Kincaid grade, very long sentences, walls of text.

Refuses tables, code and what has too few sentences to say anything. English only: the formula is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.page import Page
from kb_ingest.units import UnitKind

HARDEST_GRADE = 12.0
"""School years from which a text is too hard: help centres aim at 8, the end of school is 12."""
FEWEST_SENTENCES = 8
LONGEST_SENTENCE = 40
"""Words. What is longer is rarely understood at the first reading."""
LONGEST_PARAGRAPH = 130
"""Words; about ten lines on a phone."""
_WORD = re.compile(r"[A-Za-z][a-z'’]*[A-Za-z]|[A-Za-z]")
_NOT_PROSE = re.compile(r"https?://|[\\{}<>=_|]|\w/\w")
_VOWELS = re.compile(r"[aeiouy]+")
_CLAUSES_APART = re.compile(r"[;:](?=\s)| - | – |—")


def readability(page: Page) -> Iterator[Finding]:
    """At most one finding of each of the three classes, with its worst case."""
    if not page.article.locale.lower().startswith("en"):
        return
    prose = [sentence.text for sentence in page.sentences if sentence.kind is not UnitKind.ROW]
    prose = [text for text in prose if not (_NOT_PROSE.search(text) or text.startswith("|"))]
    yield from _hard(page, [text for text in prose if text.endswith((".", "!", "?"))])
    yield from _long_sentences(page, prose)
    yield from _walls(page)


def grade(sentences: Sequence[str]) -> float:
    """Flesch–Kincaid: 0.39 words per sentence + 11.8 syllables per word − 15.59, in school years."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels without a silent e; an acronym counts as two. Right for about nine English words in ten."""
    if word.isupper() and len(word) > 1:
        return 2
    lower = word.lower()
    groups = len(_VOWELS.findall(lower))
    silent = (lower.endswith("e") and not lower.endswith(("le", "ee"))) or re.search(r"[^aeiouytd]ed$", lower)
    return max(1, groups - bool(silent and groups > 1))


def _hard(page: Page, sentences: Sequence[str]) -> Iterator[Finding]:
    years = grade(sentences) if len(sentences) >= FEWEST_SENTENCES else 0.0
    if years >= HARDEST_GRADE:
        hardest = max(sentences, key=lambda text: grade([text]))
        yield Finding(
            FindingKind.HARD_TO_READ, page.article.id, page.article.source,
            f"reads like school year {years:.0f} (Flesch–Kincaid); help articles do well below {HARDEST_GRADE:.0f}. "
            f"Hardest: “{_short(hardest)}”",
            "use shorter sentences and everyday words", degree=min(1.0, years / 20), excerpt=hardest,
        )  # fmt: skip


def _long_sentences(page: Page, sentences: Sequence[str]) -> Iterator[Finding]:
    found = [text for text in sentences if _longest_clause(text) > LONGEST_SENTENCE]
    if found:
        worst = max(found, key=_longest_clause)
        many = f"{len(found)} sentences have" if len(found) > 1 else "a sentence has"
        yield Finding(
            FindingKind.LONG_SENTENCES, page.article.id, page.article.source,
            f"{many} more than {LONGEST_SENTENCE} words; the longest has {len(worst.split())}: “{_short(worst)}”",
            "split it: one thought a sentence, alternatives as a list",
            degree=min(1.0, 0.4 + len(found) / 10), excerpt=worst,
        )  # fmt: skip


def _longest_clause(text: str) -> int:
    """Words of its longest part between colons, semicolons and dashes."""
    return max(len(part.split()) for part in _CLAUSES_APART.split(text))


def _walls(page: Page) -> Iterator[Finding]:
    lines = [line for section in page.sections for text in section.paragraphs for line in text.split("\n")]
    found = [text for text in lines if len(text.split()) > LONGEST_PARAGRAPH]
    if found:
        worst = max(found, key=lambda text: len(text.split()))
        many = f"{len(found)} paragraphs have" if len(found) > 1 else "a paragraph has"
        yield Finding(
            FindingKind.WALL_OF_TEXT, page.article.id, page.article.source,
            f"{many} more than {LONGEST_PARAGRAPH} words; the longest has {len(worst.split())}: “{_short(worst)}”",
            "break it into paragraphs, steps or a list under headings",
            degree=min(1.0, len(worst.split()) / 400), excerpt=worst,
        )  # fmt: skip


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else flat[:88].rstrip() + "…"
