"""Owns the addresses of the console's pages on the evaluation, which only read. Refuses to run or judge anything: the
terminal does."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.casebook import evaluation
from bot.casebook.evaluation import Evaluation, Flip
from bot.console.shown import shown
from bot.publishing.words import compared, shortened
from kb_ingest.words import Piece

router = APIRouter(include_in_schema=False)


class Against(StrEnum):
    """What the newest run is laid beside."""

    BASELINE = "baseline"
    PREVIOUS = "previous"


@router.get("/console/evaluation")
def newest(service: Serving, caller: Caller, against: Against = Against.BASELINE) -> HTMLResponse:
    """The newest run."""
    return shown(
        service, caller, "evaluation.html", lambda _tx, _session: _look(evaluation.run(), against), callers.editor
    )


@router.get("/console/evaluation/scenarios")
def scenarios(service: Serving, caller: Caller) -> HTMLResponse:
    """What was played."""
    return shown(
        service, caller, "scenarios.html", lambda _tx, _session: {"found": evaluation.scenarios()}, callers.editor
    )


def _look(found: Evaluation | None, against: Against) -> dict[str, object]:
    beside = {Against.BASELINE: found.baseline, Against.PREVIOUS: found.previous}[against] if found else None
    flips = [(each, *_sides(each)) for each in beside.flips] if beside else []
    return {"found": found, "beside": beside, "flips": flips, "against": against}


def _sides(flip: Flip) -> Iterator[tuple[Piece, ...]]:
    """What was said before and is now, near a difference."""
    yield from (tuple(shortened(pieces)) for pieces in compared(flip.before.shown, flip.now.shown))
