"""Owns the JSON of the customer import and of looking for customers. Refuses unknown fields; what is wrong with a value
is said by its place."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Sent
from bot.api.ticket_shapes import MOST_PAGES, MOST_QUERY, CustomerBody
from bot.customers.identity import Identity
from bot.customers.importing import Imported, Row

MOST_AT_ONCE = 500

Value = Annotated[str, StringConstraints(max_length=1000)]


class CustomerPost(Sent):
    """A customer as the shop knows them; what is left out stays as it was."""

    external_id: Value
    name: Value = ""
    email: Value = ""
    region: Value | None = None
    plan: Value | None = None
    language: Value | None = None
    tier: Value | None = None


class CustomersPost(Sent):
    """At most 500 at once."""

    customers: Annotated[list[CustomerPost], Field(min_length=1, max_length=MOST_AT_ONCE)]

    def rows(self) -> tuple[Row, ...]:
        """Each with its place in the list, from 1."""
        return tuple(Row(place, Identity(**one.model_dump())) for place, one in enumerate(self.customers, 1))


class CustomersQuery(Sent):
    """Which customers are wanted; without `q` all of them."""

    q: Annotated[str, StringConstraints(max_length=MOST_QUERY)] = ""
    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1


class CustomersBody(BaseModel):
    """A page of customers by name, and how many there are on all pages."""

    customers: list[CustomerBody]
    total: int


class WrongBody(BaseModel):
    """The entry at this place, from 1, was not taken."""

    line: int
    message: str


class ImportedBody(BaseModel):
    """What came of it; the good ones are in, whatever was wrong with others."""

    created: int
    changed: int
    unchanged: int
    errors: list[WrongBody]


def imported_body(done: Imported) -> ImportedBody:
    """The same as JSON."""
    errors = [WrongBody(line=error.line, message=error.message) for error in done.errors]
    return ImportedBody(created=done.created, changed=done.changed, unchanged=done.unchanged, errors=errors)
