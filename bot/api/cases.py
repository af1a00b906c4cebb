"""Owns the routes by which evaluation cases are checked, proposed, accepted and refused. Refuses their rules:
bot/casebook has them."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.case_shapes import (
    AcceptPost,
    CaseId,
    FaultsBody,
    ProposalBody,
    ProposalPost,
    ProposedBody,
    RefusePost,
    case_line,
    proposal_body,
)
from bot.api.service import Service, Serving
from bot.casebook import book, check, proposals
from bot.casebook.case_line import CaseLine
from bot.casebook.check import Against
from bot.casebook.proposals import Proposal, Source
from bot.errors import BadRequest
from bot.gaps import propose

router = APIRouter(tags=["knowledge"])
_log = structlog.get_logger()


@router.post("/v1/cases/check")
def check_case(body: ProposalPost, service: Serving, caller: Caller) -> FaultsBody:
    """What is wrong with a case; nothing is stored."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller, changes=True)
    return FaultsBody(faults=list(check.faults(case_line(body.case), _against(service, body.of))))


@router.post("/v1/case-proposals", status_code=HTTPStatus.CREATED)
def propose_case(body: ProposalPost, service: Serving, caller: Caller) -> ProposalBody:
    """Propose a new case, or a change to one. The folder of cases is not touched."""
    line = case_line(body.case)
    source = Source.NEW if body.of is None else Source.EDITED
    with service.assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        _usable(line, _against(service, body.of), body.of)
        proposal = proposals.propose(tx, source, line, account.name)
    assert proposal is not None  # its id is new
    _log.info("case_proposed", proposal=proposal.id, source=source)
    return proposal_body(proposal)


@router.post("/v1/case-proposals/harvest")
def harvest_cases(service: Serving, caller: Caller) -> ProposedBody:
    """Propose cases from conversations of late, personal data removed, as `python -m eval harvest --propose`
    does; at most 100 new ones a call."""
    with service.assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        new = propose.lately(tx, account.name)
    _log.info("cases_harvested", proposed=new, by=account.id)
    return ProposedBody(proposed=new)


@router.post("/v1/case-proposals/{proposal_id}/accept")
def accept_case(proposal_id: CaseId, body: AcceptPost, service: Serving, caller: Caller) -> ProposalBody:
    """Accept a proposal as it is sent, completed where it has to be; 400 says what is still wrong."""
    line = case_line(body.case)
    with service.assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        proposal = proposals.load(tx, proposal_id)
        of = proposal.line.id if proposal.source is Source.EDITED else None
        _usable(line, _against(service, of, real=proposal.source is Source.HARVESTED), of)
        accepted = proposals.accept(tx, proposal_id, line, account.name)
    return _decided(accepted)


@router.post("/v1/case-proposals/{proposal_id}/refuse")
def refuse_case(proposal_id: CaseId, body: RefusePost, service: Serving, caller: Caller) -> ProposalBody:
    """Refuse a proposal, with the reason."""
    with service.assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        refused = proposals.refuse(tx, proposal_id, account.name, body.why)
    return _decided(refused)


def _decided(proposal: Proposal) -> ProposalBody:
    _log.info("case_decided", proposal=proposal.id, source=proposal.source, status=proposal.status)
    return proposal_body(proposal)


def _usable(line: CaseLine, against: Against, of: str | None) -> None:
    faults = check.faults(line, against)
    if of is not None and line.id != of:
        faults = (f"A change keeps the id {of}; propose a new case for another one.", *faults)
    if faults:
        raise BadRequest(" ".join(faults))


def _against(service: Service, of: str | None, *, real: bool = False) -> Against:
    """What the service knows; `of` is the case that is changed, whose id is therefore free."""
    assistant = service.assistant
    cases = book.read(assistant.settings.cases_dir)
    if of is not None:
        cases.case(of)
    return Against(
        articles=assistant.live.current().articles,
        categories=[category.id for category in assistant.policies.sensitive.categories],
        taken=cases.ids - {of},
        real=real,
    )
