"""Owns how LangChain users plug the desk's knowledge in: a VectorStore, a BaseRetriever and an Embeddings.

All three stand on the desk's own parts: `KnowledgeIndex`, hybrid search with its visibility mask, and the encoder.
Refuses pickles, LangChain's loaders of serialised objects, and the network.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from numpy.typing import NDArray
from pydantic import ConfigDict, SkipValidation

from bot.access import PUBLIC_VISITOR, Viewer
from bot.retrieval.encoding import Encoder, TokenEncoder
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.passage import Passage
from bot.retrieval.question import Question
from bot.retrieval.search import search
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk
from kb_ingest.encoded import wordless
from kb_ingest.index import KnowledgeIndex, Model, build
from kb_ingest.manifest import Rules

Keep = Callable[[Document], bool]
_RULES = Rules(tokens=0, word_pieces=0, chunking="langchain", lexical="langchain")


class AnswerdeskEmbeddings(Embeddings):
    """The desk's encoder: unit vectors, the same for a text alone and in a batch."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text, in order."""
        return [row.tolist() for row in self._encoder.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.embed_documents([text])[0]


class HybridRetriever(BaseRetriever):
    """The desk's hybrid search for one viewer: what the viewer may not see is left out before anything is ranked."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    live: LiveIndex
    encoder: SkipValidation[TokenEncoder]
    viewer: Viewer = PUBLIC_VISITOR
    k: int = 4

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        """The best passage of each of the `k` best articles."""
        found = search(self.live.current(), self.encoder, Question(query, query), self.viewer, self.k)
        return [_of_passage(hit.passages[0]) for hit in found.hits]


class KnowledgeVectorStore(VectorStore):
    """Documents in a KnowledgeIndex of their own, by cosine. Changes take effect at the next search, which rebuilds
    the index: add in batches.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self._documents: dict[str, Document] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._index: KnowledgeIndex | None = None
        self._guard = threading.RLock()

    @classmethod
    def from_texts(
        cls, texts: list[str], embedding: Embeddings, metadatas: list[dict[str, Any]] | None = None, *,
        ids: list[str] | None = None, **kwargs: Any,
    ) -> Self:  # fmt: skip
        """A store of the texts."""
        store = cls(embedding)
        store.add_texts(texts, metadatas, ids=ids, **kwargs)
        return store

    @classmethod
    def from_index(cls, index: KnowledgeIndex, embedding: Embeddings, viewer: Viewer = PUBLIC_VISITOR) -> Self:
        """A store of a built base's passages that the viewer may see; nothing is embedded again.

        `embedding` must be of the model that built the index, for instance AnswerdeskEmbeddings.
        """
        store = cls(embedding)
        for chunk, vector in zip(index.chunks, index.vectors(), strict=True):
            article = index.articles[chunk.article_id]
            if viewer.may_see(article):
                store._put(_of_chunk(chunk, article), vector)
        return store

    @property
    def embeddings(self) -> Embeddings:
        """What queries are embedded with."""
        return self._embedding

    def add_texts(
        self, texts: Iterable[str], metadatas: list[dict[str, Any]] | None = None, *,
        ids: list[str] | None = None, **kwargs: Any,  # noqa: ARG002 - LangChain's signature
    ) -> list[str]:  # fmt: skip
        """Add texts, replacing those whose id is known; the ids, made up where none is given."""
        given = list(texts)
        about = metadatas or [{} for _ in given]
        names = [name or uuid.uuid4().hex for name in ids or [""] * len(given)]
        vectors = self._embedding.embed_documents(given)
        with self._guard:
            for name, text, metadata, vector in zip(names, given, about, vectors, strict=True):
                self._put(Document(text, metadata=dict(metadata), id=name), _unit(vector))
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:  # noqa: ARG002 - LangChain's signature
        """Remove the documents with these ids, all when None; unknown ids are no error."""
        with self._guard:
            for name in list(self._documents) if ids is None else ids:
                self._documents.pop(name, None)
                self._vectors.pop(name, None)
            self._index = None
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of the known ids, in the order asked."""
        with self._guard:
            return [self._documents[name].model_copy(deep=True) for name in ids if name in self._documents]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """The `k` nearest documents; `filter` is a function of a document, applied before ranking."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Keep | None = None, **kwargs: Any  # noqa: ARG002
    ) -> list[tuple[Document, float]]:
        """The `k` nearest documents with their cosine, best first."""
        return self._nearest(_unit(self._embedding.embed_query(query)), k, filter)

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Keep | None = None, **kwargs: Any  # noqa: ARG002
    ) -> list[Document]:
        """The `k` documents nearest to a vector."""
        return [document for document, _ in self._nearest(_unit(embedding), k, filter)]

    def max_marginal_relevance_search(
        self, query: str, k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, **kwargs: Any
    ) -> list[Document]:
        """`k` documents of the `fetch_k` nearest, near to the query and unlike each other."""
        vector = self._embedding.embed_query(query)
        return self.max_marginal_relevance_search_by_vector(vector, k, fetch_k, lambda_mult, **kwargs)

    def max_marginal_relevance_search_by_vector(
        self, embedding: list[float], k: int = 4, fetch_k: int = 20, lambda_mult: float = 0.5, **kwargs: Any
    ) -> list[Document]:
        """See max_marginal_relevance_search."""
        asked = _unit(embedding)
        near = [document for document, _ in self._nearest(asked, fetch_k, kwargs.get("filter"))]
        rows = [self._vectors[str(document.id)].tolist() for document in near]
        return [near[at] for at in maximal_marginal_relevance(asked, rows, lambda_mult, k)] if near else []

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (1.0 + cosine) / 2.0

    def _put(self, document: Document, vector: NDArray[np.float32]) -> None:
        name = str(document.id)
        # Taken out first: a replaced document stands where a new one would.
        self._documents.pop(name, None)
        self._documents[name] = document
        self._vectors[name] = vector
        self._index = None

    def _nearest(self, vector: NDArray[np.float32], k: int, keep: Keep | None) -> list[tuple[Document, float]]:
        with self._guard:
            if not self._documents:
                return []
            if self._index is None:
                self._index = _index_of(self._documents, self._vectors)
            index, documents = self._index, self._documents
            allowed = None
            if keep is not None:
                allowed = np.array([keep(documents[chunk.article_id]) for chunk in index.chunks], dtype=np.bool_)
            scores, rows = index.search(vector[None, :], min(k, len(documents)), allowed)
            found = [(row, score) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
            named = [(index.chunks[row].article_id, min(float(score), 1.0)) for row, score in found]
            return [(documents[name].model_copy(deep=True), cosine) for name, cosine in named]


def _index_of(documents: Mapping[str, Document], vectors: Mapping[str, NDArray[np.float32]]) -> KnowledgeIndex:
    """An index in which each document is an article of one passage."""
    articles = [Article(id=name, title="", text=document.page_content) for name, document in documents.items()]
    chunks = [Chunk(a.id, a.version, 0, "", (), 0, len(a.text), a.text) for a in articles]
    rows = [wordless(vectors[name]) for name in documents]
    return build(Model("langchain", "langchain", len(rows[0].vector)), _RULES, articles, chunks, rows)


def _unit(vector: Sequence[float]) -> NDArray[np.float32]:
    row = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(row))
    return row / length if length else row


def _of_passage(passage: Passage) -> Document:
    document = _of_chunk(passage.chunk, passage.article)
    document.metadata["score"] = passage.score
    return document


def _of_chunk(chunk: Chunk, article: Article) -> Document:
    about = {
        "article_id": article.id, "title": article.title, "version": chunk.article_version, "start": chunk.start,
        "end": chunk.end, "headings": list(chunk.heading_path),
        "visibility": str(article.visibility), "url": article.url,
    }  # fmt: skip
    return Document(chunk.text, metadata=about, id=chunk.id)
