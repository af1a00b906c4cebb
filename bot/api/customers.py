"""Owns the route by which a shop's own program brings its customers in. Refuses everybody without a service key."""

from __future__ import annotations

from fastapi import APIRouter

from bot.api import callers
from bot.api.callers import Caller
from bot.api.customer_shapes import CustomersPost, ImportedBody, imported_body
from bot.api.service import Serving
from bot.customers import importing

router = APIRouter(tags=["other systems"])


@router.post("/v1/customers")
def take_over(body: CustomersPost, service: Serving, caller: Caller) -> ImportedBody:
    """Bring customers in, or up to date; the same ones again change nothing."""
    callers.other_system(caller)
    with service.assistant.database.transaction() as tx:
        return imported_body(importing.take_over(tx, body.rows()))
