"""Owns whom an article is for, as far as checks that compare two articles need it. Refuses to compare what they say."""

from __future__ import annotations

from kb_ingest.article import Article, Visibility


def same_readers(one: Article, other: Article) -> bool:
    """Whether some customer may see both: no language, audience, region, plan or product sets them apart."""
    public = one.visibility is Visibility.PUBLIC and other.visibility is Visibility.PUBLIC
    pairs = ((one.region, other.region), (one.plan, other.plan), (one.product, other.product))
    alike = one.locale == other.locale and one.audience.lower() == other.audience.lower()
    return public and alike and all(not mine or not theirs or bool(set(mine) & set(theirs)) for mine, theirs in pairs)


def related(one: Article, other: Article) -> bool:
    """Whether one replaces the other: what differs between them is meant."""
    return one.replaces == other.id or other.replaces == one.id
