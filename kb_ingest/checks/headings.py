"""Owns headings that promise something and keep nothing: no text under them, or a placeholder. Refuses all others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.page import Page, Section

_QUESTION = re.compile(
    r"(?i)(?:.*\?$|(?:how|what|when|where|why|who|which|can|do|does|is|are|will|should|may)\b(?! (?:to|it works)\b))"
)
_PLACEHOLDER = re.compile(
    r"(?i)\W{0,20}(?:tbd|tbc|todo|to do|to be (?:done|written|added|decided)|coming soon|lorem ipsum\b.*+|n/?a|\.\.\.)"
    r"\W*+$"
)

_FEWEST_LEADING, _SHARE_LEADING = 3, 0.02
"""Articles with a bare heading above another one, at least, from which a base without lower headings was flattened."""


def unanswered_headings(pages: Sequence[Page]) -> Iterator[Finding]:
    """Headings with nothing under them up to the next one of their level, and those with a placeholder only.

    An export may put all headings on one level; then a heading above another one tells nothing and only questions and
    last headings count.
    """
    found = [(page, list(_bare(page))) for page in pages]
    flat = _is_flat(pages, sum(any(leads for _, leads in bare) for _, bare in found))
    for page, bare in found:
        for section, leads in bare:
            if section.text:
                yield _finding(page, section, f"has only “{section.text.strip()[:40]}” under it")
            elif not (flat and leads) or _QUESTION.match(section.heading):
                yield _finding(page, section, "has no text under it")


def _bare(page: Page) -> Iterator[tuple[Section, bool]]:
    """Sections that say nothing, and whether another one of their level follows at once."""
    for section, following in zip_longest(page.sections, page.sections[1:]):
        holds_others = following is not None and following.level > section.level
        if section.heading and not holds_others and (not section.text or _PLACEHOLDER.match(section.text)):
            yield section, following is not None and following.level == section.level


def _is_flat(pages: Sequence[Page], leading: int) -> bool:
    deep = sum(len({section.level for section in page.sections if section.heading}) > 1 for page in pages)
    return deep <= _SHARE_LEADING * len(pages) and leading >= max(_FEWEST_LEADING, _SHARE_LEADING * len(pages))


def _finding(page: Page, section: Section, what: str) -> Finding:
    asks = bool(_QUESTION.match(section.heading))
    return Finding(
        FindingKind.UNANSWERED_HEADING, page.article.id, page.article.source,
        f"the {'question' if asks else 'heading'} “{section.heading}” {what}",
        "answer it, or remove the heading", degree=1.0 if asks else 0.7, excerpt=section.heading,
    )  # fmt: skip
