"""Owns how suggestions were used lately and what that saved, for leads. Refuses figures of single people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection, select

from bot.assist.record import SuggestionState
from bot.storage import clock
from bot.storage.tables import suggestions

DAYS = 30


@dataclass(frozen=True, slots=True)
class Lately:
    """Suggestions that were decided in the last DAYS days: sent as they were, sent edited, said to be of no use.

    `saved` is the sum of seconds (time_saved.py), `to_sent` the median of seconds from shown to sent, None while it is
    known of none.
    """

    accepted: int
    edited: int
    rejected: int
    saved: float
    to_sent: float | None


def lately(tx: Connection) -> Lately:
    """Those of the last DAYS days; what was decided before this was recorded counts without having saved anything."""
    columns = (suggestions.c.state, suggestions.c.shown_at, suggestions.c.decided_at, suggestions.c.saved_seconds)
    since = clock.after(clock.now(), -DAYS * 86_400)
    rows = tx.execute(select(*columns).where(suggestions.c.decided_at >= since)).all()
    states = Counter(row.state for row in rows)
    took = [
        (clock.read(row.decided_at) - clock.read(row.shown_at)).total_seconds() for row in rows if row.shown_at
    ]
    return Lately(
        accepted=states[SuggestionState.ACCEPTED],
        edited=states[SuggestionState.EDITED],
        rejected=states[SuggestionState.REJECTED],
        saved=sum(row.saved_seconds or 0.0 for row in rows),
        to_sent=median(took) if took else None,
    )
