"""Owns the search for passages that two articles have in common and the same customer meets twice.

Refuses articles that nearly repeat each other as a whole (`near_duplicates` has them) and those for other readers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.near_duplicates import closest_earlier
from kb_ingest.checks.page import Page, Section
from kb_ingest.checks.readers import related, same_readers

FEWEST_WORDS = 40
"""Words of a section; shorter ones are alike without harm."""


def duplicate_sections(pages: Sequence[Page], whole: Iterable[frozenset[str]]) -> Iterator[Finding]:
    """A finding per passage, with every article that has it; `whole` are pairs of ids that are near duplicates."""
    known = set(whole)
    found = [(page, section) for page in pages for section in page.sections if _long(section)]

    def comparable(one: int, other: int) -> bool:
        mine, theirs = found[one][0].article, found[other][0].article
        pair = frozenset((mine.id, theirs.id))
        return len(pair) == 2 and pair not in known and same_readers(mine, theirs) and not related(mine, theirs)

    groups = defaultdict[int, list[int]](list)
    first = dict[int, int]()
    for one, other, _ in closest_earlier([section.text for _, section in found], comparable):
        first[one] = first.get(other, other)
        groups[first[one]].append(one)
    for leader, members in groups.items():
        page, section = found[leader]
        others = sorted({found[member][0].article.id for member in members} - {page.article.id})
        if others:
            yield _finding(page, section, others)


def _long(section: Section) -> bool:
    return len(section.text.split()) >= FEWEST_WORDS


def _finding(page: Page, section: Section, others: list[str]) -> Finding:
    named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    where = f"“{section.heading}”" if section.heading else "the beginning"
    return Finding(
        FindingKind.DUPLICATE_SECTION, page.article.id, page.article.source,
        f"{where} ({len(section.text.split())} words) stands almost word for word in {named} too",
        "keep the passage in one article and link to it from the others, or they will drift apart",
        degree=min(1.0, 0.5 + len(others) / 10), excerpt=section.text, other=others[0],
    )  # fmt: skip
