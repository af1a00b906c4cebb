"""Owns the knowledge index: one generation's passages, vectors and postings; the only importer of faiss.

Filters before it ranks. Refuses pickles and anything a manifest does not vouch for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import faiss
import numpy as np
from numpy.typing import NDArray

from kb_ingest import article_record, manifest
from kb_ingest.article import Article
from kb_ingest.asked import AskedIndex, Questions
from kb_ingest.chunk import Chunk
from kb_ingest.encoded import Encoded, vectors_of
from kb_ingest.internal_runs import InternalRuns
from kb_ingest.lexical import LexicalIndex
from kb_ingest.manifest import Manifest, Rules
from kb_ingest.spelling import Spelling
from kb_ingest.token_index import TokenIndex

_VECTORS, _TOKENS, _LEXICAL = "vectors.faiss", "tokens.bin", "lexical.npz"
_CHUNKS, _ARTICLES = "chunks.jsonl", "articles.jsonl"
_ASKED, _ASKED_TOKENS, _ASKED_WORDS = "asked.npz", "asked_tokens.bin", "asked_words.npz"
_UNANSWERED, _UNANSWERED_TOKENS = "unanswered.npz", "unanswered_tokens.bin"
_FLAT_UP_TO = 50_000
"""Passages searched exhaustively (exact); a larger base gets a graph (approximate)."""
_NEIGHBOURS = 32
_faiss: Any = faiss  # for the calls that faiss's own stubs do not describe


@dataclass(frozen=True, slots=True)
class Model:
    """The embedder that made the vectors."""

    name: str
    digest: str
    dimensions: int


class KnowledgeIndex:
    """One complete generation in memory. Rows of vectors, tokens, postings and `chunks` are the same rows."""

    def __init__(
        self, about: Manifest, articles: Mapping[str, Article], chunks: tuple[Chunk, ...],
        lexical: LexicalIndex, tokens: TokenIndex, vectors: faiss.Index, asked: AskedIndex,
    ) -> None:  # fmt: skip
        self.manifest = about
        self.articles = articles
        self.chunks = chunks
        self.lexical = lexical
        self.tokens = tokens
        self._vectors = vectors
        self.asked = asked

    @property
    def generation(self) -> str:
        return self.manifest.generation

    def search(
        self, vectors: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosine scores (m, k) and rows (m, k) for `vectors` (m, d), best first; row -1, score 0: none left.

        `allowed` (n,) is applied before ranking: a row that is not allowed never takes a place.
        """
        usable = np.ones(len(self.chunks), dtype=np.bool_) if allowed is None else allowed
        bits = np.packbits(usable, bitorder="little")
        # Always with a selector: faiss then scores a query the same way alone and in a batch.
        selector = _faiss.IDSelectorBitmap(bits)
        asked = np.ascontiguousarray(vectors, dtype=np.float32)
        scores, rows = self._vectors.search(asked, k, params=self._parameters(selector, k))
        scores[rows < 0] = 0.0
        return scores, rows

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of the unit `vector` (d,) with the passages `rows` (m,), shape (m,)."""
        # Row by row: a product of matrices may round a row differently beside others.
        return np.asarray(np.einsum("ij,j->i", self._matrix[rows], vector), np.float32)

    def vectors(self) -> NDArray[np.float32]:
        """All vectors, shape (n, d)."""
        rows: NDArray[np.float32] = self._vectors.reconstruct_n(0, len(self.chunks))
        return rows

    def encoded(self, rows: Sequence[int]) -> list[Encoded]:
        """What the model made of these passages."""
        vectors = self.vectors()
        return [Encoded(vectors[row], *self.tokens.of_row(row)) for row in rows]

    def asking(self, asked: AskedIndex) -> KnowledgeIndex:
        """The same passages with other questions of the authors; for trying, it cannot be saved."""
        parts = (self.articles, self.chunks, self.lexical, self.tokens, self._vectors)
        return KnowledgeIndex(replace(self.manifest, files={}), *parts, asked)

    def rows_of(self, article_id: str) -> NDArray[np.int64]:
        """Rows of the article's passages, in the article's order."""
        return self.rows_at(self._places[article_id]) if article_id in self._places else np.empty(0, np.int64)

    def rows_at(self, place: int) -> NDArray[np.int64]:
        """The same for the article at a place of `ordered`: its passages stand together, in the order of articles."""
        return np.arange(*np.searchsorted(self.owners, (place, place + 1)), dtype=np.int64)

    @cached_property
    def ordered(self) -> tuple[Article, ...]:
        """The articles by place."""
        return tuple(self.articles.values())

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """The place of each passage's article among the articles, shape (n,)."""
        return np.array([self._places[chunk.article_id] for chunk in self.chunks], np.int64)

    @cached_property
    def titles(self) -> LexicalIndex:
        """Postings of the titles, one row an article; made when a conversation first asks for them."""
        return LexicalIndex.build([article.title for article in self.articles.values()])

    @cached_property
    def pinned(self) -> Mapping[int, str]:
        """The questions to which an article is pinned, by their places among those that authors foresaw."""
        foreseen = ((text, text in article.pinned_for) for article in self.ordered for text in article.questions)
        return {place: text for place, (text, is_pinned) in enumerate(foreseen) if is_pinned}

    @cached_property
    def spelling(self) -> Spelling:
        """How the articles spell their words; made when the first message asks for it, or by `prepare`."""
        return Spelling.of(self.articles.values())

    @cached_property
    def internal_runs(self) -> InternalRuns:
        """What only internal articles say; made when a reply is first looked through for it, or by `prepare`."""
        return InternalRuns(self.articles.values())

    def prepare(self) -> None:
        """Make what the first message or reply would have to wait for, some tenths of a second."""
        _ = self.spelling, self.pinned, self.internal_runs

    @cached_property
    def _places(self) -> dict[str, int]:
        return {article_id: place for place, article_id in enumerate(self.articles)}

    @cached_property
    def _matrix(self) -> NDArray[np.float32]:
        """The vectors where faiss keeps them, (n, d): a view, not a copy."""
        flat = _faiss.downcast_index(getattr(self._vectors, "storage", self._vectors))
        count, dimensions = len(self.chunks), self.manifest.dimensions
        return np.asarray(_faiss.rev_swig_ptr(flat.get_xb(), count * dimensions)).reshape(count, dimensions)

    def _parameters(self, selector: Any, k: int) -> Any:
        if len(self.chunks) > _FLAT_UP_TO:
            return _faiss.SearchParametersHNSW(sel=selector, efSearch=max(128, 2 * k))
        return _faiss.SearchParameters(sel=selector)

    def save(self, folder: Path) -> None:
        """Write every file of the generation, the manifest last. `folder` exists and is empty."""
        for name, content in _contents(self).items():
            (folder / name).write_bytes(content)
        (folder / manifest.FILE_NAME).write_bytes(self.manifest.to_bytes())


