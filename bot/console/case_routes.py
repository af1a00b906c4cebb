"""Owns the addresses of the console's pages on evaluation cases, which only read. Refuses to change anything: the pages
call /v1."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field, StringConstraints, field_validator
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Service, Serving
from bot.casebook import book, proposals
from bot.casebook.book import Book
from bot.casebook.case import Kind
from bot.casebook.case_line import to_json
from bot.casebook.proposals import Proposal, ProposalStatus
from bot.console import case_view
from bot.console.case_view import EMPTY, Form, Wanted
from bot.console.shown import shown

router = APIRouter(include_in_schema=False)


class Download(StrEnum):
    """What of the accepted proposals can be kept as a file; also the file's name."""

    PATCH = "cases.patch"
    LINES = "cases.jsonl"


class Asked(BaseModel):
    """What the list's address says; empty fields of its form narrow nothing."""

    kind: Kind | None = None
    area: Annotated[str, StringConstraints(max_length=120)] = ""
    q: Annotated[str, StringConstraints(max_length=200)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    @field_validator("kind", mode="before")
    @classmethod
    def _any(cls, value: object) -> object:
        return value or None


def _lines(_cases: Book, waiting: tuple[Proposal, ...]) -> str:
    return "".join(f"{to_json(proposal.line, labelled=True)}\n" for proposal in waiting)


_CONTENT: dict[Download, Callable[[Book, tuple[Proposal, ...]], str]] = {
    Download.PATCH: book.patch,
    Download.LINES: _lines,
}


@router.get("/console/cases")
def cases(service: Serving, caller: Caller, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The cases of the folder."""

    def look(tx: Connection, _session: object) -> dict[str, object]:
        found, every = _book(service), proposals.every(tx)
        wanted = Wanted(asked.kind, asked.area, asked.q, asked.page)
        undecided = sum(proposal.status is ProposalStatus.PROPOSED for proposal in every)
        return {
            "book": found,
            "seen": case_view.listed(found, wanted, service.assistant.live.current().articles),
            "asked": asked,
            "undecided": undecided,
            "waiting": case_view.waiting(found, every),
        }

    return shown(service, caller, "cases.html", look, callers.editor)


@router.get("/console/cases/{case_id}")
def case(case_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One case of the folder."""
    return _form(service, caller, lambda _tx: case_view.of_folder(_book(service), case_id))


@router.get("/console/proposals")
def listed(service: Serving, caller: Caller, show: ProposalStatus = ProposalStatus.PROPOSED) -> HTMLResponse:
    """The proposals of one status."""

    def look(tx: Connection, _session: object) -> dict[str, object]:
        found, every = _book(service), proposals.every(tx)
        mine = [proposal for proposal in every if proposal.status is show]
        return {"proposals": mine, "show": show, "waiting": case_view.waiting(found, every)}

    return shown(service, caller, "proposals.html", look, callers.editor)


@router.get("/console/proposals/new")
def new(service: Serving, caller: Caller) -> HTMLResponse:
    """An empty case."""
    return _form(service, caller, lambda _tx: Form(EMPTY))


@router.get("/console/proposals/{proposal_id}")
def proposal(proposal_id: str, service: Serving, caller: Caller) -> HTMLResponse:
    """One proposal."""
    return _form(service, caller, lambda tx: case_view.of_proposal(_book(service), proposals.load(tx, proposal_id)))


@router.get("/console/proposals/download/{name}")
def download(name: Download, service: Serving, caller: Caller) -> PlainTextResponse:
    """What was accepted and is not in the folder yet, as a file."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        every = proposals.every(tx)
    found = _book(service)
    kept_as = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(_CONTENT[name](found, case_view.waiting(found, every)), headers=kept_as)


def _book(service: Service) -> Book:
    return book.read(service.assistant.settings.cases_dir)


def _form(service: Service, caller: Caller, find: Callable[[Connection], Form]) -> HTMLResponse:
    categories = [category.id for category in service.assistant.policies.sensitive.categories]

    def look(tx: Connection, _session: object) -> dict[str, object]:
        return {"form": find(tx), "categories": categories}

    return shown(service, caller, "case.html", look, callers.editor)
