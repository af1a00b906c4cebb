"""Owns hybrid search: which articles may answer, ranked. Refuses to show a viewer what it may not see: the mask of
visibility and variant is applied before anything is ranked, on the dense and on the lexical side alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.access import Viewer
from bot.retrieval.dialogue import Alone, Needs, Turns, needs, turns_before
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.foreseen import UNFORESEEN, View, articles_of, foreseen_for, left_open, nearest, views_of
from bot.retrieval.heard import Heard, Scores, heard, late_scores
from bot.retrieval.passage import ArticleHit, Own, Passage, SearchResult
from bot.retrieval.pinned import pinned_to
from bot.retrieval.question import Question
from bot.retrieval.ranking import Features, features, length_of, scores
from bot.retrieval.regional import versions
from bot.retrieval.scored_rows import Column, Rows, ScoredRows, grouped
from bot.retrieval.standing import standing
from bot.retrieval.terms_asked import Asked, asked
from bot.retrieval.visible import Mask, visible_rows
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

CANDIDATES = 40
"""Passages taken from each side before they are merged; the union is scored on all."""
FEWEST_ARTICLES = 10
"""Where the viewer may see so many, so many are ranked: one long article must not have all the places."""
FORESEEN_ARTICLES = 10
"""Articles that are read because their authors foresaw something like the question."""
READ_WHOLE = 3
"""The best articles, of which every passage is compared: a customer sees one, an agent three."""
DENSE, LATE, LEXICAL = 0.2, 0.7, 0.1
"""Weights of a passage's own score, which orders the passages of one article."""
PASSAGES_PER_ARTICLE = 3
OF_MESSAGE = 0.8
"""Share of the message alone in the order of an article's passages: the turns before it tell the article, and what was
asked in them was answered from its other passages."""
Values = Column | Scores


