"""Owns the Passage: one retrieved chunk with its scores. Refuses to rank."""

from __future__ import annotations

from dataclasses import dataclass

from bot.retrieval.question import Question
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Passage:
    """`score` orders the passages of an article; `dense` is cosine in [-1, 1], `late` how well it meets each word of
    the question, in [-1, 1]; the others are shares in [0, 1]:

    `lexical` BM25 over the best BM25 of the question, `coverage` the question's terms found, `codes` its codes found.
    """

    chunk: Chunk
    article: Article
    score: float
    dense: float
    lexical: float
    late: float = 0.0
    coverage: float = 0.0
    codes: float = 0.0


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article with its best passages. `dense` and `late` are those of the passage, or of the question that its
    author wrote down, which comes nearest. `named`: share of the question's terms, by weight, that its title says;
    `codes`: those that the question names.
    """

    article: Article
    score: float
    passages: tuple[Passage, ...]
    dense: float = 0.0
    late: float = 0.0
    named: float = 0.0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What is found for a message by itself, without the turns before it: `left_open` as in SearchResult, and `late` of
    its own first hit."""

    left_open: float
    late: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Article hits, best first, the generation they came from, and the question as it was meant: with the turns before
    it or without.

    `left_open`: how much nearer the questions come that authors left unanswered than those that their articles answer,
    in [-1, 1]; 0 where they wrote down none. `versions`: the articles that say of other regions what the first hit says
    of its own, whoever may see them, found or not. `pinned`: the article whose author has pinned it to the question,
    which then is the first hit unless the customer took another one; empty for none. `own`: of the message alone, where
    the turns before it counted; None where they did not.
    """

    generation: str
    question: Question
    hits: tuple[ArticleHit, ...]
    left_open: float = 0.0
    versions: tuple[Article, ...] = ()
    pinned: str = ""
    own: Own | None = None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage of the hits, best article first."""
        return tuple(passage for hit in self.hits for passage in hit.passages)
