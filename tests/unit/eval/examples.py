"""Small hand-made cases, observations and articles for the tests of the evaluation."""

from __future__ import annotations

from typing import Any

from bot.casebook.case import Case, Expect, Kind, Voice
from bot.decision.outcome import Reason, Verdict
from eval.checks.judge import judge
from eval.checks.measure import Measure
from eval.knowledge import Knowledge
from eval.observation import Cited, Observation
from eval.result import CaseResult, RunResult, case_result
from kb_ingest.article import Article, Visibility

RETURNS = Article(
    id="returns-us",
    title="Return an order",
    text=(
        "You have 30 days from the day of delivery.\n\n## Steps\n\n1. Open My orders.\n2. Choose Return items.\n"
        "   - Tick the items.\n3. Print the label.\n\n## Cost\n\n"
        "| Reason | Label |\n|---|---|\n| Changed mind | $7.95 |"
    ),
    source="returns/returns-us.md",
)
RETURNS_EU = Article(
    id="returns-eu",
    title="Return an order (EU)",
    text="You have 14 days. It costs €5.95.",
    source="returns/returns-eu.md",
)
PLAYBOOK = Article(
    id="agent-playbook",
    title="Refund limits",
    text="Agents may refund up to 45 dollars without asking a lead first.",
    visibility=Visibility.INTERNAL,
    source="internal/agent-playbook.md",
)
KNOWLEDGE = Knowledge(
    {article.id: article for article in (RETURNS, RETURNS_EU, PLAYBOOK)},
    ("agents may refund up to 45 dollars without asking a lead first.",),
)


def case(kind: Kind = Kind.ANSWERABLE, **given: Any) -> Case:
    """A case about US returns; `expect` fields may be given by name."""
    expect = {name: given.pop(name) for name in Expect.__slots__ if name in given}
    answers = kind in (Kind.ANSWERABLE, Kind.FOLLOWUP, Kind.VARIANT)
    defaults: dict[str, Any] = {
        "decisions": frozenset({Verdict.ANSWER if answers else Verdict.HANDOFF}),
        "articles": ("returns-us",) if answers else (),
        "spans": ("30 days from the day of delivery",) if answers else (),
    }
    fields: dict[str, Any] = {
        "id": "c-1", "kind": kind, "voice": Voice.PLAIN, "area": "returns", "text": "How long do I have?",
        "expect": Expect(**defaults | expect), "reason": "an example",
    }  # fmt: skip
    return Case(**fields | given)


def cited(article: Article = RETURNS, start: int = 0, end: int | None = None) -> Cited:
    """A true citation of an article's span, by default its first paragraph."""
    stop = article.text.index("\n") if end is None and "\n" in article.text else end or len(article.text)
    return Cited(article.id, article.version, start, stop, article.text[start:stop])


def answer(text: str = "You have 30 days from the day of delivery.", **given: Any) -> Observation:
    """An answer from `returns-us`."""
    fields: dict[str, Any] = {
        "case_id": "c-1", "decision": Verdict.ANSWER, "confidence": 0.8, "shown": text, "drafted": text,
        "citations": (cited(),), "ranked": ("returns-us", "returns-eu"),
    }  # fmt: skip
    return Observation(**fields | given)


def handoff(reason: Reason = Reason.FACT_MISSING, **given: Any) -> Observation:
    """A handoff; nothing is shown."""
    fields: dict[str, Any] = {
        "case_id": "c-1", "decision": Verdict.HANDOFF, "reason": reason, "drafted": "a draft",
        "ranked": ("returns-us", "returns-eu"),
    }  # fmt: skip
    return Observation(**fields | given)


def clarify(*options: str) -> Observation:
    """A question back with options."""
    return Observation("c-1", Verdict.CLARIFY, Reason.VARIANT_UNKNOWN, shown="Where?", options=options)


def values(of: Case, seen: Observation) -> dict[Measure, float]:
    """Every measure of one case."""
    judgement = judge(of, seen, KNOWLEDGE)
    assert judgement.faults == ()
    return {result.measure: result.value for result in judgement.results}


def result(of: Case, seen: Observation) -> CaseResult:
    """A judged case."""
    return case_result(of, seen, judge(of, seen, KNOWLEDGE))


def run_of(*cases: CaseResult, versions: dict[str, str] | None = None) -> RunResult:
    """A run with these cases."""
    known = {each.id: each.version for each in KNOWLEDGE.articles.values()}
    return RunResult("2026-11-22T08:00:00.000Z", "gen-1", 0.5, known | (versions or {}), cases)


def many(right: int, wrong: int, **given: Any) -> list[CaseResult]:
    """Answerable cases, the first `right` of them answered well and the others not at all."""
    seen = [answer()] * right + [handoff(ranked=())] * wrong
    return [result(case(id=f"c-{at}", **given), each) for at, each in enumerate(seen)]
