"""Owns create_app: routers, wrappers, what starts and stops with the service. Refuses logic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from bot.api import (
    articles,
    attachments,
    cases,
    complaints,
    concessions,
    contacts,
    conversations,
    customers,
    desk_team,
    devices,
    error_bodies,
    evaluations,
    event_streams,
    feedback,
    gaps,
    health,
    inbound,
    macros,
    manuscripts,
    notifications,
    presence,
    promises,
    queue_views,
    recalls,
    reference,
    search,
    sessions,
    signed_in,
    still_fine,
    suggestions,
    surveys,
    ticket_bulk,
    ticket_merges,
    ticket_work,
    tickets,
)
from bot.api.assignment_watch import AssignmentWatch
from bot.api.body_limit import BodyLimit
from bot.api.complaint_watch import ComplaintWatch
from bot.api.file_sweep import FileSweep
from bot.api.gap_watch import GapWatch
from bot.api.head_requests import HeadRequests
from bot.api.index_watch import IndexWatch
from bot.api.kept_pages import KeptPages
from bot.api.limits import RateLimits
from bot.api.metrics import Metrics
from bot.api.open_streams import OpenStreams
from bot.api.overload import Overload
from bot.api.precedent_watch import PrecedentWatch
from bot.api.promise_watch import PromiseWatch
from bot.api.publish_watch import PublishWatch
from bot.api.request_log import REQUEST_ID, RequestLog
from bot.api.retention_watch import RetentionWatch
from bot.api.seat_watch import SeatWatch
from bot.api.security_headers import SecurityHeaders
from bot.api.service import Service
from bot.api.still_fine_watch import StillFineWatch
from bot.api.streams import Streams
from bot.api.survey_watch import SurveyWatch
from bot.api.unanswered_watch import UnansweredWatch
from bot.channels import mail_account
from bot.channels.mail_policy import read_mail_policy
from bot.channels.mail_worker import Heard, MailWorker
from bot.channels.mails import Mail
from bot.channels.receive import MailDesk
from bot.console import calibration_routes as console_calibration
from bot.console import case_routes as console_cases
from bot.console import evaluation_routes as console_evaluation
from bot.console import gap_routes as console_gaps
from bot.console import health_routes as console_health
from bot.console import macro_routes as console_macros
from bot.console import manuscript_routes as console_manuscripts
from bot.console import panel_routes as console_panel
from bot.console import routes as console
from bot.console import survey_routes as console_surveys
from bot.console import team_routes as console_team
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.customers import identity
from bot.integrations.connections import connect
from bot.integrations.webhook_thread import WebhookThread
from bot.knowledge.health import KnowledgeHealth
from bot.portal import routes as portal
from bot.portal import survey_page
from bot.privacy.retention_policy import read_retention
from bot.publishing import told
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from bot.respond import starters_for
from bot.rounds import stop_together
from bot.turn import Assistant
from bot.widget import routes as widget
from kb_ingest.erase import Place
from kb_ingest.readers import TakenBack

# Every front door is registered here, and only here.
ROUTERS: tuple[APIRouter, ...] = (
    conversations.router,
    attachments.router,
    presence.router,
    devices.router,
    signed_in.router,
    customers.router,
    event_streams.router,
    feedback.router,
    surveys.router,
    still_fine.router,
    contacts.router,
    search.router,
    sessions.router,
    ticket_bulk.router,
    tickets.router,
    ticket_work.router,
    ticket_merges.router,
    desk_team.router,
    queue_views.router,
    macros.router,
    notifications.router,
    suggestions.router,
    promises.router,
    concessions.router,
    complaints.router,
    articles.router,
    evaluations.router,
    gaps.router,
    manuscripts.router,
    cases.router,
    recalls.router,
    health.router,
    inbound.router,
    reference.router,
    widget.router,
    console.router,
    portal.router,
    survey_page.router,
    console_gaps.router,
    console_health.router,
    console_team.router,
    console_macros.router,
    console_surveys.router,
    console_manuscripts.router,
    console_calibration.router,
    console_evaluation.router,
    console_cases.router,
    console_panel.router,
)
THREADS, THREADS_WITH_LLM = 8, 40
"""Requests at work at once. More threads only take the interpreter from each other (and 50 MB), unless they wait for a
language model."""
CROSS_SITE_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID", REQUEST_ID)


class DeskApp(FastAPI):
    """FastAPI with our wrappers outermost, so that an unexpected error's answer passes through them too."""

    def openapi(self) -> dict[str, Any]:
        """With our errors."""
        return error_bodies.described(super().openapi())

    def build_middleware_stack(self) -> ASGIApp:
        """Outermost last. None of them buffers a response: streams pass through."""
        service: Service = self.state.service
        origins = service.assistant.settings.site_origins
        inner = CORSMiddleware(
            BodyLimit(super().build_middleware_stack()),
            allow_origins=list(origins),
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=list(CROSS_SITE_HEADERS),
            expose_headers=["Retry-After", REQUEST_ID],
            max_age=600,
        )
        logged = RequestLog(SecurityHeaders(inner), service.metrics)
        return Overload(HeadRequests(logged), service.metrics.turned_away)


