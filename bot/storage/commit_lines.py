"""Owns the log lines of a transaction: written once it is committed, so that the log tells what is in the database.

Refuses what was rolled back. The request's id is added by structlog, where the transaction is a request's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from sqlalchemy import Connection

LINES = "answerdesk_lines"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an event and ids, codes or numbers about it; no text of a person."""

    level: int
    event: str
    about: dict[str, str | int | bool | None]


def tell_log(tx: Connection, event: str, *, level: int = logging.INFO, **about: str | int | bool | None) -> None:
    """One more line of this transaction, once it is committed."""
    tx.get_execution_options()[LINES].append(Line(level, event, about))


def write(lines: Iterable[Line]) -> None:
    """Log the lines of a transaction that is committed."""
    for line in lines:
        _log.log(line.level, line.event, **line.about)