def build(
    model: Model, rules: Rules, articles: Sequence[Article], chunks: Sequence[Chunk],
    encoded: Sequence[Encoded], questions: Sequence[Encoded] = (),
) -> KnowledgeIndex:  # fmt: skip
    """An index of `articles` (sorted by id) and their `chunks`; `encoded` is what the model made of each chunk,
    `questions` of each of `asked.texts_of(articles)`.
    """
    lexical = LexicalIndex.build([chunk.embedded_text for chunk in chunks])
    about = Manifest(
        generation=manifest.generation_id(model.digest, rules, map(article_record.to_line, articles)),
        created_at=datetime.now(UTC).isoformat(timespec="milliseconds"), model=model.name,
        model_digest=model.digest, rules=rules, articles=len(articles), passages=len(chunks),
        dimensions=model.dimensions, files={},
    )  # fmt: skip
    by_id = {article.id: article for article in articles}
    tokens = TokenIndex.build(encoded)
    asked = AskedIndex.build(articles, questions, model.dimensions)
    vectors = _faiss_index(vectors_of(encoded, model.dimensions), model.dimensions)
    return _signed(KnowledgeIndex(about, by_id, tuple(chunks), lexical, tokens, vectors, asked))


def load(folder: Path) -> KnowledgeIndex:
    """The generation in `folder`, every file checked. Raises DamagedGeneration."""
    about, contents = manifest.read_folder(folder)
    try:
        articles = [article_record.of_line(line) for line in contents[_ARTICLES].splitlines()]
        by_id = {article.id: article for article in articles}
        versions = [article.version for article in articles]
        chunks = tuple(_chunk_of(line, articles, versions) for line in contents[_CHUNKS].splitlines())
        lexical = LexicalIndex.of_bytes(contents[_LEXICAL])
        tokens = TokenIndex.of_bytes(contents[_TOKENS])
        vectors = faiss.deserialize_index(np.frombuffer(contents[_VECTORS], dtype=np.uint8))
        asked = AskedIndex(
            Questions.of_bytes(contents[_ASKED], contents[_ASKED_TOKENS]),
            Questions.of_bytes(contents[_UNANSWERED], contents[_UNANSWERED_TOKENS]),
            LexicalIndex.of_bytes(contents[_ASKED_WORDS]),
        )
    except (KeyError, ValueError, TypeError, IndexError, RuntimeError, EOFError, BadZipFile) as error:
        raise manifest.DamagedGeneration(f"{folder.name} cannot be read: {error}") from error
    if not len(chunks) == lexical.size == tokens.size == vectors.ntotal:
        raise manifest.DamagedGeneration(f"{folder.name}: passages, postings, tokens and vectors differ in number")
    if not asked.belongs_to(articles):
        raise manifest.DamagedGeneration(f"{folder.name}: the articles' questions differ in number")
    return KnowledgeIndex(about, by_id, chunks, lexical, tokens, vectors, asked)


