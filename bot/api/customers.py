"""Owns the routes of customers: a shop's own program brings them in, the desk looks for them and reads what they had
with us. Refuses to change a record for the desk: the shop has the truth."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from bot.api import callers
from bot.api.callers import Caller
from bot.api.customer_record import CustomerDetail, customer_detail
from bot.api.customer_shapes import CustomersBody, CustomersPost, CustomersQuery, ImportedBody, imported_body
from bot.api.service import Serving
from bot.api.ticket_shapes import customer_body
from bot.customers import importing
from bot.desk import customer_search

router = APIRouter()
PAGE_OF_CLIENTS = 200


@router.get("/v1/customers", tags=["desk"])
def list_customers(service: Serving, caller: Caller, asked: Annotated[CustomersQuery, Query()]) -> CustomersBody:
    """The customers whose record has every word of `q` in name, address or number, 200 a page."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        found = customer_search.find(tx, asked.q, PAGE_OF_CLIENTS, asked.page)
    return CustomersBody(customers=[customer_body(one) for one in found.customers], total=found.total)


@router.get("/v1/customers/{customer_id}", tags=["desk"])
def read_customer(customer_id: str, service: Serving, caller: Caller) -> CustomerDetail:
    """The record, how it is proven, and all that goes by it: contacts over every channel, open tickets, complaints,
    promises, surveys."""
    with service.assistant.database.snapshot() as tx:
        callers.desk(tx, caller)
        return customer_detail(tx, customer_id)


@router.post("/v1/customers", tags=["other systems"])
def take_over(body: CustomersPost, service: Serving, caller: Caller) -> ImportedBody:
    """Bring customers in, or up to date; the same ones again change nothing."""
    callers.other_system(caller)
    with service.assistant.database.transaction() as tx:
        return imported_body(importing.take_over(tx, body.rows()))
