"""Owns the base as edited, laid over the index before the edit: what did not change keeps its passages and vectors.

Refuses to publish: the index is in memory, and equal to what a build of the edited folder would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.retrieval.encoding import TokenEncoder
from kb_ingest import index, passages
from kb_ingest.article import Article
from kb_ingest.asked import texts_of
from kb_ingest.embedder import Embedder
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex, Model


@dataclass(frozen=True, slots=True)
class Changed:
    """Article ids, sorted, by what became of them; `edited` ones differ in anything that the index knows."""

    added: tuple[str, ...]
    edited: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every id, sorted."""
        return tuple(sorted((*self.added, *self.edited, *self.removed)))


def changed(before: KnowledgeIndex, articles: Sequence[Article]) -> Changed:
    """What differs between the articles of an index and the published `articles` of a folder."""
    then = {each.id: _searched(each) for each in before.ordered}
    now = {each.id: _searched(each) for each in articles}
    return Changed(
        added=tuple(sorted(now.keys() - then.keys())),
        edited=tuple(sorted(each for each in now.keys() & then.keys() if now[each] != then[each])),
        removed=tuple(sorted(then.keys() - now.keys())),
    )


def overlay(
    before: KnowledgeIndex, articles: Sequence[Article], embedder: Embedder, encoder: TokenEncoder
) -> KnowledgeIndex:
    """An index of `articles`, sorted by id; `encoder` is asked only for texts that `before` does not hold."""
    about = before.manifest
    chunks = passages.of_library(articles, about.rules, embedder, before)
    known = dict(
        zip(
            [*(chunk.embedded_text for chunk in before.chunks), *texts_of(before.ordered)],
            [*before.encoded(range(len(before.chunks))), *before.asked.of_articles(range(len(before.ordered)))],
            strict=True,
        )
    )
    own, asked = [chunk.embedded_text for chunk in chunks], texts_of(articles)
    rows = _encoded([*own, *asked], known, encoder)
    model = Model(about.model, about.model_digest, about.dimensions)
    return index.build(model, about.rules, articles, chunks, rows[: len(own)], rows[len(own) :])


def _encoded(texts: Sequence[str], known: dict[str, Encoded], encoder: TokenEncoder) -> list[Encoded]:
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    known |= dict(zip(missing, encoder.encode_tokens(missing) if missing else (), strict=True))
    return [known[text] for text in texts]


def _searched(article: Article) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """All of an article that a search or an answer can depend on; who owns it and when it is reviewed is not."""
    return article.version, article.questions, article.unanswered, article.pinned_for
