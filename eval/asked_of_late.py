"""Owns reading what customers asked the desk of late, for the gate. Refuses to ask it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.casebook.case import Case
from bot.publishing import log_questions
from eval.desk_database import desk_database


def asked_of_late() -> Sequence[Case]:
    """The newest real questions of the desk's own database. NotFound when there is none."""
    with desk_database() as database, database.snapshot() as tx:
        return log_questions.newest(tx)
