"""Owns which cases an edit can reach: pinned ones, those that rank or cite a changed article or would now, and those so
near an edge that the drift of the base's word statistics could push them over.

Refuses to say what becomes of them: they are asked again. Where the edit has no part in a search the drift is known
(`part`), else it is a margin. docs/decisions/0021 has how those were measured.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.decision.confidence import Calibration
from bot.respond import RANKED
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.foreseen import articles_of
from bot.retrieval.pinned import NEAR
from bot.retrieval.question import Known
from bot.retrieval.ranking import LONG_FROM, SENTENCE, TOP
from bot.retrieval.terms_asked import CODE
from bot.retrieval.visible import visible_rows
from eval.edits.part import Part
from eval.edits.traced import Trace, rare_words
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms
from kb_ingest.token_index import TokenIndex

Matrix = NDArray[np.float32]

CONFIDENCE = 0.012
"""Drift of a confidence that no changed article has a part in, for each of them; the largest measured is .0095."""
SCORE = 0.001
"""The same of a score, for what leads and what is shown."""
JUMP = 0.15
"""What a new nearest question or another rare word can do to a confidence."""
SLACK, SLACK_OF_TURNS = 0.01, 0.06
"""What the estimate of a changed article's score may lack: echoes; what the turns before add."""
PINNED_FROM = NEAR - 0.01
"""Cosine from which a case may ask a pinned question: of a text encoded beside others the last digits differ."""
NEAREST, NEARLY = 10, 0.05
"""Questions of authors that the confidence looks at, and how much nearer another may come than its cosine tells."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The confidences at which a decision changes."""

    at: tuple[float, ...]

    def near(self, confidence: float, within: float) -> bool:
        """Whether a drift of `within` could change the decision."""
        return any(abs(confidence - edge) <= within for edge in self.at)


def reached(
    traces: Sequence[Trace], vectors: Matrix, before: KnowledgeIndex, after: KnowledgeIndex,
    changed: Collection[str], encoder: TokenEncoder, calibration: Calibration,
) -> frozenset[str]:  # fmt: skip
    """Ids of the cases that must be asked again; `vectors` (n, d) are those of the traces' questions."""
    if bool(before.asked.words.size) != bool(after.asked.words.size):
        return frozenset(trace.id for trace in traces if not trace.settled)  # what authors foresaw counts, or no more
    edges = Edges((calibration.answer_from, calibration.clarify_from))
    texts = encoder.encode_tokens([trace.standalone for trace in traces])
    newcomers = [_Newcomer.of(after, name, vectors) for name in sorted(changed) if name in after.articles]
    stirred = _stirred(traces, vectors, before, after, changed)
    jumps = heard_otherwise(texts, before, after) | _repinned(traces, vectors, before, after, changed)
    part = Part.of(before, after, changed, vectors)

    def reaches(at: int, trace: Trace) -> bool:
        if trace.settled or _ranks(trace, changed):
            return not trace.settled
        if jumps[at]:
            return True
        words = terms(trace.standalone)
        known = part.margin(at, trace, words, calibration)
        margin = CONFIDENCE * len(changed) if known is None else known
        drift = SCORE * len(changed)
        if (known is None and trace.gap <= drift) or _shifts(trace, edges, after, margin, bool(stirred[at])):
            return True
        risen = known is None or part.rises(words)
        return risen and any(newcomer.may_rank(at, trace, words, texts[at], drift) for newcomer in newcomers)

    return frozenset(trace.id for at, trace in enumerate(traces) if reaches(at, trace))


def _ranks(trace: Trace, changed: Collection[str]) -> bool:
    return any(article in changed for article, _ in trace.hits)


def _shifts(trace: Trace, edges: Edges, after: KnowledgeIndex, margin: float, near_jump: bool) -> bool:
    """Whether the confidence may change sides: it drifts by `margin` at most, unless something makes it jump."""
    if margin and edges.near(trace.confidence, margin):
        return True
    return edges.near(trace.confidence, JUMP) and (near_jump or rare_words(trace.standalone, after) != trace.rare)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A changed article as it is now: cosines of its passages and of its author's questions with every case."""

    index: KnowledgeIndex
    name: str
    place: int
    rows: NDArray[np.int64]
    asked: NDArray[np.int64]
    passages: Matrix
    questions: Matrix

    @classmethod
    def of(cls, index: KnowledgeIndex, name: str, vectors: Matrix) -> _Newcomer:
        place = list(index.articles).index(name)
        rows = index.rows_at(place)
        asked = np.flatnonzero(index.asked.foreseen.owners == place)
        own, foreseen = index.vectors()[rows], index.asked.foreseen.vectors[asked]
        return cls(index, name, place, rows, asked, vectors @ own.T, vectors @ foreseen.T)

    def may_rank(self, at: int, trace: Trace, words: Sequence[str], text: Encoded, drift: float) -> bool:
        """Whether the article could be among those ranked for the case: its score, never estimated too low by more
        than the slack, against the last of them, which may have sunk by the drift."""
        allowed = visible_rows(self.index, PUBLIC_VISITOR, Known(trace.region, trace.plan))
        if not allowed[self.rows[0]]:
            return False
        last = trace.hits[-1][1] if len(trace.hits) == RANKED else 0.0
        needed = last - drift - (SLACK_OF_TURNS if trace.turns else SLACK)
        if len(set(words)) > LONG_FROM:
            return True
        most = self._by_meaning(at, text) + self._by_name(trace, words)
        if most + SENTENCE.lexical + SENTENCE.foreseen < needed:
            return False
        return most + self._by_words(words, allowed) >= needed

    def _by_meaning(self, at: int, text: Encoded) -> float:
        both = (self.passages[at], self.questions[at])
        dense = max(float(each.max(initial=-1.0)) for each in both)
        top = max(float(np.sort(each)[-TOP:].mean()) if len(each) else -1.0 for each in both)
        late = float(self.index.tokens.scores(text, self.rows).max())
        near = self.asked[np.argsort(-self.questions[at])[:TOP]]
        if len(near):
            late = max(late, float(self.index.asked.foreseen.tokens.scores(text, near).max()))
        return SENTENCE.dense * dense + SENTENCE.dense_top * top + SENTENCE.late * late

    def _by_name(self, trace: Trace, words: Sequence[str]) -> float:
        devices = self.index.articles[self.name].product
        named = set(trace.products)
        share = len(named & set(devices)) / len(named) if named and devices else 0.5
        codes = SENTENCE.codes if any(CODE.match(word) for word in words) else 0.0
        return SENTENCE.product * share + codes

    def _by_words(self, words: Sequence[str], allowed: NDArray[np.bool_]) -> float:
        index = self.index
        passages = index.lexical.scores(words, allowed)
        lexical = float(passages[self.rows].max()) / (float(passages.max()) or 1.0)
        if not index.asked.words.size:
            return SENTENCE.lexical * lexical
        whole = index.asked.words.scores(words, articles_of(index, allowed))
        foreseen = index.asked.share * float(whole[self.place]) / (float(whole.max()) or 1.0)
        return SENTENCE.lexical * lexical + SENTENCE.foreseen * foreseen


