"""Owns turning the portal's values into cached HTML, escaped throughout. Refuses `safe` and inline code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from bot.answering.linked_words import pieces
from bot.api.kept_pages import KeptPages
from bot.api.page_templates import templates
from bot.api.security_headers import CSP, HTML
from bot.api.static_files import StaticFiles
from bot.portal.article_view import labels

if TYPE_CHECKING:
    from datetime import date

    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC = "/help"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Asked again each time, by the tag: what is taken out of service must not be read from a copy.
FOR_ALL = "public, no-cache"
# The address of a search holds what somebody typed: no cache between may keep it.
FOR_ONE = "private, no-cache"
TAG_LENGTH = 24

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """What answers a request, made only when the caller has not got it yet."""

    make: Callable[[], str]
    kept: str = FOR_ALL
    media_type: str = HTML


def root_of(request: Request) -> str:
    """Scheme and host as the reader sees them, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def respond(request: Request, page: Page, kept: KeptPages, generation: str, company: str) -> Response:
    """The page, or 304 when the caller has it of this generation."""
    tag = _tag(generation, company, str(request.url))
    # A cache takes over the headers of a 304: without the policy here it would get the one for no page.
    headers = {"ETag": tag, "Cache-Control": page.kept, CSP: POLICY}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    text = kept.page(generation, tag, page.make) if page.kept == FOR_ALL else page.make()
    return Response(text, media_type=page.media_type, headers=headers)


def problem(values: Values, status: int, headers: Mapping[str, str]) -> Response:
    """What a reader is told when there is no such page, or no page now; no cache keeps it."""
    text = rendered("problem.html", values)
    return Response(text, status, headers={CSP: POLICY, **headers}, media_type=HTML)


def rendered(name: str, values: Values) -> str:
    """A page from its template."""
    return _templates().get_template(name).render(**values)


@cache
def files() -> StaticFiles:
    """Stylesheet and icon."""
    return StaticFiles(HERE / "static", STATIC)


def _tag(generation: str, *parts: str) -> str:
    """Changes with the generation, the address and the program's own pages."""
    seen = "\n".join((generation, _edition(), *parts))
    return f'"{hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:TAG_LENGTH]}"'


@cache
def _edition() -> str:
    """Of templates and static files: a new release must not be answered with 304."""
    seen = hashlib.sha256()
    for path in sorted(path for name in ("templates", "static") for path in (HERE / name).iterdir()):
        seen.update(path.read_bytes())
    return seen.hexdigest()


@cache
def _templates() -> Environment:
    made = templates(HERE / "templates", trimmed=True)
    made.globals.update(asset=files().url)
    made.filters.update(day=_day, labels=labels, linked=pieces)
    return made


def _day(day: date) -> str:
    return day.strftime("%-d %B %Y")
