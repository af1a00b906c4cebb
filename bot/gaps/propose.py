"""Owns putting before the content team what conversations give for cases: what happened of late, and those of a gap.

Refuses to complete a case: a person does, and accepts it by name. What was proposed before is not proposed again.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.casebook import proposals
from bot.casebook.proposals import Source
from bot.gaps import harvest
from bot.gaps.harvest import Candidate
from bot.gaps.view import Detail
from bot.storage import clock

DAYS = 30
MOST = 100
"""New ones at a time: more than anybody decides on in a day."""


def lately(tx: Connection, by: str) -> int:
    """Propose what happened of late; how many are new, MOST at most."""
    new = 0
    for each in harvest.harvest(tx, clock.after(clock.now(), -DAYS * 86_400)):
        new += candidate(tx, each, by)
        if new == MOST:
            break
    return new


def candidate(tx: Connection, found: Candidate, by: str) -> bool:
    """Propose one; False when it was proposed before, whatever became of it."""
    line, origin = found.line, found.conversation_id
    return proposals.propose(tx, Source.HARVESTED, line, by, conversation_id=origin, key=found.id) is not None


def of_gap(tx: Connection, seen: Detail, by: str) -> int:
    """Propose a gap's cases; how many are new."""
    return sum(
        proposals.propose(tx, Source.HARVESTED, each.line, by, conversation_id=each.conversation_id, key=each.line.id)
        is not None
        for each in seen.cases
    )
