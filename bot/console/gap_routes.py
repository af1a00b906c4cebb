"""Owns the addresses of the console's gap ledger, all of which only read. Refuses to change anything: the page calls
/v1."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Service, Serving
from bot.console.shown import shown
from bot.gaps import ledger, view
from bot.gaps.ledger import GapStatus
from bot.gaps.view import Detail

router = APIRouter(include_in_schema=False)


class Download(StrEnum):
    """What of a gap can be kept as a file; also the file's name."""

    PATCH = "patch.md"
    CASES = "cases.jsonl"


_CONTENT: dict[Download, Callable[[Detail], str]] = {
    Download.PATCH: lambda seen: seen.patch.markdown,
    Download.CASES: lambda seen: "".join(f"{each.json}\n" for each in seen.cases),
}


@router.get("/console/gaps")
def gaps(
    service: Serving, caller: Caller, show: GapStatus = GapStatus.OPEN, contradicted: bool = False
) -> HTMLResponse:
    """The ledger."""
    return shown(
        service,
        caller,
        "gaps.html",
        lambda tx, _session: {
            "lines": view.lines(tx, service.assistant.live, show, contradicted=contradicted),
            "show": show,
            "contradicted": contradicted,
            "otherwise": ledger.count_open(tx, contradicted=True),
        },
        callers.editor,
    )


@router.get("/console/gaps/{gap_id}")
def gap(gap_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One gap."""
    return _gap(service, caller, gap_id, "gap.html")


@router.get("/console/gaps/{gap_id}/standing")
def standing(gap_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """What of a gap's page changes with a check, to renew it."""
    return _gap(service, caller, gap_id, "gap_standing.html")


@router.get("/console/gaps/{gap_id}/download/{name}")
def download(gap_id: str, name: Download, service: Serving, caller: Caller) -> PlainTextResponse:
    """The draft as a file."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        seen = view.detail(tx, service.assistant.live, gap_id)
    kept_as = f'attachment; filename="{seen.line.gap.id}-{name}"'
    return PlainTextResponse(_CONTENT[name](seen), headers={"Content-Disposition": kept_as})


def _gap(service: Service, caller: Caller, gap_id: str, template: str) -> HTMLResponse:
    return shown(
        service,
        caller,
        template,
        lambda tx, _session: {"seen": view.detail(tx, service.assistant.live, gap_id)},
        callers.editor,
    )
