"""Owns turning the console's values into HTML, escaped throughout. Refuses `safe` and inline code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse

from bot.api.page_templates import templates
from bot.api.static_files import StaticFiles
from bot.casebook.case import Kind, Voice
from bot.casebook.proposals import ProposalStatus
from bot.console import labels
from bot.decision.outcome import Verdict
from bot.storage import clock

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC = "/console/static"
POLICY = "Content-Security-Policy"
# Trusted Types would forbid htmx to put in the fragments this service rendered; scripts stay our own files.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def page(name: str, values: Mapping[str, object], status: int = HTTPStatus.OK) -> HTMLResponse:
    """A page or a part of one from its template."""
    text = _templates().get_template(name).render(**values)
    return HTMLResponse(text, status, headers={POLICY: CSP})


@cache
def files() -> StaticFiles:
    """Stylesheet, scripts and the vendored htmx."""
    return StaticFiles(HERE / "static", STATIC)


@cache
def _templates() -> Environment:
    made = templates(HERE / "templates", trimmed=True)
    made.globals.update(
        asset=files().url,
        reasons=labels.REASONS,
        priorities=labels.PRIORITIES,
        statuses=labels.STATUSES,
        speakers=labels.SPEAKERS,
        roles=labels.ROLES,
        gap_statuses=labels.GAP_STATUSES,
        findings=labels.FINDINGS,
        failing=labels.FAILING,
        deeds=labels.DEEDS,
        whys=labels.WHYS,
        case_kinds=list(Kind),
        case_voices=list(Voice),
        proposal_statuses=list(ProposalStatus),
        verdicts=list(Verdict),
    )
    made.filters.update(day=_day, minute=_minute, percent=_percent)
    return made


def _day(moment: str) -> str:
    return clock.read(moment).strftime("%-d %B %Y")


def _minute(moment: str) -> str:
    return clock.read(moment).strftime("%-d %b, %H:%M UTC")


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
