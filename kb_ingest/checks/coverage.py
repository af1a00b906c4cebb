"""Owns how much there is on each topic: articles, words, questions answered and not. Refuses to say what is enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb_ingest.article import Article

WITHOUT_TOPIC = "general"


@dataclass(frozen=True, slots=True)
class Topic:
    """Sums over the articles of one area. `questions` and `unanswered` as authors listed them in the front matter."""

    name: str
    articles: int
    words: int
    questions: int
    unanswered: int
    cited: int


def topic_of(article: Article) -> str:
    """Its area, or else the folder it stands in."""
    folder = PurePosixPath(article.id).parent.name or PurePosixPath(article.source).parent.name
    return article.area or folder or WITHOUT_TOPIC


def coverage(articles: Sequence[Article], cited: Mapping[str, int]) -> tuple[Topic, ...]:
    """The topics, most unanswered questions first. `cited`: article id → answers that cite it."""
    groups = defaultdict[str, list[Article]](list)
    for article in articles:
        groups[topic_of(article)].append(article)
    topics = [
        Topic(
            name, len(found), sum(len(article.text.split()) for article in found),
            sum(len(article.questions) for article in found), sum(len(article.unanswered) for article in found),
            sum(cited.get(article.id, 0) for article in found),
        )
        for name, found in groups.items()
    ]  # fmt: skip
    return tuple(sorted(topics, key=lambda topic: (-topic.unanswered, topic.name)))
