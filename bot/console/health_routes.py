"""Owns the addresses of the console's page on the articles' health, which only read. Refuses to judge an article."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.console import health_view
from bot.console.shown import shown
from kb_ingest import health_written
from kb_ingest.checks.finding import FindingKind

router = APIRouter(include_in_schema=False)


@router.get("/console/health")
def health(service: Serving, caller: Caller, kind: FindingKind | None = None) -> HTMLResponse:
    """What to work on first."""
    return shown(
        service,
        caller,
        "health.html",
        lambda _tx, _session: {"seen": health_view.look(service.health.current(), service.assistant.live, kind)},
        callers.editor,
    )


@router.get("/console/health/findings.csv")
def download(service: Serving, caller: Caller, kind: FindingKind | None = None) -> PlainTextResponse:
    """The findings for a spreadsheet."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
    found = health_view.of_kind(service.health.wait().health.findings, kind)
    named = {"Content-Disposition": 'attachment; filename="findings.csv"'}
    return PlainTextResponse(health_written.as_csv(found), headers=named, media_type="text/csv; charset=utf-8")