def heard_otherwise(texts: Sequence[Encoded], before: KnowledgeIndex, after: KnowledgeIndex) -> NDArray[np.bool_]:
    """Shape (n,): whether a piece of the question has become rare or common: what is rare has to be met together, so
    that every score jumps."""
    pieces = np.concatenate([text.pieces for text in texts])
    places = np.repeat(np.arange(len(texts)), [len(text.pieces) for text in texts])
    found = np.zeros(len(texts), np.bool_)
    for then, now in zip(_token_indexes(before), _token_indexes(after), strict=True):
        found[places[then.are_rare(pieces) != now.are_rare(pieces)]] = True
    return found


def _repinned(
    traces: Sequence[Trace], vectors: Matrix, before: KnowledgeIndex, after: KnowledgeIndex, changed: Collection[str]
) -> NDArray[np.bool_]:
    """Shape (n,): whether an article may have been pinned to the question, or no longer is; what is asked after other
    turns is compared with pinned questions as it was typed, which is not kept."""
    then, now = _pins(before, changed), _pins(after, changed)
    moved = [vector for pin, vector in [*then.items(), *now.items()] if (pin in then) != (pin in now)]
    if not moved:
        return np.zeros(len(vectors), np.bool_)
    follow = np.array([trace.turns for trace in traces], np.bool_)
    return np.asarray(follow | ((vectors @ np.stack(moved).T).max(axis=1) >= PINNED_FROM))


def _pins(index: KnowledgeIndex, changed: Collection[str]) -> Mapping[tuple[object, ...], Matrix]:
    """The pinned questions of the changed articles, with who gets them, and their vectors."""
    foreseen = index.asked.foreseen
    owners = ((place, text, index.ordered[foreseen.owners[place]]) for place, text in index.pinned.items())
    return {
        (text, owner.id, owner.visibility, owner.region, owner.plan, owner.product): foreseen.vectors[place]
        for place, text, owner in owners if owner.id in changed
    }  # fmt: skip


def _token_indexes(index: KnowledgeIndex) -> tuple[TokenIndex, ...]:
    return index.tokens, index.asked.foreseen.tokens, index.asked.unanswered.tokens


def _stirred(
    traces: Sequence[Trace], vectors: Matrix, before: KnowledgeIndex, after: KnowledgeIndex, changed: Collection[str]
) -> NDArray[np.bool_]:
    """Shape (n,): whether a question that authors wrote down and that came or went is among the nearest. After other
    turns those nearest to the message as it was typed count as well, which is not kept."""
    found, follow = np.zeros(len(vectors), np.bool_), np.array([trace.turns for trace in traces], np.bool_)
    for kind in ("foreseen", "unanswered"):
        then, now = _listed(before, changed, kind), _listed(after, changed, kind)
        moved = [vector for text, vector in [*then.items(), *now.items()] if (text in then) != (text in now)]
        if moved:
            known = getattr(before.asked, kind).vectors
            last = np.partition(vectors @ known.T, -NEAREST, axis=1)[:, -NEAREST] if len(known) >= NEAREST else -1.0
            found |= follow | ((vectors @ np.stack(moved).T).max(axis=1) >= last - NEARLY)
    return found


def _listed(index: KnowledgeIndex, changed: Collection[str], kind: str) -> Mapping[str, Matrix]:
    """The questions of the changed articles with their vectors."""
    asked = index.asked.foreseen if kind == "foreseen" else index.asked.unanswered
    attribute = "questions" if kind == "foreseen" else "unanswered"
    texts = [(text, each.id) for each in index.ordered for text in getattr(each, attribute)]
    return {text: asked.vectors[at] for at, (text, owner) in enumerate(texts) if owner in changed}
