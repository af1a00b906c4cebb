"""What the signals hold of the other articles found, on the real encoder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.decision.measure import measure
from bot.retrieval.passage import Own
from bot.retrieval.question import Question
from bot.retrieval.search import search
from bot.retrieval.standalone import Carried
from kb_ingest.publish import Store
from tests.served import encoder


def test_versions_of_the_best_article_are_no_doubt_about_its_subject(small_index: Path) -> None:
    index = Store(small_index).current()
    question = Question("send it back", "Do I pay for the label when I send an order back?")
    result = search(index, encoder(), question, PUBLIC_VISITOR)
    versions = {article.id for article in result.versions}
    assert result.hits[1].article.id in versions
    others = [hit for hit in result.hits[1:] if hit.article.id not in versions]
    signals = measure(question, result, None, index)
    assert signals.margin == result.hits[0].score - others[0].score
    assert signals.late_margin == result.hits[0].late - max(hit.late for hit in others)
    twins = measure(question, replace(result, versions=()), None, index)
    assert (signals.margin, signals.late_margin) > (twins.margin, twins.late_margin)
    assert signals.background > twins.background


def test_where_only_versions_were_found_the_article_stands_alone(small_index: Path) -> None:
    index = Store(small_index).current()
    question = Question("send it back", "Do I pay for the label when I send an order back?")
    result = search(index, encoder(), question, PUBLIC_VISITOR, k=2)
    assert measure(question, result, None, index).margin == result.hits[0].score


@pytest.mark.parametrize(
    ("cited", "carried", "goes_on"),
    [
        (True, None, True), (True, Carried.ELLIPSIS, True), (False, Carried.ELLIPSIS, False),
        (True, Carried.SLOT, False), (True, Carried.CORRECTED, False), (True, Carried.NOT_SOLVED, False),
    ],
)  # fmt: skip
def test_what_asks_on_about_the_article_cited_last_goes_on(
    small_index: Path, cited: bool, carried: Carried | None, goes_on: bool
) -> None:
    index = Store(small_index).current()
    text = "How do I reset Hub 2?"
    result = search(index, encoder(), Question(text, text), PUBLIC_VISITOR)
    asked = Question(text, text, cited=(result.hits[0].article.id,) if cited else (), carried=carried)
    own = Own(-0.25, 0.5)
    signals = measure(asked, replace(result, own=own), None, index)
    told = (own.left_open, own.late) if goes_on else (0.0, 0.0)
    assert (signals.goes_on, signals.own_left_open, signals.own_late) == (goes_on, *told)
    assert not measure(asked, result, None, index).goes_on
