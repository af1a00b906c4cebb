"""Owns which internal articles say how to go on with a ticket. Refuses public ones: those are suggested as replies."""

from __future__ import annotations

from dataclasses import dataclass

from bot.access import Viewer
from bot.decision.decide import CLOSE
from bot.respond import Responder, look_up
from kb_ingest.article import Visibility

BEST = 3
"""Places among all articles in which an internal one counts: it stands there for four in five questions of the sample
base that one answers, and for one in twenty of the others."""
MOST = 2


@dataclass(frozen=True, slots=True)
class Playbook:
    """An internal article, at its best passage."""

    article_id: str
    title: str
    version: str
    start: int
    end: int


def playbooks(parts: Responder, viewer: Viewer, *subjects: str) -> tuple[Playbook, ...]:
    """At most MOST of those that are near one of the `subjects`, for a viewer who may see them."""
    found = (hit for subject in subjects for hit in look_up(parts, subject, viewer).hits[:BEST])
    inside = {
        hit.article.id: hit for hit in found if hit.article.visibility is not Visibility.PUBLIC and hit.dense >= CLOSE
    }
    best = ((hit.article, hit.passages[0].chunk) for hit in list(inside.values())[:MOST])
    return tuple(Playbook(of.id, of.title, of.version, chunk.start, chunk.end) for of, chunk in best)
