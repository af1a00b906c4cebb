"""Owns the Signals: what the decision-maker saw, as numbers. Refuses to weigh them: see confidence.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signals:
    """Evidence about the top answer; cosines in [-1, 1], shares in [0, 1].

    `margin` is to the next article that is no version of it for another region, `top_lexical` BM25 over the best the
    question could get, `coverage` the share of the question's terms (by idf) in the best passage and `span_coverage` in
    what is shown, `rare_coverage` the share of its three rarest terms shown, `agreement` BM25 over the best passage's
    of all, `rank_score` what the article was ranked by, `background` the best cosine less the mean of the others found,
    `late` how well the best passage meets each word of the question, in [-1, 1], `late_margin` how much better than
    that of the others, `unseen` the share of the question's terms that the base never uses, `length` the logarithm of
    1 + their number, `left_open` how much nearer the questions come that authors left unanswered than those they
    answer. Others are those that are no versions either. `titled`: the question is the article's title; `pinned`: its
    author has pinned the article to the question; `other_code`: it is about another error code; `goes_on`: the message
    goes on about an article that the desk cited last, and `own_left_open` and `own_late` are then what the message says
    by itself.
    """

    top_dense: float = 0.0
    margin: float = 0.0
    top_lexical: float = 0.0
    coverage: float = 0.0
    rare_coverage: float = 0.0
    agreement: float = 0.0
    rank_score: float = 0.0
    span_coverage: float = 0.0
    background: float = 0.0
    late: float = 0.0
    late_margin: float = 0.0
    unseen: float = 0.0
    length: float = 0.0
    left_open: float = 0.0
    words: int = 0
    titled: bool = False
    pinned: bool = False
    other_code: bool = False
    goes_on: bool = False
    own_left_open: float = 0.0
    own_late: float = 0.0
