"""Owns the addresses of the console's articles, all of which only read. Refuses to change anything: the page calls
/v1."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import Field, field_validator

from bot.api import callers
from bot.api.callers import Caller
from bot.api.manuscripts import Asked
from bot.api.service import Serving
from bot.console import manuscript_view
from bot.console.shown import Values, shown_slowly
from bot.desk.sessions import SignedIn
from bot.errors import Unavailable
from bot.knowledge import judgements
from bot.publishing import history, manuscripts, versions
from bot.publishing.preview import Audience, Reader
from kb_ingest.article import Article

router = APIRouter(include_in_schema=False)

RevisionId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
Short = Annotated[str, Query(max_length=64)]


class Listed(Asked):
    """What the list's address says."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    @field_validator("state", mode="before")
    @classmethod
    def _any(cls, value: object) -> object:
        return value or None

    def address(self, **other: object) -> str:
        """The same list with something else about it; it begins at its first page."""
        given = {**self.model_dump(mode="json", exclude={"page"}, exclude_defaults=True), **other}
        kept = {name: "true" if value is True else value for name, value in given.items() if value}
        return f"/console/library?{urlencode(kept)}" if kept else "/console/library"


class Part(StrEnum):
    """What of an article's page is renewed by itself; also the template's name."""

    STANDING = "manuscript_standing"
    IMPACT = "manuscript_impact"


class Against(StrEnum):
    """What a kept text is compared with."""

    BEFORE = "before"
    NOW = "now"


@router.get("/console/library")
def library(service: Serving, caller: Caller, asked: Annotated[Listed, Query()]) -> HTMLResponse:
    """The articles in work or in service, a page of them."""

    def values(_session: SignedIn) -> Values:
        with service.assistant.database.snapshot() as tx:
            leaf = manuscripts.leaf(tx, asked.wanted(), asked.page)
            live = history.texts_of(tx, [line.live_revision for line in leaf.lines if line.live_revision is not None])
            known: Values = {
                "asked": asked,
                "counts": manuscripts.counts(tx, asked.wanted()),
                "owners": manuscripts.choices(tx, "owner"),
                "areas": manuscripts.choices(tx, "area"),
                "git": service.bench.git,
                "judged": judgements.lately(tx, _published(service)),
            }
        return {**known, "seen": leaf, "others": versions.not_as_recorded(service.bench, leaf.lines, live)}

    return shown_slowly(service, caller, "library.html", values, callers.editor)


def _published(service: Serving) -> tuple[Article, ...]:
    try:
        return service.assistant.live.current().ordered
    except Unavailable:
        return ()


@router.get("/console/library/{manuscript_id}")
def manuscript(manuscript_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One article."""
    return shown_slowly(
        service,
        caller,
        "manuscript.html",
        lambda _session: {"seen": manuscript_view.look(service.bench, manuscript_id)},
        callers.editor,
    )


@router.get("/console/library/{manuscript_id}/part/{part}")
def part(manuscript_id: str, part: Part, service: Serving, caller: Caller) -> HTMLResponse:
    """One part of an article's page, to renew it."""
    return shown_slowly(
        service,
        caller,
        f"{part}.html",
        lambda _session: {"seen": manuscript_view.look(service.bench, manuscript_id)},
        callers.editor,
    )


@router.get("/console/library/{manuscript_id}/history")
def past(
    manuscript_id: str, service: Serving, caller: Caller, revision: RevisionId = None, against: Against = Against.BEFORE
) -> HTMLResponse:
    """What became of it, and what each kept text changed, or would if it came back."""
    return shown_slowly(
        service,
        caller,
        "manuscript_history.html",
        lambda _session: {
            "seen": manuscript_view.look_back(
                service.bench, manuscript_id, revision, against_now=against is Against.NOW
            )
        },
        callers.editor,
    )


@router.get("/console/library/{manuscript_id}/preview")
def preview(
    manuscript_id: str,
    service: Serving,
    caller: Caller,
    audience: Audience = Audience.VISITOR,
    region: Short = "",
    plan: Short = "",
) -> HTMLResponse:
    """The article as one audience would get it."""
    reader = Reader(audience, region or None, plan or None)
    return shown_slowly(
        service,
        caller,
        "manuscript_preview.html",
        lambda _session: {"seen": manuscript_view.look_ahead(service.bench, manuscript_id, reader), "reader": reader},
        callers.editor,
    )


@router.get("/console/library/{manuscript_id}/patch")
def patch(manuscript_id: str, service: Serving, caller: Caller) -> PlainTextResponse:
    """The draft as a patch that `git apply` takes."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        name = manuscripts.load(tx, manuscript_id).path.rpartition("/")[2].removesuffix(".md")
    made = manuscript_view.patch_of(service.bench, manuscript_id)
    safe = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_")) or "article"
    kept_as = {"Content-Disposition": f'attachment; filename="{safe}.patch"'}
    return PlainTextResponse(made, headers=kept_as, media_type="text/x-diff; charset=utf-8")
