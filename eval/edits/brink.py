"""Owns what stood last before a search cut off, and how far drift alone could shift what came of it: no farther than
this, for docs/decisions/0021 has the derivation. Refuses to look at articles: which of them have a part is `reach`'s.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod

import numpy as np

from bot.access import PUBLIC_VISITOR
from bot.answering.selection import ONLY_NAMED
from bot.decision.confidence import Calibration
from bot.decision.signals import Signals
from bot.respond import RANKED, Outcome
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.foreseen import NEAREST, articles_of
from bot.retrieval.heard import Heard, Scores, late_scores
from bot.retrieval.passage import ArticleHit
from bot.retrieval.question import Question
from bot.retrieval.ranking import SENTENCE
from bot.retrieval.search import (
    CANDIDATES,
    FORESEEN_ARTICLES,
    LEXICAL,
    PASSAGES_PER_ARTICLE,
    own_scores,
    search,
)
from bot.retrieval.visible import Mask, visible_rows
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

ROUNDING = 1e-4
"""A confidence has four decimals."""
NONE_LEFT = 1.0
"""The distance to what was cut off where nothing was."""


@dataclass(frozen=True, slots=True)
class Brink:
    """Of one search: the last passage taken by its words, the first not taken, the last taken by its vector, the best
    question of the last article that was read for its questions, the last question compared, the best article's words;
    how far the last article and passage stand above the first that was left out; how far the share of the question in
    the title is from where more is shown for it; and the signals.
    """

    lexical_last: float
    lexical_next: float
    dense_last: float
    owner_last: float
    question_last: float
    foreseen_best: float
    article_gap: float
    passage_gap: float
    named_gap: float
    signals: Signals


@dataclass(frozen=True, slots=True)
class Drift:
    """Relative change at most of anything summed over words, in `passages` and in whole `articles`."""

    passages: float
    articles: float

    @property
    def score(self) -> float:
        """What it changes of an article's score, at most."""
        return SENTENCE.lexical * self.passages + SENTENCE.foreseen * self.articles

    def crosses(self, brink: Brink, gap: float) -> bool:
        """Whether it could change who leads, what is shown, or who is among those that are looked at; `gap`, the least
        distance of scores that decide, has six decimals."""
        if not (self.passages or self.articles):
            return False
        both = 2 * self.score + 1e-6
        if min(gap, brink.article_gap) <= both or brink.named_gap <= self.passages:
            return True
        return brink.passage_gap <= 2 * LEXICAL * self.passages

    def of_confidence(self, brink: Brink, calibration: Calibration) -> float:
        """What it changes of a confidence, at most: the logistic function's slope is nowhere above a quarter."""
        if not (self.passages or self.articles):
            return 0.0
        shares = dict.fromkeys(("top_lexical", "coverage", "span_coverage", "agreement", "unseen"), self.passages)
        shifts = shares | {"margin": 2 * self.score, "rank_score": self.score}
        values = {name: abs(value) for name, value in asdict(brink.signals).items()}
        total = 0.0
        for name, weight in calibration.weights.items():
            parts = name.split("*")
            grown = prod(values[part] + shifts.get(part, 0.0) for part in parts)
            total += abs(weight) * (grown - prod(values[part] for part in parts))
        return total / 4 + ROUNDING


def brink_of(index: KnowledgeIndex, encoder: TokenEncoder, outcome: Outcome, spoken: Heard) -> Brink:
    """Where the search behind an outcome cut off."""
    question = outcome.question
    allowed = visible_rows(index, PUBLIC_VISITOR, question.known)
    words = terms(question.standalone)
    lexical = index.lexical.scores(words, allowed)
    first = np.sort(lexical)[::-1]
    hits = search(index, encoder, question, PUBLIC_VISITOR, RANKED + 1).hits
    best = index.asked.words.scores(words, articles_of(index, allowed)) if index.asked.words.size else np.zeros(1)
    owner, last = _questions(index, spoken, allowed)
    return Brink(
        lexical_last=_at(first, CANDIDATES - 1),
        lexical_next=_at(first, CANDIDATES),
        dense_last=float(index.search(spoken.vector[None, :], CANDIDATES, allowed)[0][0][-1]),
        owner_last=owner,
        question_last=last,
        foreseen_best=float(best.max()),
        article_gap=hits[RANKED - 1].score - hits[RANKED].score if len(hits) > RANKED else NONE_LEFT,
        passage_gap=_passage_gap(index, question, spoken, lexical, hits[0]) if hits else NONE_LEFT,
        named_gap=abs(hits[0].named - ONLY_NAMED) if hits else NONE_LEFT,
        signals=outcome.signals,
    )


def _at(ordered: Scores, place: int) -> float:
    return float(ordered[place]) if place < len(ordered) else 0.0


def _questions(index: KnowledgeIndex, spoken: Heard, allowed: Mask) -> tuple[float, float]:
    """Cosines: of the best question of the last article read for its questions, and of the last question compared."""
    asked = index.asked.foreseen
    cosines = np.where(articles_of(index, allowed)[asked.owners], asked.vectors @ spoken.vector, -1.0)
    order = np.argsort(-cosines, kind="stable")[:NEAREST]
    best = list(dict.fromkeys(asked.owners[order].tolist()))
    if len(best) < FORESEEN_ARTICLES:
        return 0.0, max(_at(cosines[order], NEAREST - 1), 0.0)
    tenth = float(cosines[order][asked.owners[order] == best[FORESEEN_ARTICLES - 1]][0])
    return max(tenth, 0.0), max(_at(cosines[order], NEAREST - 1), 0.0)


def _passage_gap(
    index: KnowledgeIndex, question: Question, spoken: Heard, lexical: Scores, hit: ArticleHit
) -> float:
    """How far the last passage of the first article that is looked at stands above the next."""
    rows = index.rows_of(hit.article.id)
    dense, late = index.cosines(spoken.vector, rows), late_scores(index.tokens, spoken, rows)
    own = own_scores(index, question, rows, dense, late, lexical[rows] / (float(lexical.max()) or 1.0))
    ordered = np.sort(own)[::-1]
    if len(ordered) <= PASSAGES_PER_ARTICLE:
        return NONE_LEFT
    return float(ordered[PASSAGES_PER_ARTICLE - 1] - ordered[PASSAGES_PER_ARTICLE])
