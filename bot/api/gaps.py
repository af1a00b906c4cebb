"""Owns the routes of the gap ledger. Refuses its rules: bot/gaps has them."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.case_shapes import ProposedBody
from bot.api.gap_shapes import CheckBody, ClosePost, GapBody, GapDetail, GapsBody, check_body, gap_body, gap_detail
from bot.api.service import Serving
from bot.gaps import keep, propose, view
from bot.gaps.ledger import GapStatus

router = APIRouter(tags=["knowledge"])


@router.get("/v1/gaps")
def list_gaps(
    service: Serving, caller: Caller, status: GapStatus | None = None, contradicted: bool = False
) -> GapsBody:
    """What customers ask and no article answers, costliest first; with `contradicted` where people say otherwise."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        found = view.lines(tx, service.assistant.live, status, contradicted=contradicted)
        return GapsBody(gaps=[gap_body(line) for line in found])


@router.get("/v1/gaps/{gap_id}")
def show_gap(gap_id: str, service: Serving, caller: Caller) -> GapDetail:
    """One gap, with its wordings and the draft that may close it."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        return gap_detail(view.detail(tx, service.assistant.live, gap_id))


@router.post("/v1/gaps/{gap_id}/check")
def check_gap(gap_id: str, service: Serving, caller: Caller) -> CheckBody:
    """Ask its wordings again now; a closed gap that fails is open again."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        callers.editor(tx, caller, changes=True)
    return check_body(keep.check_now(assistant.responder, assistant.database, gap_id))


@router.post("/v1/gaps/{gap_id}/propose")
def propose_cases(gap_id: str, service: Serving, caller: Caller) -> ProposedBody:
    """Put its cases before the content team; those that were proposed before are not proposed again."""
    assistant = service.assistant
    with assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        return ProposedBody(proposed=propose.of_gap(tx, view.detail(tx, assistant.live, gap_id), account.name))


@router.post("/v1/gaps/{gap_id}/dismiss")
def dismiss_gap(gap_id: str, service: Serving, caller: Caller) -> GapBody:
    """Hold the article to be right where people say otherwise; it opens again when somebody says so anew."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    keep.dismiss(assistant.database, gap_id, account.name)
    with assistant.database.snapshot() as tx:
        return gap_body(view.detail(tx, assistant.live, gap_id).line)


@router.post("/v1/gaps/{gap_id}/close")
def close_gap(gap_id: str, service: Serving, caller: Caller, body: ClosePost | None = None) -> GapBody:
    """Close it, if its wordings pass now; 409 says what still fails. With `although` a fifth may: they ask something
    else."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    although = body is not None and body.although
    keep.close(assistant.responder, assistant.database, gap_id, account.name, although=although)
    with assistant.database.snapshot() as tx:
        return gap_body(view.detail(tx, assistant.live, gap_id).line)
