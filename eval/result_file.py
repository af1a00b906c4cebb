"""Owns results as JSON: `var/eval/*.json` whole, the committed baseline without texts.

Refuses another format version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.casebook.case import Kind, Split, Voice
from bot.decision.outcome import Verdict
from eval.checks.measure import Measure
from eval.result import CaseResult, RunResult
from kb_ingest.durable import replace_file

FORMAT = 1
RUN_AGAIN = "run `python -m eval run` again"
TAKE_BACK = "take it back from version control, or remove it and run `python -m eval accept` after a run"


class BadResultFile(Exception):
    """A result or baseline cannot be read; the message names the file and says what to do."""


class NotAccepted(Exception):
    """A run cannot become the baseline; the message says what it needs."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted a run as the baseline, when (UTC) and why."""

    by: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """An accepted run."""

    run: RunResult
    acceptance: Acceptance


def accepted(run: RunResult, before: Baseline | None, acceptance: Acceptance, *, fewer: bool = False) -> Baseline:
    """The run as the baseline after `before`. Raises NotAccepted without a name and a reason, and when the run lacks
    cases of the baseline, unless there are `fewer` on purpose."""
    if not (acceptance.by.strip() and acceptance.reason.strip()):
        raise NotAccepted("a baseline needs who accepts it (--by NAME) and why (--reason WHY)")
    lost = {case.id for case in before.run.cases} - {case.id for case in run.cases} if before else set()
    if before and lost and not fewer:
        told = f"the run lacks {len(lost)} of the baseline's {len(before.run.cases)} cases"
        raise NotAccepted(f"{told}: run all of them first, or add --fewer if they are gone for good")
    return Baseline(run, acceptance)


def write(path: Path, run: RunResult) -> None:
    """The whole run."""
    _write(path, _run_object(run, texts=True))


def write_baseline(path: Path, baseline: Baseline) -> None:
    """The run without texts and times, one case a line, so that a new baseline is a readable diff."""
    accepted = baseline.acceptance
    header = {"accepted": {"by": accepted.by, "reason": accepted.reason, "at": accepted.at}}
    _write(path, header | _run_object(baseline.run, texts=False))


def read(path: Path) -> RunResult:
    """A run. Raises BadResultFile."""
    return _run(path, _content(path, RUN_AGAIN), RUN_AGAIN)


def read_baseline(path: Path) -> Baseline | None:
    """The committed baseline, None where there is none yet. Raises BadResultFile."""
    if not path.exists():
        return None
    content = _content(path, TAKE_BACK)
    try:
        return Baseline(_run(path, content, TAKE_BACK), Acceptance(**content["accepted"]))
    except (KeyError, TypeError) as error:
        raise BadResultFile(f"{path}: lacks who accepted it; run `python -m eval accept`") from error


def _content(path: Path, mend: str) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadResultFile(f"{path}: {error}; {mend}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadResultFile(f"{path}: is not a result of format {FORMAT}; {mend}")
    return content


def _write(path: Path, content: Mapping[str, Any]) -> None:
    rows = content["cases"]
    head = json.dumps({**content, "cases": []}, ensure_ascii=False, indent=1, sort_keys=False)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    # In one step: a disk that is full must not cost the baseline that is there.
    replace_file(path, (head.replace('"cases": []', f'"cases": [\n{lines}\n ]') + "\n").encode())


def _run_object(run: RunResult, *, texts: bool) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "at": run.at,
        "generation": run.generation,
        "answer_from": run.answer_from,
        "estimated": run.estimated,
        **({"seconds": round(run.seconds, 1)} if texts else {}),
        "versions": dict(sorted(run.versions.items())),
        "cases": [_case_object(case, texts=texts) for case in run.cases],
    }


def _case_object(case: CaseResult, *, texts: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": case.id,
        "kind": case.kind,
        "voice": case.voice,
        "area": case.area,
        "split": case.split,
        "category": case.category,
        "expected": case.expected,
        "decision": case.decision,
        "cited": case.cited,
        "ranked": case.ranked[: 3 if texts else 1],
        "values": {measure: int(v) if v == int(v) else v for measure, v in case.values.items()},
        "faults": case.faults,
    }
    if texts:
        told |= {
            "confidence": case.confidence,
            "milliseconds": case.milliseconds,
            "text": case.text,
            "shown": case.shown,
            "spans": case.spans,
            "notes": dict(case.notes),
        }
    return {key: value for key, value in told.items() if value not in (None, (), {})}


def _run(path: Path, content: Mapping[str, Any], mend: str) -> RunResult:
    try:
        return RunResult(
            at=content["at"],
            generation=content["generation"],
            answer_from=float(content["answer_from"]),
            versions=dict(content["versions"]),
            cases=tuple(_case(row) for row in content["cases"]),
            seconds=float(content.get("seconds", 0.0)),
            estimated=content.get("estimated", True) is True,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadResultFile(f"{path}: {error!r}; {mend}") from error


def _case(row: Mapping[str, Any]) -> CaseResult:
    return CaseResult(
        id=row["id"],
        kind=Kind(row["kind"]),
        voice=Voice(row["voice"]),
        area=row["area"],
        split=Split(row["split"]),
        category=row.get("category"),
        expected=tuple(row.get("expected", ())),
        decision=Verdict(row["decision"]) if "decision" in row else None,
        cited=tuple(row.get("cited", ())),
        ranked=tuple(row.get("ranked", ())),
        values={Measure(name): float(value) for name, value in row.get("values", {}).items()},
        confidence=float(row.get("confidence", 0.0)),
        milliseconds=float(row.get("milliseconds", 0.0)),
        text=row.get("text", ""),
        shown=row.get("shown", ""),
        spans=tuple(row.get("spans", ())),
        notes={Measure(name): note for name, note in row.get("notes", {}).items()},
        faults=tuple(row.get("faults", ())),
    )
