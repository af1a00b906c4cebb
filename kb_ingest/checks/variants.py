"""Owns articles that exist for some regions or plans of a subject and not for others.

A subject is a family of articles whose titles or ids differ only in the words for a region or plan. Refuses to guess
from one article alone: what a company offers in one country only needs no second article.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kb_ingest.article import Article, Visibility
from kb_ingest.checks.finding import Finding, FindingKind

_NAMES: Mapping[str, tuple[str, ...]] = {
    "us": ("united states", "usa", "us"),
    "uk": ("united kingdom", "great britain", "uk", "gb"),
    "eu": ("european union", "europe", "eu"),
    "ca": ("canada", "ca"),
    "au": ("australia", "au"),
}
"""How titles and ids name the usual regions; any other value is known by itself."""
_FEWEST_USES = 3
"""Articles that name a value; a value seen less often is a slip or an exception."""
_DATED = re.compile(r"\b(?:until|before|from|since)\b.*$|\b(?:19|20)\d\d\b")
_FILLERS = frozenset({"and", "in", "the", "for", "your", "a", "an", "of"})
_WORD = re.compile(r"[a-z0-9]+")


def missing_variants(articles: Sequence[Article]) -> Iterator[Finding]:
    """A finding per family and value that at least two of its members' siblings have and it has not."""
    current = _current(articles)
    for name in ("region", "plan"):
        of = {article.id: values for article in current if (values := getattr(article, name))}
        uses = Counter(value for values in of.values() for value in values)
        known = {value for value, count in uses.items() if count >= _FEWEST_USES}
        for family in _families(current, uses):
            yield from _of_family(family, name, of, known)


def _of_family(
    family: Sequence[Article], name: str, of: Mapping[str, tuple[str, ...]], known: set[str]
) -> Iterator[Finding]:
    covered = {value for article in family for value in of.get(article.id, ())}
    sets_apart = len({of.get(article.id, ()) for article in family}) > 1
    if not sets_apart or any(article.id not in of for article in family):
        return  # one of them is for everybody
    for value in sorted(known - covered):
        first = family[0]
        siblings = ", ".join(article.id for article in family)
        yield Finding(
            FindingKind.MISSING_VARIANT, first.id, first.source,
            f"“{first.title}” and its siblings ({siblings}) cover {name} {', '.join(sorted(covered))}, not {value}",
            f"write the article for {name} {value}, or add {value} to `{name}` of the one that holds there",
            degree=min(1.0, 0.4 + 0.2 * len(family)),
        )  # fmt: skip


def _current(articles: Sequence[Article]) -> list[Article]:
    replaced = {article.replaces for article in articles if article.replaces}
    return [article for article in articles if article.visibility is Visibility.PUBLIC and article.id not in replaced]


def _families(articles: Sequence[Article], values: Mapping[str, int]) -> Iterator[Sequence[Article]]:
    """Articles of one area that have their title or id in common once the values' names are taken out."""
    names = {word for value in values for word in _NAMES.get(value, (value.replace("-", " "),))}
    spoken = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True)) or '(?!)'})\b")
    leader = {article.id: article.id for article in articles}

    def lead(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    seen = dict[tuple[str, str, str], str]()
    for article in articles:
        for kind, text in (("title", article.title), ("id", article.id.replace("-", " ").replace("_", " "))):
            key = (article.area, kind, _subject(text, spoken))
            leader[lead(article.id)] = lead(seen.setdefault(key, article.id))
    groups = defaultdict[str, list[Article]](list)
    for article in articles:
        groups[lead(article.id)].append(article)
    yield from (family for family in groups.values() if len(family) > 1)


def _subject(text: str, spoken: re.Pattern[str]) -> str:
    plain = spoken.sub(" ", _DATED.sub("", text.lower()))
    return " ".join(word for word in _WORD.findall(plain) if word not in _FILLERS)
