"""Owns finding the line of a Markdown source that a passage of the cleaned text stands on.

Cleaning takes marks and links away, so lines are compared by their words. Refuses other formats: they have no lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kb_ingest.checks.finding import Finding

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_WORD = re.compile(r"\w+")
_TARGET = re.compile(r"(?<=\])\([^)\s]{0,500}\)")
_OPENING_WORDS = 6
_FENCE = "---"


def with_lines(findings: Iterable[Finding], sources: Sequence[Path]) -> Iterator[Finding]:
    """The findings, each with its line where that can be found in a file under `sources`."""
    read = dict[str, tuple[str, ...]]()
    for finding in findings:
        if not finding.excerpt or finding.line is not None or Path(finding.source).suffix.lower() not in _MARKDOWN:
            yield finding
            continue
        if finding.source not in read:
            read[finding.source] = _lines(finding.source, sources)
        yield replace(finding, line=_place(finding.excerpt, read[finding.source]))


def _lines(source: str, sources: Sequence[Path]) -> tuple[str, ...]:
    """The words of each line of the file, "" for those of its front matter."""
    for place in sources:
        path = place / source if place.is_dir() else place
        if path.is_file() and (place.is_dir() or place.name == source):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            body = lines.index(_FENCE, 1) + 1 if lines[:1] == [_FENCE] and _FENCE in lines[1:] else 0
            return tuple("" if number < body else _words(line) for number, line in enumerate(lines))
    return ()


def _place(excerpt: str, lines: Sequence[str]) -> int | None:
    opening = " ".join(_words(excerpt).split(" ")[:_OPENING_WORDS])
    found = (number for number, line in enumerate(lines, 1) if opening and f" {opening} " in f" {line} ")
    return next(found, None)


def _words(line: str) -> str:
    return " ".join(_WORD.findall(_TARGET.sub("", line).lower()))
