"""Owns measuring which sentence is held to answer, on public sets that have the words of their answers.

Refuses to tune: docs/decisions/0042 has what was tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.access import PUBLIC_VISITOR
from bot.answering.decisive import decisive
from bot.answering.extract import extract
from bot.answering.selection import telling
from bot.casebook.plain_text import normal
from bot.respond import Responder
from bot.retrieval.passage import Passage
from bot.retrieval.search import search
from bot.retrieval.standalone import alone
from eval.parts import Workshop
from eval.shared import responder_for
from eval.shared_sets import SharedQuestion, SharedSet
from kb_ingest.index import KnowledgeIndex


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Shares of a set's questions: `given` that the sentence chosen from the right article holds the answer,
    `end_to_end` that the one chosen from what search found does, `shown` that what would be shown does; `words` are
    the mean lengths of the last two."""

    name: str
    questions: int
    given: float
    end_to_end: float
    shown: float
    words: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Found:
    given: bool
    sentence: str
    shown: str
    answers: tuple[str, ...]


def measure(workshop: Workshop, found: SharedSet) -> SpanScore:
    """Over the questions whose answers' words are known, at least one."""
    asked = [question for question in found.questions if question.relevant and question.answers]
    responder = responder_for(workshop, found)
    workshop.encoder.encode([question.text for question in asked])
    seen = [_found(responder, question) for question in asked]
    return SpanScore(
        found.name,
        len(seen),
        _mean([each.given for each in seen]),
        _mean([holds(each.sentence, each.answers) for each in seen]),
        _mean([holds(each.shown, each.answers) for each in seen]),
        (_mean([len(each.sentence.split()) for each in seen]), _mean([len(each.shown.split()) for each in seen])),
    )


def holds(text: str, answers: Sequence[str]) -> bool:
    """The text has one of the answers in it, or is a part of one that is longer."""
    said = normal(text)
    return bool(said) and any(normal(answer) in said or said in normal(answer) for answer in answers)


def _found(responder: Responder, question: SharedQuestion) -> _Found:
    index, encoder = responder.live.current(), responder.encoder
    right = _sentence(responder, question.text, _passages(index, question.relevant[0]))
    hits = search(index, encoder, alone(question.text, index.spelling.corrected), PUBLIC_VISITOR, 1).hits
    draft = extract(hits[0]) if hits else None
    sentence = _sentence(responder, question.text, telling(hits[0])) if hits else ""
    return _Found(holds(right, question.answers), sentence, draft.text if draft else "", question.answers)


def _passages(index: KnowledgeIndex, article_id: str) -> list[Passage]:
    article = index.articles[article_id]
    return [Passage(index.chunks[row], article, 0.0, 0.0, 0.0) for row in index.rows_of(article_id).tolist()]


def _sentence(responder: Responder, question: str, passages: Sequence[Passage]) -> str:
    start, end = decisive(responder.live.current(), responder.encoder, question, passages)
    return passages[0].article.text[start:end]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
