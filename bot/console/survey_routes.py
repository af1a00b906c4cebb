"""Owns the address of the console's page on the surveys, which only reads. Refuses to sum: feedback does."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.console.shown import shown
from bot.feedback import survey_figures
from bot.feedback.survey import DAY
from bot.storage import clock

router = APIRouter(include_in_schema=False)

PERIODS = (7, 30, 90, 365)


@router.get("/console/surveys")
def surveys(service: Serving, caller: Caller, days: Literal["7", "30", "90", "365"] = "30") -> HTMLResponse:
    """What customers said of our help, for whoever leads the desk."""
    since = clock.after(clock.now(), -int(days) * DAY)
    policies = service.assistant.policies
    return shown(
        service,
        caller,
        "surveys.html",
        lambda tx, _session: {
            "days": int(days),
            "periods": PERIODS,
            "totals": survey_figures.totals(tx, since),
            "bad": survey_figures.bad_answers(tx, policies, since),
            "policy": policies.surveys,
        },
        callers.lead,
    )