def _signed(index: KnowledgeIndex) -> KnowledgeIndex:
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in _contents(index).items()}
    values = {name: getattr(index.manifest, name) for name in Manifest.__slots__}
    return KnowledgeIndex(
        Manifest(**values | {"files": sums}), index.articles, index.chunks, index.lexical, index.tokens,
        index._vectors, index.asked,
    )  # fmt: skip


def _contents(index: KnowledgeIndex) -> dict[str, bytes]:
    place = {article_id: number for number, article_id in enumerate(index.articles)}
    articles = map(article_record.to_line, index.articles.values())
    return {
        _VECTORS: faiss.serialize_index(index._vectors).tobytes(),
        _CHUNKS: b"".join(_chunk_line(chunk, place[chunk.article_id]) for chunk in index.chunks),
        _ARTICLES: b"".join(line.encode() + b"\n" for line in articles),
        _LEXICAL: index.lexical.to_bytes(),
        _TOKENS: index.tokens.to_bytes(),
        _ASKED: index.asked.foreseen.to_bytes(),
        _ASKED_TOKENS: index.asked.foreseen.tokens.to_bytes(),
        _UNANSWERED: index.asked.unanswered.to_bytes(),
        _UNANSWERED_TOKENS: index.asked.unanswered.tokens.to_bytes(),
        _ASKED_WORDS: index.asked.words.to_bytes(),
    }


def _chunk_line(chunk: Chunk, place: int) -> bytes:
    record = [place, chunk.ordinal, list(chunk.heading_path), chunk.start, chunk.end, chunk.header]
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _chunk_of(line: bytes, articles: Sequence[Article], versions: Sequence[str]) -> Chunk:
    place, ordinal, path, start, end, header = json.loads(line)
    article = articles[place]
    text = article.text[start:end]
    return Chunk(article.id, versions[place], ordinal, article.title, tuple(path), start, end, text, header)


def _faiss_index(vectors: NDArray[np.float32], dimensions: int) -> faiss.Index:
    index: faiss.Index = faiss.IndexFlatIP(dimensions)
    if len(vectors) > _FLAT_UP_TO:
        index = faiss.IndexHNSWFlat(dimensions, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.add(np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1, dimensions))
    return index
