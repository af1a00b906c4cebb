"""Several questions in one message: answered together where each is sure of another article, and all are together."""

from __future__ import annotations

import pytest

from bot.answering.draft import Citation, Draft, Statement
from bot.decision.decide import Evidence
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Reason, answer_or_person
from bot.decision.several import Found, answered
from bot.decision.signals import Signals
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Question
from kb_ingest.article import Visibility

LEAST = 0.6
SURE_FROM = 0.7


def found(article: str, confidence: float, said: str = "How long is the warranty in France?") -> Found:
    """One question with two cited places of one article."""
    citations = tuple(
        Citation(number, article, article.title(), "v", number, number + 1, "x", Visibility.PUBLIC) for number in (1, 2)
    )
    draft = Draft((Statement(f"First of {article}.", 1), Statement(f"Second of {article}.", 2)), citations)
    return Found(Evidence(SearchResult("g", Question(said, said), ()), Signals(), confidence), draft)


def decided(evidence: Evidence) -> Decision:
    return Answer() if evidence.confidence >= SURE_FROM else HandOff(Reason.FACT_MISSING)


WHOLE = found("whole", 0.5)


@pytest.mark.parametrize("before", [Answer(), HandOff(Reason.FACT_MISSING), Clarify(Reason.CANDIDATES_TIE, "Which?")])
def test_both_answers_are_given_each_under_its_title_with_citations_numbered_through(before: Decision) -> None:
    decision, both = answered(before, WHOLE, [found("reset", 0.9), found("warranty", 0.8)], decided, LEAST)
    assert decision == Answer()
    assert both.draft is not None
    assert both.draft.text == (
        "## Reset\n\nFirst of reset.\n\nSecond of reset.\n\n## Warranty\n\nFirst of warranty.\n\nSecond of warranty."
    )
    assert [(each.number, each.article_id) for each in both.draft.citations] == [
        (1, "reset"), (2, "reset"), (3, "warranty"), (4, "warranty"),
    ]  # fmt: skip
    assert [each.citation for each in both.draft.statements] == [1, 2, 3, 4]
    assert both.evidence.confidence == pytest.approx(0.72)


def test_two_that_are_not_sure_together_are_not_answered_together() -> None:
    apart = [found("reset", 0.75), found("warranty", 0.75)]
    assert answered(HandOff(Reason.FACT_MISSING), WHOLE, apart, decided, LEAST) == (
        HandOff(Reason.FACT_MISSING), WHOLE,
    )  # fmt: skip


def test_one_article_for_both_is_one_question() -> None:
    assert answered(Answer(), WHOLE, [found("reset", 0.9), found("reset", 0.9)], decided, LEAST) == (Answer(), WHOLE)
    assert answered(Answer(), WHOLE, [], decided, LEAST) == (Answer(), WHOLE)


def test_half_an_answer_says_so_and_by_mail_it_is_a_persons() -> None:
    apart = [found("reset", 0.9), found("warranty", 0.3)]
    assert answered(Answer(), WHOLE, apart, decided, LEAST) == (Answer(partial=True), WHOLE)
    assert answer_or_person(Answer(partial=True)) == HandOff(Reason.FACT_MISSING)
    pointing = [found("reset", 0.9), found("warranty", 0.3, said="is that true?")]
    assert answered(Answer(), WHOLE, pointing, decided, LEAST) == (Answer(), WHOLE)
    missing = HandOff(Reason.FACT_MISSING)
    assert answered(missing, WHOLE, apart, decided, LEAST) == (missing, WHOLE)
