"""Owns the calibration file: what `bot` reads of it, and where each number came from.

Refuses to overwrite unnamed work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.decision.confidence import Calibration
from kb_ingest.durable import replace_file

PLACES = 6
THRESHOLDS = {"answer_from": 0.5, "clarify_from": 0.3}
"""Where nothing was chosen before."""


@dataclass(frozen=True, slots=True)
class SetCount:
    """How many samples of one set took part, and how many of them were right."""

    name: str
    samples: int
    right: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers came from. `guarantee` is a sentence for people; figures are out of fold."""

    date: str
    sets: tuple[SetCount, ...]
    generation: str
    l2: float
    auroc: float
    calibration_error: float
    max_wrong: float
    confidence: float
    coverage: float
    guarantee: str


def write_neutral(path: Path, before: Path) -> None:
    """A calibration that knows nothing, with the thresholds of `before`: for collecting signals without weights.

    The weights of `before` may name signals that no longer exist; that is what a new calibration is for.
    """
    try:
        known = json.loads(before.read_text(encoding="utf-8"))
        thresholds = {name: float(known.get(name, default)) for name, default in THRESHOLDS.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        thresholds = dict(THRESHOLDS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"weights": {}, "intercept": 0.0, **thresholds}), encoding="utf-8")


def write(path: Path, calibration: Calibration, provenance: Provenance, known_by: Sequence[str] = ()) -> None:
    """Write both, the parts that `read_calibration` reads first; `known_by` are articles of the base it is for."""
    content = {
        "weights": _rounded(calibration.weights),
        "intercept": round(calibration.intercept, PLACES),
        "answer_from": round(calibration.answer_from, 4),
        "clarify_from": round(calibration.clarify_from, 4),
        "estimated": calibration.estimated,
        **({"goes_on": _rounded(asdict(calibration.goes_on))} if calibration.goes_on else {}),
        **({"known_by": list(known_by)} if known_by else {}),
        "provenance": _provenance(provenance),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def _rounded(weights: Mapping[str, float]) -> Mapping[str, float]:
    return {name: round(weight, PLACES) for name, weight in weights.items()}


def _provenance(provenance: Provenance) -> Mapping[str, object]:
    return {
        "made_by": "python -m eval calibrate",
        "date": provenance.date,
        "generation": provenance.generation,
        "sets": _sets(provenance.sets),
        "l2": provenance.l2,
        "auroc": round(provenance.auroc, 4),
        "calibration_error": round(provenance.calibration_error, 4),
        "max_wrong": provenance.max_wrong,
        "confidence": provenance.confidence,
        "coverage": round(provenance.coverage, 4),
        "guarantee": provenance.guarantee,
    }


def _sets(counts: Sequence[SetCount]) -> list[Mapping[str, object]]:
    return [{"name": count.name, "samples": count.samples, "right": count.right} for count in counts]
