"""Owns the address of the console's page on how careful the bot is, which only reads. Refuses to set a threshold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.casebook import trade_off
from bot.console import calibration_view
from bot.console.calibration_view import USUAL
from bot.console.shown import shown

router = APIRouter(include_in_schema=False)

Percent = Annotated[int, Query(ge=0, le=100)]


@router.get("/console/calibration")
def calibration(service: Serving, caller: Caller, max_wrong: Percent = USUAL) -> HTMLResponse:
    """What a target of `max_wrong` per cent would give."""
    assistant = service.assistant
    file = assistant.settings.data_dir / trade_off.FILE
    in_use, generation = assistant.responder.calibration, assistant.live.current().generation
    return shown(
        service,
        caller,
        "calibration.html",
        lambda _tx, _session: {"seen": calibration_view.look(file, in_use, generation, max_wrong / 100)},
        callers.editor,
    )
