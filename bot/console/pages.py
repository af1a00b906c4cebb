"""Owns turning the console's values into HTML, escaped throughout. Refuses `safe` and inline code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse

from bot.answering.linked_words import pieces
from bot.api.page_templates import templates
from bot.api.static_files import StaticFiles
from bot.casebook.case import Kind, Voice
from bot.casebook.proposals import ProposalStatus
from bot.console import article_labels, labels
from bot.decision.outcome import Verdict
from bot.handoff.survey_policy import BAD, SCALES
from bot.storage import clock
from kb_ingest.checks.finding import stretches

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC = "/console/static"
MINUTES_PER_HOUR = 60
POLICY = "Content-Security-Policy"
# Trusted Types would forbid htmx to put in the fragments this service rendered; scripts stay our own files.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors {}"
)
NOBODY = ("'none'",)


def page(
    name: str, values: Mapping[str, object], status: int = HTTPStatus.OK, framed_by: Sequence[str] = NOBODY
) -> HTMLResponse:
    """A page or a part of one from its template; `framed_by` are the origins whose pages may show it in a frame."""
    text = _templates().get_template(name).render(**values)
    return HTMLResponse(text, status, headers={POLICY: CSP.format(" ".join(framed_by))})


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
        dues=labels.DUES,
        statuses=labels.STATUSES,
        speakers=labels.SPEAKERS,
        roles=labels.ROLES,
        gap_statuses=labels.GAP_STATUSES,
        findings=labels.FINDINGS,
        failing=labels.FAILING,
        deeds=labels.DEEDS,
        whys=labels.WHYS,
        mail_standings=labels.MAIL_STANDINGS,
        proofs=labels.PROOFS,
        channels=labels.CHANNELS,
        proven_by=labels.PROVEN_BY,
        promise_statuses=labels.PROMISE_STATUSES,
        concession_statuses=labels.CONCESSION_STATUSES,
        stages=labels.STAGES,
        survey_questions=labels.SURVEY_QUESTIONS,
        scales=SCALES,
        bad_up_to=BAD,
        states=article_labels.STATES,
        outcomes=article_labels.OUTCOMES,
        over=article_labels.OVER,
        kinds=article_labels.KINDS,
        changes=article_labels.CHANGES,
        measures=article_labels.MEASURES,
        manuscript_deeds=article_labels.DEEDS,
        kept_for=article_labels.KEPT_FOR,
        audiences=article_labels.AUDIENCES,
        case_kinds=list(Kind),
        case_voices=list(Voice),
        proposal_statuses=list(ProposalStatus),
        verdicts=list(Verdict),
    )
    made.filters.update(day=_day, minute=_minute, second=_second, percent=_percent, weight=_weight, hours=_hours)
    made.filters.update(stretches=stretches, linked=pieces)
    return made


def _day(moment: str) -> str:
    return clock.read(moment).strftime("%-d %B %Y")


def _minute(moment: str) -> str:
    return clock.read(moment).strftime("%-d %b, %H:%M UTC")


def _hours(minutes: int) -> str:
    """Opening time, in the largest unit that goes into it."""
    if minutes % MINUTES_PER_HOUR:
        return f"{minutes} min"
    hours = minutes // MINUTES_PER_HOUR
    return f"{hours} open {'hour' if hours == 1 else 'hours'}"


def _second(moment: str) -> str:
    return clock.read(moment).strftime("%H:%M:%S UTC")


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"


def _weight(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
