"""Owns the result of a run: what was measured of each case, under which generation and article versions.

Refuses averages: they are made from it, over whichever cases are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.casebook.case import Case, Kind, Split, Voice
from bot.decision.outcome import Verdict
from eval.checks.judge import Judgement
from eval.checks.measure import LOWER_IS_BETTER, Measure
from eval.observation import Fault, Observation


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case as judged. `values` in [0, 1] per measure; `cited` and `ranked` are article ids, best first; `spans` are
    the sentences of which one should be shown.
    """

    id: str
    kind: Kind
    voice: Voice
    area: str
    split: Split
    category: str | None
    expected: tuple[str, ...]
    decision: Verdict | None
    cited: tuple[str, ...]
    ranked: tuple[str, ...]
    values: Mapping[Measure, float]
    confidence: float = 0.0
    milliseconds: float = 0.0
    text: str = ""
    shown: str = ""
    spans: tuple[str, ...] = ()
    notes: Mapping[Measure, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def bad(self) -> frozenset[Measure]:
        """Measures that are not at their best."""
        return frozenset(m for m, value in self.values.items() if value != (m not in LOWER_IS_BETTER))

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles this case depends on: expected, cited and first ranked."""
        return tuple(dict.fromkeys((*self.expected, *self.cited, *self.ranked[:1])))


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run. `versions`: article id → version of everything published; `at` is UTC, ISO 8601; `estimated`: the
    threshold `answer_from` was chosen without a proven bound."""

    at: str
    generation: str
    answer_from: float
    versions: Mapping[str, str]
    cases: tuple[CaseResult, ...]
    seconds: float = 0.0
    estimated: bool = True


def case_result(case: Case, seen: Observation | Fault, judgement: Judgement) -> CaseResult:
    """What is kept of a case."""
    saw = None if isinstance(seen, Fault) else seen
    return CaseResult(
        id=case.id,
        kind=case.kind,
        voice=case.voice,
        area=case.area,
        split=case.belongs_to,
        category=case.expect.sensitive,
        expected=case.expect.articles,
        decision=saw.decision if saw else None,
        cited=tuple(dict.fromkeys(cited.article_id for cited in saw.citations)) if saw else (),
        ranked=saw.ranked[:3] if saw else (),
        values={result.measure: round(result.value, 4) for result in judgement.results},
        confidence=saw.confidence if saw else 0.0,
        milliseconds=round(saw.milliseconds, 2) if saw else 0.0,
        text=case.text,
        shown=saw.shown if saw else "",
        spans=case.expect.spans,
        notes={result.measure: result.note for result in judgement.results if result.note},
        faults=tuple(f"{fault.where}: {fault.error}" for fault in judgement.faults),
    )
