"""Owns what the turns before a message add to its search: what was cited and named in them, the last ones read with it.

Refuses to drag an old topic into a message that says itself what it is about: whether it needs the turns, and how much
they count, is a fitted probability.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.heard import Scores
from bot.retrieval.question import Question
from bot.retrieval.standalone import LEANS, NOTHING_OWN, PRONOUN, matter_of
from bot.retrieval.visible import Mask
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

READ_WITH, NAMED_IN = 2, 6
"""Turns before the message that are read with it; turns in which a name is looked for."""
TOGETHER, MESSAGE, NAMES = 0.3, 0.6, 0.2
"""What counts beside the question as understood: cosine of the turns with the message, late interaction with the
message as typed, BM25 of what was said before against the title."""
GROWTH = 0.8
"""What they add to a right article, over its score without them: about .48 over .6 in the tuning cases."""
CITED = 0.09
"""For the articles that the desk's last answer cited: most that follows is about the same."""
NEEDED_FROM = 0.5
"""Probability of needing the turns from which they count at all."""
CARRIED, WORDS, BEST, SAID, POINTS, JOINS, CLOSENESS, SPREAD = 1.67, -1.35, -21.47, 6.58, 0.72, 1.35, 1.71, -5.28
CONSTANT = 14.67
"""Logistic regression over `Needs`; `python -m eval fit-dialogue` fits it again."""
FEW = 2
"""Words of a message that says too little by itself: where all stand in what was cited last, that is still meant."""
JOINING = re.compile(r"\W*(and|but|so|ok|okay|or|then|also|what about|how about)\b", re.IGNORECASE)
TENTH = 9
NEAR = 40
"""Passages taken as candidates of each kind."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What is found for the message alone: `owners`, ascending places of articles, and their `scores`, both (a,)."""

    owners: NDArray[np.int64]
    scores: NDArray[np.float64]

    @property
    def best(self) -> int:
        """The place of the article with the highest score."""
        return int(self.owners[np.argmax(self.scores)])


@dataclass(frozen=True, slots=True)
class Needs:
    """What tells whether a message needs the turns before it: `carried`, 1 where it leans on a turn by its form;
    `words`, the logarithm of their number; `best`, the score of the best article for the message alone, and `said`, of
    the one nearest to the last turns; `points` and `joins`, 1 where it has a word like "it" and begins like "and";
    `closeness`, the cosine of it and the last turns; `spread`, how far the best article stands above the tenth.
    """

    carried: float
    words: float
    best: float
    said: float
    points: float
    joins: float
    closeness: float
    spread: float

    @property
    def probability(self) -> float:
        """In (0, 1), that it does."""
        own = CONSTANT + CARRIED * self.carried + WORDS * self.words + BEST * self.best + SAID * self.said
        own += POINTS * self.points + JOINS * self.joins + CLOSENESS * self.closeness + SPREAD * self.spread
        return 1.0 / (1.0 + math.exp(-own))


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns before one message: `share` in (0, 1] of what they may count, the `message` as typed, `together` with
    the last turns, what was `named` before: BM25 of each article's title over the best one's, 0 where not allowed, and
    what was `cited` last, 1 or 0 for each article.
    """

    share: float
    message: Encoded
    together: Encoded
    named: Scores
    cited: Scores

    @property
    def scale(self) -> float:
        """By how much the score of a right article grows with what the turns add, 1 without them."""
        return 1.0 + self.share * GROWTH

    def of_rows(self, index: KnowledgeIndex, rows: NDArray[np.int64]) -> Scores:
        """What the turns add to the passages `rows` (m,), shape (m,)."""
        late = index.tokens.scores(self.message, rows)
        owners = index.owners[rows]
        said = NAMES * self.named[owners] + CITED * self.cited[owners]
        added = TOGETHER * index.cosines(self.together.vector, rows) + MESSAGE * late + said
        return np.asarray(self.share * added, np.float32)

    def candidates(self, index: KnowledgeIndex, allowed: Mask) -> NDArray[np.int64]:
        """Rows the turns speak for: nearest to them with the message, and nearest to the message among the named and
        among the cited."""
        named = (self.named >= self.named.max()) & (self.named.max() > 0)
        pairs = ((self.together, allowed), (self.message, allowed & named[index.owners]),
                 (self.message, allowed & (self.cited[index.owners] > 0)))  # fmt: skip
        most = min(NEAR, len(index.chunks))
        rows = np.concatenate([index.search(text.vector[None, :], most, mask)[1][0] for text, mask in pairs])
        return np.unique(rows[rows >= 0])


def turns_before(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask, articles: Mask, alone: Alone
) -> Turns | None:
    """What the turns before the message say; None without any, and where it does not need them."""
    before = question.turns[-NAMED_IN:]
    if not before:
        return None
    last = " ".join(before[-READ_WITH:])
    message, said, together = encoder.encode_tokens([question.said, last, f"{last} {question.said}"])
    needs = _needs(index, question, message, said, allowed, alone)
    leans = question.carried in LEANS or NOTHING_OWN.match(question.said)
    share = 1.0 if leans else needs.probability
    cited = _cited(index, question)
    if cited[alone.best] or question.takes_back or _holds(index, cited, question.said):
        share = max(share, NEEDED_FROM)  # the talk goes on about the same, or puts it right
    if share < NEEDED_FROM:
        return None
    return Turns(share, message, together, _named(index, before, articles), cited)


def needs(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask, alone: Alone
) -> Needs | None:
    """What the turns' share is made from, for fitting it; None where no turns would be heard."""
    before = question.turns[-NAMED_IN:]
    if not before:
        return None
    message, said = encoder.encode_tokens([question.said, " ".join(before[-READ_WITH:])])
    return _needs(index, question, message, said, allowed, alone)


def _needs(
    index: KnowledgeIndex, question: Question, message: Encoded, said: Encoded, allowed: Mask, alone: Alone
) -> Needs:
    ranked = np.sort(alone.scores)[::-1]
    nearest = int(index.search(said.vector[None, :], 1, allowed)[1][0][0])
    at = np.flatnonzero(alone.owners == index.owners[nearest])
    return Needs(
        carried=1.0 if question.carried else 0.0,
        words=math.log(max(len(question.said.split()), 1)),
        best=float(ranked[0]),
        said=float(alone.scores[at[0]] if len(at) else ranked[-1]),
        points=1.0 if PRONOUN.search(question.said) else 0.0,
        joins=1.0 if JOINING.match(question.said) else 0.0,
        closeness=float(message.vector @ said.vector),
        spread=float(ranked[0] - ranked[min(TENTH, len(ranked) - 1)]),
    )


def _named(index: KnowledgeIndex, before: Sequence[str], articles: Mask) -> Scores:
    scores = index.titles.scores(sorted(set(terms(" ".join(before)))), articles)
    return np.asarray(scores / (float(scores.max()) or 1.0), np.float32)


def _cited(index: KnowledgeIndex, question: Question) -> Scores:
    return np.array([article.id in question.cited for article in index.ordered], np.float32)


def _holds(index: KnowledgeIndex, cited: Scores, said: str) -> bool:
    """What was cited last has both words of a short message: "do I need an electrician?"."""
    rows = cited[index.owners] > 0
    words = set(terms(matter_of(said)))
    return 0 < len(words) <= FEW and all(rows[index.lexical.holders(word)].any() for word in words)
