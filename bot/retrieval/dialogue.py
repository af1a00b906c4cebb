"""Owns what the turns before a message add to its search: the names said in them, and the last ones read with it.

Refuses to drag an old topic into a message that says itself what it is about: how much the turns count is the fitted
probability that the message needs them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.heard import Scores
from bot.retrieval.question import Question
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
CLOSENESS, SPREAD, CARRIED, WORDS, CONSTANT = 10.39, -27.27, 1.49, -2.84, 7.88
"""Logistic regression over `Needs` on 235 tuning cases after the turns of another one, and 374 turns of dstc11_assist;
`python -m eval fit-dialogue` fits it again."""
TENTH = 9
NEAR = 40
"""Passages looked at for the spread, and taken as candidates of each kind."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What tells whether a message needs the turns before it: `closeness`, the cosine of it and the last turns;
    `spread`, how far the best article stands above the tenth for the message alone; `carried`, 1 where it leans on a
    turn by its form; `words`, the logarithm of their number.
    """

    closeness: float
    spread: float
    carried: float
    words: float

    @property
    def probability(self) -> float:
        """In (0, 1), that it does."""
        own = CONSTANT + CLOSENESS * self.closeness + SPREAD * self.spread
        return 1.0 / (1.0 + math.exp(-(own + CARRIED * self.carried + WORDS * self.words)))


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns before one message: `share` in (0, 1] of what they may count, the `message` as typed, `together` with
    the last turns, and what was `named` before: BM25 of each article's title over the best one's, 0 where not allowed.
    """

    share: float
    message: Encoded
    together: Encoded
    named: Scores

    @property
    def scale(self) -> float:
        """By how much the score of a right article grows with what the turns add, 1 without them."""
        return 1.0 + self.share * GROWTH

    def of_rows(self, index: KnowledgeIndex, rows: NDArray[np.int64]) -> Scores:
        """What the turns add to the passages `rows` (m,), shape (m,)."""
        late = index.tokens.scores(self.message, rows)
        cosines, named = index.cosines(self.together.vector, rows), self.named[index.owners[rows]]
        added = TOGETHER * cosines + MESSAGE * late + NAMES * named
        return np.asarray(self.share * added, np.float32)

    def candidates(self, index: KnowledgeIndex, allowed: Mask) -> NDArray[np.int64]:
        """Rows the turns speak for: nearest to them with the message, and nearest to the message among the named."""
        named = allowed & (self.named[index.owners] >= self.named.max()) & (self.named.max() > 0)
        most = min(NEAR, len(index.chunks))
        pairs = ((self.together, allowed), (self.message, named))
        rows = [index.search(text.vector[None, :], most, mask)[1][0] for text, mask in pairs]
        return np.unique(np.concatenate(rows)[np.concatenate(rows) >= 0])


def turns_before(
    index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask, articles: Mask
) -> Turns | None:
    """What the turns before the message say; None without any, or where the customer changes the subject."""
    before = question.turns[-NAMED_IN:]
    if not before or question.changes_subject:
        return None
    last = " ".join(before[-READ_WITH:])
    message, alone, together = encoder.encode_tokens([question.said, last, f"{last} {question.said}"])
    share = _needs(index, question, message, alone, allowed).probability
    return Turns(share, message, together, _named(index, before, articles))


def needs(index: KnowledgeIndex, encoder: TokenEncoder, question: Question, allowed: Mask) -> Needs | None:
    """What the turns' share is made from, for fitting it; None where no turns would be heard."""
    before = question.turns[-NAMED_IN:]
    if not before or question.changes_subject:
        return None
    message, alone = encoder.encode_tokens([question.said, " ".join(before[-READ_WITH:])])
    return _needs(index, question, message, alone, allowed)


def _needs(index: KnowledgeIndex, question: Question, message: Encoded, alone: Encoded, allowed: Mask) -> Needs:
    return Needs(
        closeness=float(message.vector @ alone.vector),
        spread=_spread(index, message, allowed),
        carried=1.0 if question.carried else 0.0,
        words=math.log(max(len(question.said.split()), 1)),
    )


def _spread(index: KnowledgeIndex, message: Encoded, allowed: Mask) -> float:
    """How far the best article stands above the tenth, in cosine to the message alone."""
    scores, rows = index.search(message.vector[None, :], min(NEAR, len(index.chunks)), allowed)
    best: dict[int, float] = {}
    for score, row in zip(scores[0].tolist(), rows[0].tolist(), strict=True):
        if row >= 0:
            best.setdefault(int(index.owners[row]), score)
    ranked = list(best.values())
    return ranked[0] - ranked[min(TENTH, len(ranked) - 1)]


def _named(index: KnowledgeIndex, before: Sequence[str], articles: Mask) -> Scores:
    scores = index.titles.scores(sorted(set(terms(" ".join(before)))), articles)
    return np.asarray(scores / (float(scores.max()) or 1.0), np.float32)