def search(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer, k: int = 10
) -> SearchResult:
    """The `k` best articles for the question, among those the viewer may see and that fit what is known."""
    seen = look(index, encoder, question, viewer)
    if seen is None:
        return SearchResult(index.generation, question, ())
    inquiry, found = seen.inquiry, seen.candidates
    best = np.argsort(-seen.ranked, kind="stable").tolist()
    pinned = inquiry.index.ordered[inquiry.pinned].id if inquiry.pinned is not None else ""
    if first := question.picked or pinned:
        best.sort(key=lambda place: found.articles[place].id != first)
    best = best[:k]
    whole = _read_whole(seen, found.rows.owners[best[:READ_WHOLE]])
    # What the turns add is taken out of the scale again, so that scores compare with those of first messages.
    scale = inquiry.turns.scale if inquiry.turns else 1.0
    hits = tuple(_hit(inquiry, found, place, float(seen.ranked[place]) / scale, whole) for place in best)
    return SearchResult(
        index.generation, inquiry.question, hits, inquiry.left_open, versions(index, hits[0].article.id), pinned,
        seen.alone.own if seen.alone else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidates:
    """The `articles` (a,) that may answer, the passages they were found by, and what speaks for each."""

    articles: Sequence[Article]
    rows: ScoredRows
    features: Features[Column]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question put to one generation: `allowed` rows and `articles`, of all rows the `lexical` score and the share
    of the question's terms (`coverage`) and `codes` in them, and what authors foresaw: `views` by article's place, and
    `foreseen`, BM25 of each article with its author's questions over the best one's, and `left_open`; `pinned`, the
    place of the article that is pinned to the question, and `turns` before it, None where they do not count.
    """

    index: KnowledgeIndex
    question: Question
    want: Asked
    heard: Heard
    allowed: Mask
    articles: Mask
    lexical: Scores
    coverage: Scores
    codes: Scores
    views: Mapping[int, View]
    foreseen: Scores
    left_open: float
    pinned: int | None
    turns: Turns | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Every article that any side found for the question, in the order of the base, and what each is ranked by;
    `alone` is what was found without the turns before it, None where they do not count."""

    inquiry: Inquiry
    candidates: Candidates
    ranked: Column
    alone: Seen | None = None

    @property
    def as_found(self) -> Alone:
        """As the turns before the question are weighed against it."""
        return Alone(self.candidates.rows.owners, self.ranked)

    @property
    def own(self) -> Own:
        """What it says where its question is a message without the turns before it."""
        return Own(self.inquiry.left_open, float(self.candidates.features.late[np.argmax(self.ranked)]))


def look(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer) -> Seen | None:
    """What there is for the question, with the turns before it where it needs them; None where there is nothing that
    the viewer may see."""
    allowed = visible_rows(index, viewer, question.known)
    if not allowed.any():
        return None
    alone = _seen(index, encoder, question.alone or question, allowed, None)
    if alone.inquiry.pinned is not None:
        return alone
    turns = turns_before(index, encoder, question, allowed, alone.inquiry.articles, alone.as_found)
    if turns is None:
        return alone
    return replace(_seen(index, encoder, question, allowed, turns), alone=alone)


def needs_of(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, viewer: Viewer) -> Needs | None:
    """What tells whether the question needs the turns before it, for fitting it; None for a first one."""
    allowed = visible_rows(index, viewer, question.known)
    if question.alone is None or not allowed.any():
        return None
    return needs(index, encoder, question, allowed, _seen(index, encoder, question.alone, allowed, None).as_found)


def _seen(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask, turns: Turns | None
) -> Seen:
    inquiry = _inquire(index, encoder, question, allowed, turns)
    found = _candidates(inquiry)
    return Seen(inquiry, found, scores(found.features, length_of(inquiry.want)))


def _inquire(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask, turns: Turns | None
) -> Inquiry:
    spoken = heard(encoder, question)
    words = terms(question.standalone)
    lexical = index.lexical.scores(words, allowed)
    articles = articles_of(index, allowed)
    near = nearest(index.asked.foreseen, spoken, articles)
    still_open = left_open(near, nearest(index.asked.unanswered, spoken, articles))
    foreseen = foreseen_for(index, words, articles)
    want = asked(question, index.lexical)
    coverage, codes = want.coverage(index.lexical), want.code_share(index.lexical)
    return Inquiry(
        index, question, want, spoken, allowed, articles, lexical, coverage, codes, views_of(near), foreseen,
        still_open, pinned_to(index, question, spoken, articles), turns,
    )  # fmt: skip


def _candidates(inquiry: Inquiry) -> Candidates:
    found = _scored(inquiry, _found(inquiry))
    known = inquiry.index.ordered
    articles = [known[owner] for owner in found.owners.tolist()]
    own = features(inquiry.want, found, articles)
    return Candidates(articles, found, _with_turns(inquiry, found, _with_foreseen(inquiry, found, own)))


def _with_foreseen(inquiry: Inquiry, found: ScoredRows, own: Features[Column]) -> Features[Column]:
    """A question that an author wrote down speaks for the article as a passage does."""
    foreseen = inquiry.foreseen[found.owners].astype(np.float64)
    if not inquiry.views:
        return replace(own, foreseen=foreseen)
    seen = [inquiry.views.get(owner, UNFORESEEN) for owner in found.owners.tolist()]
    dense, dense_top, late = np.array([(view.dense, view.dense_top, view.late) for view in seen]).T
    return replace(
        own,
        dense=np.maximum(own.dense, dense),
        dense_top=np.maximum(own.dense_top, dense_top),
        late=np.maximum(own.late, late),
        foreseen=foreseen,
    )


def _with_turns(inquiry: Inquiry, found: ScoredRows, own: Features[Column]) -> Features[Column]:
    if inquiry.turns is None:
        return own
    return replace(own, turns=found.best(inquiry.turns.of_rows(inquiry.index, found.rows).astype(np.float64)))


def _found(inquiry: Inquiry) -> Rows:
    """The rows worth a closer look: the best of each side, and of what authors foresaw."""
    index = inquiry.index
    rows = _best(inquiry.lexical)
    rows[_nearest(index, inquiry.heard.vector, inquiry.allowed)] = True
    for owner in list(inquiry.views)[:FORESEEN_ARTICLES]:
        rows[index.rows_at(owner)] = True
    if inquiry.pinned is not None:
        rows[index.rows_at(inquiry.pinned)] = True
    if inquiry.turns is not None:
        rows[inquiry.turns.candidates(index, inquiry.allowed)] = True
    return _of_enough_articles(inquiry, np.flatnonzero(rows))


def _of_enough_articles(inquiry: Inquiry, rows: Rows) -> Rows:
    """The rows, and while they are of too few articles the nearest ones of the others."""
    index = inquiry.index
    wanted = min(FEWEST_ARTICLES, int(inquiry.articles.sum()))
    while len(found := np.unique(index.owners[rows])) < wanted:
        more = _nearest(index, inquiry.heard.vector, inquiry.allowed & ~np.isin(index.owners, found))
        if not len(more):  # an approximate search may find none of few
            break
        rows = np.union1d(rows, more)
    return rows


def _scored(inquiry: Inquiry, rows: Rows) -> ScoredRows:
    """The `rows`, ascending, with all their scores."""
    index = inquiry.index
    owners, starts = grouped(index.owners[rows])
    lexical = inquiry.lexical[rows] / (float(inquiry.lexical.max()) or 1.0)
    late = late_scores(index.tokens, inquiry.heard, rows)
    columns = (index.cosines(inquiry.heard.vector, rows), lexical, late, inquiry.coverage[rows], inquiry.codes[rows])
    return ScoredRows(rows, owners, starts, *(column.astype(np.float64) for column in columns))


def _read_whole(seen: Seen, owners: Rows) -> ScoredRows:
    """Every passage of these articles, found before or not."""
    index = seen.inquiry.index
    rows = np.concatenate([index.rows_at(owner) for owner in sorted(owners.tolist())])
    own = _scored(seen.inquiry, rows)
    if seen.alone is None or not seen.inquiry.question.asks_anew:
        return own
    return own.mixed(_scored(seen.alone.inquiry, rows), OF_MESSAGE)


def _hit(inquiry: Inquiry, found: Candidates, place: int, score: float, whole: ScoredRows) -> ArticleHit:
    """The article at `place` with its best passages: of all it has where it was read whole, else of those found."""
    read = np.flatnonzero(whole.owners == found.rows.owners[place])
    rows, at = (whole, int(read[0])) if len(read) else (found.rows, place)
    passages = _passages(inquiry, rows, int(rows.starts[at]), int(rows.ends[at]))
    dense, late = float(found.features.dense[place]), float(found.features.late[place])
    article, want = found.articles[place], inquiry.want
    return ArticleHit(article, score, passages, dense, late, want.share_in_title(article.title), want.codes)


def own_scores(
    index: KnowledgeIndex, question: Question, rows: Rows, dense: Values, late: Values, lexical: Values
) -> Column:
    """What passages of one article, `rows` (m,), are ordered by; the columns (m,) are their scores. Their place counts
    for a question that stands by itself: who asks on has been told the main part."""
    own = np.asarray(DENSE * dense + LATE * late + LEXICAL * lexical, np.float64)
    if question.alone is not None:
        return own
    passages = [index.chunks[row] for row in rows.tolist()]
    return own + standing(index.articles[passages[0].article_id], passages)


def _passages(inquiry: Inquiry, rows: ScoredRows, start: int, end: int) -> tuple[Passage, ...]:
    """The best of one article's passages, best first."""
    index, of = inquiry.index, slice(start, end)
    own = own_scores(index, inquiry.question, rows.rows[of], rows.dense[of], rows.late[of], rows.lexical[of])
    best = (start + np.argsort(-own, kind="stable")[:PASSAGES_PER_ARTICLE]).tolist()
    return tuple(_passage(index, rows, at, float(own[at - start])) for at in best)


def _passage(index: KnowledgeIndex, rows: ScoredRows, at: int, own: float) -> Passage:
    chunk = index.chunks[rows.rows[at]]
    columns = (rows.dense, rows.lexical, rows.late, rows.coverage, rows.codes)
    return Passage(chunk, index.articles[chunk.article_id], own, *(float(column[at]) for column in columns))


def _nearest(index: KnowledgeIndex, vector: Scores, allowed: Mask) -> Rows:
    _, rows = index.search(vector[None, :], min(CANDIDATES, len(index.chunks)), allowed)
    return np.asarray(rows[0][rows[0] >= 0])


def _best(lexical: Scores) -> Mask:
    """A mask of the rows with the highest lexical scores above zero; rows that are not allowed have none."""
    mask = np.zeros(len(lexical), np.bool_)
    mask[np.argsort(-lexical, kind="stable")[:CANDIDATES]] = True
    return np.asarray(mask & (lexical > 0))
