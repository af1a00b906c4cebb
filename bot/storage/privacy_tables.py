"""Owns the shape of the table of what was erased and when. Refuses queries, and anything of whom it was about."""

from __future__ import annotations

from sqlalchemy import Table

from bot.storage.columns import counted, metadata, text_of

erasures = Table(
    "erasures",
    metadata,
    counted(),
    text_of("kind"),
    text_of("found_by"),
    # JSON: how many rows and files of which place.
    text_of("places"),
    text_of("erased_at"),
    # When the last copy in the file of the database was overwritten; until then the service has to do it.
    text_of("scrubbed_at", null=True),
    sqlite_autoincrement=True,
)
