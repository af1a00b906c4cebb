"""Whoever waits may look at pages that are near, public and in their language, and at none where nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.decision.meanwhile import LIKELY, MOST, NEAR, pages
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Reason, Refuse
from bot.retrieval.passage import ArticleHit, SearchResult
from bot.retrieval.question import Question
from kb_ingest.article import Article, Visibility

UNSURE = HandOff(Reason.FACT_MISSING)
FRAUD = HandOff(Reason.SENSITIVE, "fraud")


def _hit(name: str, dense: float = NEAR, **fields: object) -> ArticleHit:
    article = Article(id=name, title=name.title(), text="Words.", area="hub", **fields)  # type: ignore[arg-type]
    return ArticleHit(article, 0.6, (), dense=dense)


def _found(*hits: ArticleHit, language: str = "en") -> SearchResult:
    question = replace(Question("where is it", "where is it"), language=language)
    return SearchResult("generation", question, hits)


def _ids(decision: Decision, found: SearchResult, confidence: float = LIKELY, *allowed: str) -> list[str]:
    return [page.article_id for page in pages(decision, confidence, found, allowed)]


def test_the_best_two_are_pointed_to_and_no_word_of_them_is_kept() -> None:
    found = _found(_hit("one"), _hit("two", 0.2), _hit("three"))
    assert _ids(UNSURE, found) == ["one", "two"]
    assert len(_ids(UNSURE, found)) == MOST
    assert not any("Words" in str(page) for page in pages(UNSURE, LIKELY, found, ()))


@pytest.mark.parametrize(("confidence", "dense"), [(LIKELY - 0.01, 0.9), (0.9, NEAR - 0.01)])
def test_where_even_the_best_is_hardly_about_it_there_is_none(confidence: float, dense: float) -> None:
    assert _ids(UNSURE, _found(_hit("one", dense)), confidence) == []


def test_nothing_found_is_nothing_to_look_at() -> None:
    assert _ids(UNSURE, _found()) == []


def test_what_is_internal_is_not_shown_whoever_asked() -> None:
    found = _found(_hit("secret", visibility=Visibility.INTERNAL), _hit("open"))
    assert _ids(UNSURE, found) == ["open"]


def test_nobody_is_pointed_to_a_page_in_another_language() -> None:
    assert _ids(UNSURE, _found(_hit("english"), language="de")) == []
    assert _ids(UNSURE, _found(_hit("deutsch", locale="de-AT"), language="de")) == ["deutsch"]
    assert _ids(HandOff(Reason.LANGUAGE_NOT_COVERED), _found(_hit("english"))) == []


@pytest.mark.parametrize(
    "decision",
    [
        Answer(), Clarify(Reason.CANDIDATES_TIE, "Which?"), Refuse(Reason.INSTRUCTION_ATTACK),
        HandOff(Reason.REPEATED_FAILURE), HandOff(Reason.ASKED_FOR_PERSON), HandOff(Reason.SYSTEM_FAILURE), FRAUD,
    ],
)  # fmt: skip
def test_other_outcomes_point_nowhere(decision: Decision) -> None:
    assert _ids(decision, _found(_hit("one")), 0.9) == []


def test_of_a_sensitive_topic_only_where_the_policy_allows_it() -> None:
    assert _ids(FRAUD, _found(_hit("one")), 0.9, "fraud") == ["one"]
    assert _ids(FRAUD, _found(_hit("one")), 0.9, "press") == []
