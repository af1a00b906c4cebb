"""Owns the routes of the evaluation's newest run: what came of it, and accepting it as the baseline. Refuses its rules:
`python -m eval` has them."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Serving
from bot.casebook import evaluation
from bot.publishing import accepting

router = APIRouter(tags=["knowledge"])
_log = structlog.get_logger()


class AcceptRunPost(BaseModel):
    """The run that was seen, and why it is right; `fewer`: cases of the present baseline are gone for good."""

    at: Annotated[str, StringConstraints(max_length=40)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    fewer: bool = False


class BaselineBody(BaseModel):
    """The baseline as it is now."""

    by: str = Field(description="Who accepted it.")
    reason: str
    at: str
    cases: int


@router.post("/v1/evaluation/accept")
def accept_run(body: AcceptRunPost, service: Serving, caller: Caller) -> BaselineBody:
    """Make the newest run the baseline, as `python -m eval accept` does; 409 says why not."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    accepting.accept(assistant.settings, account.name, body.reason, body.at, fewer=body.fewer)
    seen = evaluation.run()
    assert seen is not None
    assert seen.accepted is not None
    _log.info("baseline_accepted", by=account.id, generation=seen.generation)
    made = seen.accepted
    return BaselineBody(by=made.by, reason=made.reason, at=made.at, cases=seen.cases)