def create_app(assistant: Assistant) -> FastAPI:
    """The service over one assistant; its background threads live as long as the app's lifespan."""
    app = DeskApp(
        title="Answerdesk",
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = _service(assistant)
    error_bodies.install(app)
    # As they are: of an included router FastAPI makes each route once more, with the first requests of every start.
    app.router.routes.extend(route for router in ROUTERS for route in router.routes)
    return app


def _service(assistant: Assistant) -> Service:
    identity.check_settings(assistant.settings)
    metrics = Metrics()
    connections = connect(assistant.settings)
    outside = connections.help_desk
    webhooks = WebhookThread(assistant.database, outside.desk) if outside else None
    bench = Workbench(assistant.settings, assistant.database, assistant.live, Reader())
    return Service(
        assistant=assistant,
        limits=RateLimits(assistant.settings),
        metrics=metrics,
        streams=Streams(assistant.database, assistant.hub, metrics.streams),
        open_streams=OpenStreams(assistant.settings, metrics.streams_refused),
        health=KnowledgeHealth(assistant.live, assistant.database, told.contradictions),
        pages=KeptPages(),
        files=AttachmentFiles(assistant.settings.data_dir / FOLDER),
        assignments=AssignmentWatch(assistant.database, assistant.policies, assistant.hub),
        bench=bench,
        publishing=PublishWatch(bench),
        webhooks=webhooks,
        connections=connections,
        mail=_mail(assistant, metrics, webhooks),
    )


def _mail(assistant: Assistant, metrics: Metrics, webhooks: WebhookThread | None) -> MailWorker | None:
    account = mail_account.mail_account(assistant.settings)
    if account is None:
        return None

    def received(mail: Mail) -> None:
        metrics.mails_in.labels(mail.standing).inc()
        if mail.conversation_id is not None:
            assistant.hub.wake(mail.conversation_id)
        if webhooks is not None:
            webhooks.wake()

    heard = Heard(received, metrics.mailed, metrics.mailbox_open.set)
    return MailWorker(MailDesk(assistant, account, read_mail_policy(assistant.settings.policies_dir)), heard)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    with_llm = service.assistant.responder.rewriter is not None
    to_thread.current_default_thread_limiter().total_tokens = THREADS_WITH_LLM if with_llm else THREADS
    gap_watch = GapWatch(service.assistant)

    def changed(swapped: bool) -> TakenBack:
        if swapped:
            gap_watch.wake()
        taken = recalls.index_changed(service)
        pages = service.pages.turn_to(service.assistant.live.current().generation)
        for words in service.assistant.responder.small_talk.spoken.languages.values():
            starters_for(service.assistant.responder, words)  # so that who opens a chat does not wait for it
        return {Place.CACHES: pages, Place.SUGGESTIONS: taken.suggestions, Place.DRAFTS: taken.drafts}

    threads = [
        FileSweep(service.assistant.database, service.files),
        IndexWatch(service.assistant.live, changed),
        gap_watch,
        PrecedentWatch(service.assistant),
        PromiseWatch(service),
        ComplaintWatch(service),
        StillFineWatch(service),
        UnansweredWatch(service),
        RetentionWatch(service, read_retention(service.assistant.settings.policies_dir)),
        service.assignments,
        service.publishing,
        *(each for each in (service.webhooks, service.mail) if each is not None),
        *([] if service.assistant.database.alone else [SeatWatch(service.assistant.database, service.assistant.hub)]),
        *([SurveyWatch(service, service.mail)] if service.mail is not None else []),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        service.streams.close()
        stop_together([thread.stop for thread in threads])
