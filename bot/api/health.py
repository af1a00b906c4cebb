"""Owns what an operator's machines ask: alive, ready, figures. Refuses anything about a person."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from sqlalchemy import Connection, text

from bot.api.service import Service, Serving
from bot.casebook import proposals
from bot.complaints import ledger as complaints
from bot.desk import assignment, duty, offers
from bot.events import log
from bot.gaps import ledger
from bot.integrations import delivery_queue
from bot.promises import due
from bot.publishing import publications
from bot.storage import clock

router = APIRouter(tags=["operator"])
EXPOSITION = "text/plain; version=0.0.4"


class AliveBody(BaseModel):
    """The process answers."""

    alive: bool = True


class ReadyBody(BaseModel):
    """It can serve: the index generation in service, and an alarm when a damaged one was passed over."""

    ready: bool = True
    generation: str
    alarm: str | None


@router.get("/healthz")
async def alive() -> AliveBody:
    """Whether the process answers at all; says nothing of its parts."""
    return AliveBody()


@router.get("/readyz")
def ready(service: Serving) -> ReadyBody:
    """Whether requests can be served: database and index are there; 503 with the reason when not."""
    with service.assistant.database.snapshot() as tx:
        tx.execute(text("SELECT 1"))
    live = service.assistant.live
    return ReadyBody(generation=live.current().generation, alarm=live.alarm)


@router.get("/metrics", response_class=Response, responses={200: {"content": {EXPOSITION: {}}}})
def figures(service: Serving) -> Response:
    """Figures in Prometheus' text format: numbers only, no personal data."""
    _measure(service)
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _measure_desk(service: Service, tx: Connection) -> None:
    service.metrics.agents_available.set(len(duty.on_duty(tx, clock.now())))
    service.metrics.tickets_unassigned.set(assignment.count_unoffered(tx))
    for ending, times in offers.endings(tx).items():
        service.metrics.offers.labels(ending).set(times)


def _measure(service: Service) -> None:
    """What is read when asked for rather than counted as it happens."""
    with service.assistant.database.snapshot() as tx:
        waiting = delivery_queue.backlog(tx)
        service.metrics.events.set(log.last_id(tx))
        service.metrics.open_gaps.set(ledger.count_open(tx))
        service.metrics.promised(due.counts(tx, clock.now()))
        service.metrics.complained(complaints.counts(tx), complaints.count_overdue(tx, clock.now()))
        _measure_desk(service, tx)
        service.metrics.proposed(proposals.counts(tx))
        service.metrics.publications_due.set(len(publications.due(tx, clock.now())))
    service.metrics.outbox.labels("waiting").set(waiting.waiting)
    service.metrics.outbox.labels("dead").set(waiting.dead)
    service.metrics.bring_up(service.metrics.handoffs, service.assistant.database.counted.counts)
    rewriter = service.assistant.responder.rewriter
    if rewriter is not None:
        service.metrics.bring_up(service.metrics.rewrite_fallbacks, rewriter.fallbacks.counts)
    live = service.assistant.live
    service.metrics.alarm.set(live.alarm is not None)
    service.metrics.generation.clear()
    service.metrics.generation.labels(live.current().generation).set(1)
