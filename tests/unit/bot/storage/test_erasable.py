"""A row that is erased is looked for in the tables that name it: by an index, or each would be read for each row."""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

from bot.storage import (
    care_tables,
    desk_tables,
    knowledge_tables,
    mail_tables,
    manuscript_tables,
    privacy_tables,
    tables,
)
from bot.storage.columns import metadata

ROOMS = (tables, care_tables, desk_tables, knowledge_tables, mail_tables, manuscript_tables, privacy_tables)
"""Each adds its tables to the metadata when it is imported."""
NEVER_ERASED = {"accounts.id", "revisions.id"}


def _found_by(table: Table) -> set[str]:
    """The first columns of whatever has every row."""
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    whole = [index for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    return {next(iter(each.columns)).name for each in (*unique, *whole, table.primary_key)}


def test_what_names_a_row_that_may_be_erased_has_an_index() -> None:
    slow = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname not in NEVER_ERASED and column.name not in _found_by(table)
    ]
    assert slow == []
