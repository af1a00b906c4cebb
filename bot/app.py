"""Owns create_app: routers, wrappers, what starts and stops with the service. Refuses logic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from bot.api import (
    articles,
    cases,
    conversations,
    error_bodies,
    event_streams,
    feedback,
    gaps,
    health,
    recalls,
    reference,
    search,
    sessions,
    suggestions,
    surveys,
    ticket_work,
    tickets,
)
from bot.api.body_limit import BodyLimit
from bot.api.gap_watch import GapWatch
from bot.api.index_watch import IndexWatch
from bot.api.limits import RateLimits
from bot.api.metrics import Metrics
from bot.api.request_log import REQUEST_ID, RequestLog
from bot.api.security_headers import SecurityHeaders
from bot.api.service import Service
from bot.api.streams import Streams
from bot.console import calibration_routes as console_calibration
from bot.console import case_routes as console_cases
from bot.console import gap_routes as console_gaps
from bot.console import health_routes as console_health
from bot.console import routes as console
from bot.integrations import webhook
from bot.integrations.webhook_thread import WebhookThread
from bot.knowledge.health import KnowledgeHealth
from bot.portal import routes as portal
from bot.turn import Assistant
from bot.widget import routes as widget

# Every front door is registered here, and only here.
ROUTERS: tuple[APIRouter, ...] = (
    conversations.router,
    event_streams.router,
    feedback.router,
    surveys.router,
    search.router,
    sessions.router,
    tickets.router,
    ticket_work.router,
    suggestions.router,
    articles.router,
    gaps.router,
    cases.router,
    recalls.router,
    health.router,
    reference.router,
    widget.router,
    console.router,
    portal.router,
    console_gaps.router,
    console_health.router,
    console_calibration.router,
    console_cases.router,
)
THREADS, THREADS_WITH_LLM = 8, 40
"""Requests at work at once. More threads only take the interpreter from each other (and 50 MB), unless they wait for a
language model."""
CROSS_SITE_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID", REQUEST_ID)


class DeskApp(FastAPI):
    """FastAPI with our wrappers outermost, so that an unexpected error's answer passes through them too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Outermost last. None of them buffers a response: streams pass through."""
        service: Service = self.state.service
        origins = service.assistant.settings.site_origins
        inner = CORSMiddleware(
            BodyLimit(super().build_middleware_stack()),
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=list(CROSS_SITE_HEADERS),
            expose_headers=["Retry-After", REQUEST_ID],
            max_age=600,
        )
        return RequestLog(SecurityHeaders(inner), service.metrics)


def create_app(assistant: Assistant) -> FastAPI:
    """The service over one assistant; its background threads live as long as the app's lifespan."""
    app = DeskApp(
        title="Answerdesk",
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        responses=error_bodies.RESPONSES,
    )
    app.state.service = _service(assistant)
    error_bodies.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _service(assistant: Assistant) -> Service:
    metrics = Metrics()
    receiver = webhook.endpoint(assistant.settings)
    return Service(
        assistant=assistant,
        limits=RateLimits(assistant.settings),
        metrics=metrics,
        streams=Streams(assistant.database, assistant.hub, metrics.streams),
        health=KnowledgeHealth(assistant.live, assistant.database),
        webhooks=WebhookThread(assistant.database, receiver) if receiver else None,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    with_llm = service.assistant.responder.rewriter is not None
    to_thread.current_default_thread_limiter().total_tokens = THREADS_WITH_LLM if with_llm else THREADS
    gap_watch = GapWatch(service.assistant)

    def changed(swapped: bool) -> None:
        if swapped:
            gap_watch.wake()
        recalls.index_changed(service)

    watch = IndexWatch(service.assistant.live, changed)
    watch.start()
    gap_watch.start()
    if service.webhooks is not None:
        service.webhooks.start()
    try:
        yield
    finally:
        service.streams.close()
        watch.stop()
        gap_watch.stop()
        if service.webhooks is not None:
            service.webhooks.stop()
