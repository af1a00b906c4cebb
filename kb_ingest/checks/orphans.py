"""Owns articles that a reader can not come across: nothing links to them and no category of its own shows them.

An article without `area` stands on the catch-all page only, which nobody browses. Refuses to ask what search finds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from kb_ingest.article import Article, Visibility
from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.links import LinkTargets

_ALONE = 10
"""Orphans up to which each is named, whatever the size of the base."""


def links_to(articles: Sequence[Article]) -> Mapping[str, int]:
    """Article id → how many other articles link to it; a web address counts where its last part names one article."""
    known, slugs = LinkTargets(articles), _slugs(articles)
    urls = {article.url: article.id for article in articles if article.url}
    found = Counter[str]()
    for article in articles:
        targets = {
            urls.get(link.target.partition("#")[0]) or known.find(article, link) or slugs.get(_slug(link.target))
            for link in article.links
        }
        found.update(target for target in targets if target and target != article.id)
    return found


def orphans(articles: Sequence[Article], linked: Mapping[str, int]) -> Iterator[Finding]:
    """One finding per orphan; a single one for the whole base where most articles are: then none was ever filed."""
    public = [article for article in articles if article.visibility is Visibility.PUBLIC]
    found = [article for article in public if not article.area and not linked.get(article.id)]
    if len(found) > _ALONE and 2 * len(found) > len(public):
        yield Finding(
            FindingKind.ORPHAN, "", "",
            f"{len(found)} of {len(public)} articles have no `area` and no link to them: hardly anything to browse",
            "give every article an `area`, as the export it came from had categories or folders",
        )  # fmt: skip
        return
    for article in found:
        yield Finding(
            FindingKind.ORPHAN, article.id, article.source,
            "no other article links to it and it has no `area`, so that no category shows it",
            "give it an `area`, or link to it from the article that readers come from",
        )  # fmt: skip


def _slugs(articles: Sequence[Article]) -> Mapping[str, str]:
    named = Counter(_slug(article.id) for article in articles)
    return {slug: article.id for article in articles if named[slug := _slug(article.id)] == 1 and len(slug) > 2}


def _slug(address: str) -> str:
    path = re.split(r"[#?]", address, maxsplit=1)[0].rstrip("/")
    return re.sub(r"\.(?:mdx?|markdown|html?)$", "", PurePosixPath(path).name.lower())
