"""Owns looking now and then whom to ask whether it is still fine. Refuses to decide when: feedback does."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection

from bot.api.service import Service
from bot.channels import mail_threads
from bot.conversation.mail_proof import Channel
from bot.feedback import still_fine
from bot.handoff.ticket import Ticket
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=300.0)
ASKED = "asked"

_log = structlog.get_logger()


class StillFineWatch(Rounds):
    """Asks those whose time has come, at once who became due while nothing ran."""

    def __init__(self, service: Service) -> None:
        super().__init__("still-fine-watch", PACE, PutOff("still_fine_not_asked"))
        self._service = service

    def look(self) -> bool:
        """Ask whom it is time to ask."""
        look(self._service, clock.now())
        return False


def look(service: Service, now: str) -> int:
    """Ask whom it is time to ask, each in a transaction of its own; how many were asked."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        due = [ticket for ticket in still_fine.due(tx, assistant.policies, now) if _reachable(tx, ticket)]
    asked = 0
    for ticket in due[: still_fine.MOST_AT_ONCE]:
        with assistant.database.transaction() as tx:
            message = still_fine.ask(tx, assistant.policies, ticket, now)
        if message is not None:
            asked += 1
            service.committed(ticket.conversation_id)
    if asked:
        service.metrics.still_fine.labels(ASKED).inc(asked)
        _log.info("still_fine_asked", tickets=asked)
    return asked


def _reachable(tx: Connection, ticket: Ticket) -> bool:
    """Who wrote by mail is asked by mail: at a proven address alone, and not where no automated mail is wanted."""
    thread = mail_threads.load(tx, ticket.conversation_id)
    return thread is None or thread.channel is not Channel.EMAIL or (thread.proven and not thread.quiet)
