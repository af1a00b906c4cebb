"""Owns what every request handler shares: the assistant, limits, metrics, streams. Refuses global state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from bot.api.assignment_watch import AssignmentWatch
from bot.api.kept_pages import KeptPages
from bot.api.limits import RateLimits
from bot.api.metrics import Metrics
from bot.api.open_streams import OpenStreams
from bot.api.publish_watch import PublishWatch
from bot.api.streams import Streams
from bot.channels.mail_worker import MailWorker
from bot.conversation.attachment_files import AttachmentFiles
from bot.integrations.connections import Connections
from bot.integrations.webhook_thread import WebhookThread
from bot.knowledge.health import KnowledgeHealth
from bot.publishing.workbench import Workbench
from bot.turn import Assistant

UNKNOWN_ADDRESS = "unknown"


@dataclass(frozen=True, slots=True)
class Service:
    """One running app."""

    assistant: Assistant
    limits: RateLimits
    metrics: Metrics
    streams: Streams
    open_streams: OpenStreams
    health: KnowledgeHealth
    pages: KeptPages
    files: AttachmentFiles
    assignments: AssignmentWatch
    bench: Workbench
    publishing: PublishWatch
    webhooks: WebhookThread | None
    connections: Connections
    mail: MailWorker | None

    def committed(self, conversation_id: str) -> None:
        """Call after a transaction that changed this conversation: streams, outbox, assignment, mail look at once."""
        self.assistant.hub.wake(conversation_id)
        self.assignments.wake()
        if self.webhooks is not None:
            self.webhooks.wake()
        if self.mail is not None:
            self.mail.wake()


async def service_of(request: Request) -> Service:
    """The service of the app that answers this request."""
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(service_of)]


def address_of(request: Request) -> str:
    """Who connects; uvicorn has already put in what a trusted proxy said."""
    return request.client.host if request.client else UNKNOWN_ADDRESS

