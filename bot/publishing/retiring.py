"""Owns the record of an article that has left service: on a plan, or because it was forgotten at the terminal. Refuses
to take it out."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.publishing import history, manuscripts, orders, publications
from bot.publishing.history import BY_TERMINAL, Deed, Kept
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.publications import Outcome
from bot.publishing.workbench import Workbench

FORGOTTEN = "kb_ingest forget"
AGAIN = "It was forgotten at the terminal since. Publish it if it is to come back."
_log = structlog.get_logger()


def retire(tx: Connection, held: Manuscript, text: str, by: str, why: str) -> None:
    """Customers have nothing of it any more; `text` says so of itself, for the next build."""
    history.keep(tx, held.id, text, Kept.ARCHIVED, by)
    history.record(tx, held.id, Deed.ARCHIVED, by, why)
    manuscripts.settle(tx, replace(held, state=State.ARCHIVED, live_revision=None, text=text))


def follow_forgotten(bench: Workbench) -> None:
    """What was forgotten in the index is out of service in the record too, or the next publication would bring it back;
    plans that somebody made for it before are refused."""
    forgotten = bench.live.forgotten()
    if bench.git is not None or not forgotten:
        return
    with bench.database.snapshot() as tx:
        found = [manuscripts.of_article(tx, article_id) for article_id in forgotten]
    for held in found:
        if held is not None and held.is_live:
            _follow(bench, held)


def _follow(bench: Workbench, seen: Manuscript) -> None:
    text = orders.as_in_service(bench, seen, Kind.ARCHIVE).text
    with bench.database.transaction() as tx:
        held = manuscripts.load(tx, seen.id)
        plans = [plan for plan in publications.of_manuscript(tx, held.id) if plan.is_open]
        if any(plan.state is Outcome.RUNNING and plan.kind is not Kind.PUBLISH for plan in plans):
            return  # taken out here, and cut short before it was written down: that is done next
        if held != seen or seen.article_id not in bench.live.forgotten():
            return  # somebody saved or published it meanwhile: the next look sees it as it is then
        for plan in plans:
            publications.refuse(tx, plan, AGAIN)
        retire(tx, held, text, BY_TERMINAL, FORGOTTEN)
    _log.info("forgotten_article_retired", article=seen.article_id)
