"""Owns the routes by which the desk writes ready-made texts and leads approve them. Refuses their rules: see desk."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.macro_shapes import (
    MacroDecision,
    MacroEdit,
    MacroPost,
    WrittenMacroBody,
    WrittenMacrosBody,
    macro_bodies,
    own_macro_body,
)
from bot.api.service import Serving
from bot.desk import own_macros

router = APIRouter(tags=["desk"])


@router.get("/v1/macros")
def list_written(service: Serving, caller: Caller) -> WrittenMacrosBody:
    """Every ready-made text as it is written, with how it stands and who did what with it."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        own = own_macros.every(tx)
    return macro_bodies(service.assistant.policies.macros, own)


@router.post("/v1/macros")
def propose(body: MacroPost, service: Serving, caller: Caller) -> WrittenMacroBody:
    """Propose a ready-made text; what a lead writes is approved by that."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        macro = own_macros.propose(tx, service.assistant.policies.macros, account, body.title, body.texts)
    return own_macro_body(macro)


@router.post("/v1/macros/{macro_id}")
def edit(macro_id: str, body: MacroEdit, service: Serving, caller: Caller) -> WrittenMacroBody:
    """Write it otherwise: what is approved stays it, everything else waits for a lead."""
    macros = service.assistant.policies.macros
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        macro = own_macros.edit(tx, macros, macro_id, account, body.version, body.title, body.texts)
    return own_macro_body(macro)


@router.post("/v1/macros/{macro_id}/decide")
def decide(macro_id: str, body: MacroDecision, service: Serving, caller: Caller) -> WrittenMacroBody:
    """Approve what waits, or say why not."""
    macros = service.assistant.policies.macros
    with service.assistant.database.transaction() as tx:
        account = callers.lead(tx, caller, changes=True)
        macro = own_macros.decide(
            tx, macros, macro_id, account, body.version, approve=body.approve, reason=body.reason
        )
    return own_macro_body(macro)


@router.delete("/v1/macros/{macro_id}")
def remove(macro_id: str, service: Serving, caller: Caller) -> WrittenMacroBody:
    """Offer it no more, or take a proposal back; its trail stays."""
    with service.assistant.database.transaction() as tx:
        macro = own_macros.remove(tx, macro_id, callers.desk(tx, caller, changes=True))
    return own_macro_body(macro)
