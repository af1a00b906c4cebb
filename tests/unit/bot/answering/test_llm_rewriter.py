"""The language model behind the proof, against a real server that is honest, hostile, slow or down."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.breaker import Breaker
from bot.answering.draft import Citation, Draft, Statement
from bot.answering.language_model import LanguageModel, Server
from bot.answering.llm_rewriter import LlmRewriter, Prompts
from bot.answering.prompts import read_prompt
from bot.answering.token_budget import TokenBudget
from bot.api.metrics import Metrics
from bot.retrieval.question import Question
from kb_ingest.article import Visibility
from tests.hostile_llm import BREAKS, SAYS, HostileLlm, Mode, hostile_llm

PROMPTS = Path(__file__).parents[4] / "prompts"
TEXT = (
    "You cannot use Hub 1 here. Returns cost $7.95 in the US, unless the item is faulty.\n\n"
    "1. Tap Save.\n2. Wait 30 seconds."
)
DEADLINE = 1.0
PATIENT = 1_000_000
QUESTION = Question("How much is it?", "How much is it?")


@pytest.fixture(scope="module")
def llm() -> Iterator[HostileLlm]:
    with hostile_llm() as server:
        yield server


def draft(text: str = TEXT) -> Draft:
    citation = Citation(1, "returns-us", "Returns", "v1", 0, len(text), text, Visibility.PUBLIC)
    return Draft((Statement(text, 1),), (citation,))


def rewriter(
    url: str, *, tokens: int = 10**9, breaker: Breaker | None = None, deadline: float = DEADLINE
) -> LlmRewriter:
    prompts = Prompts(read_prompt(PROMPTS, "rewrite_answer"), read_prompt(PROMPTS, "rewrite_request"))
    model = LanguageModel(Server("openai:hostile", url, "key", deadline))
    model.warm()
    made = LlmRewriter(model, prompts, breaker or Breaker(PATIENT), TokenBudget(tokens))
    _ = model._chat  # LangChain's import is not part of what is measured
    return made


def test_a_proven_rewrite_is_shown_with_its_origin(llm: HostileLlm) -> None:
    llm.mode = Mode.FAITHFUL
    found = rewriter(llm.url, deadline=20).rewrite(QUESTION, draft())
    assert found.origin == "llm"
    assert found.prompt_digest
    assert found.text.startswith("You can't use Hub 1 here. Returns cost $7.95")
    assert found.statements[-1].text == "1. Tap Save.\n2. Wait 30 seconds."


def test_statements_are_told_as_they_are_proven_and_never_before_what_limits_them(llm: HostileLlm) -> None:
    llm.mode = Mode.FAITHFUL
    told: list[Statement] = []
    found = rewriter(llm.url, deadline=20).rewrite(QUESTION, draft(), told.append)
    assert "\n".join(s.text for s in told) == "\n".join(s.text for s in found.statements)


@pytest.mark.parametrize("mode", [mode for mode in SAYS if mode is not Mode.OBEYS])
def test_what_a_hostile_model_says_is_never_told_nor_shown(llm: HostileLlm, mode: Mode) -> None:
    llm.mode = mode
    told: list[Statement] = []
    subject = rewriter(llm.url, deadline=20)
    for _ in range(5):
        assert subject.rewrite(QUESTION, draft(), told.append) == draft()
    assert all(statement.text in TEXT.replace("cannot", "can't") or statement.text in TEXT for statement in told)


@pytest.mark.parametrize("mode", BREAKS)
def test_a_broken_model_leaves_the_extractive_answer_within_the_deadline(llm: HostileLlm, mode: Mode) -> None:
    llm.mode = mode
    subject = rewriter(llm.url)
    took = []
    for _ in range(4):
        started = time.monotonic()
        assert subject.rewrite(QUESTION, draft()) == draft()
        took.append(time.monotonic() - started)
    print(f"{mode}: slowest {max(took):.2f} s, median {statistics.median(took):.2f} s")
    assert max(took) <= DEADLINE + 0.5


def test_every_fallback_is_counted_by_its_reason(llm: HostileLlm) -> None:
    metrics, subject = Metrics(), rewriter(llm.url, deadline=20)
    for mode, times in ((Mode.FAITHFUL, 1), (SAYS[0], 2)):
        llm.mode = mode
        for _ in range(times):
            shown = subject.rewrite(QUESTION, draft())
            metrics.bring_up(metrics.rewrite_fallbacks, subject.fallbacks.counts)
    subject.rewrite(QUESTION, Draft((Statement("Hello", 0),), ()))
    metrics.bring_up(metrics.rewrite_fallbacks, subject.fallbacks.counts)
    assert shown.origin == "extractive"
    assert sum(subject.fallbacks.counts.values()) == 3
    text = metrics.text().decode()
    assert 'answerdesk_rewrite_fallbacks_total{reason="nothing_cited"} 1.0' in text
    for reason, count in subject.fallbacks.counts.items():
        assert f'answerdesk_rewrite_fallbacks_total{{reason="{reason}"}} {float(count)}' in text


def test_a_server_that_is_not_there_leaves_the_extractive_answer_at_once() -> None:
    with hostile_llm() as server:
        subject = rewriter(server.url)
    started = time.monotonic()
    assert subject.rewrite(QUESTION, draft()) == draft()
    assert time.monotonic() - started <= DEADLINE + 0.5


def test_a_call_that_failed_is_tried_once_more_and_not_thrice(llm: HostileLlm) -> None:
    llm.mode, before = Mode.FAILS, llm.asked
    rewriter(llm.url).rewrite(QUESTION, draft())
    assert llm.asked - before == 2


def test_the_breaker_spares_a_failing_server_and_tries_again_later(llm: HostileLlm) -> None:
    now = [0.0]
    subject = rewriter(llm.url, breaker=Breaker(failures=2, seconds=30, clock=lambda: now[0]), deadline=20)
    llm.mode = Mode.FAILS
    for _ in range(2):
        subject.rewrite(QUESTION, draft())
    llm.mode, before = Mode.FAITHFUL, llm.asked
    assert subject.rewrite(QUESTION, draft()).origin == "extractive"
    assert llm.asked == before
    now[0] = 31.0
    assert subject.rewrite(QUESTION, draft()).origin == "llm"
    assert subject.rewrite(QUESTION, draft()).origin == "llm"


def test_over_the_daily_budget_answers_are_extractive_and_no_call_is_made(llm: HostileLlm) -> None:
    llm.mode, before = Mode.FAITHFUL, llm.asked
    subject = rewriter(llm.url, tokens=4000, deadline=20)
    origins = [subject.rewrite(QUESTION, draft()).origin for _ in range(12)]
    assert origins[0] == "llm"
    assert origins[-1] == "extractive"
    assert llm.asked - before == origins.count("llm")
    assert subject.budget.spent <= 4000


def test_an_answer_without_a_source_is_left_alone(llm: HostileLlm) -> None:
    before = llm.asked
    greeting = Draft((Statement("Hello!", 0),), (), origin="small_talk")
    assert rewriter(llm.url).rewrite(QUESTION, greeting) == greeting
    assert llm.asked == before
