"""Owns images that an article has and no reader gets. Refuses to judge whether its words do without them."""

from __future__ import annotations

from collections.abc import Iterator

from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind

_MANY = 10


def unshown(article: Article) -> Iterator[Finding]:
    """One finding for all images of an article, on the line of the first."""
    if not article.images:
        return
    first, count = article.images[0], len(article.images)
    named = f"`{first.target[:100].replace('`', '')}`"
    why = f"{count} images are not shown, the first is {named}" if count > 1 else f"the image {named} is not shown"
    todo = "readers get its alternative text only: say in words what it shows"
    yield Finding(
        FindingKind.IMAGE, article.id, article.source, why, todo,
        degree=min(1.0, 0.3 + count / _MANY), excerpt=first.text, line=first.line or None,
    )  # fmt: skip
