"""Owns looking at the clock for the complaints while serving. Refuses to decide what is due: complaints.due does."""

from __future__ import annotations

import structlog

from bot.api.service import Service
from bot.complaints import due
from bot.desk.notices import Work
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=60.0)

_log = structlog.get_logger()


class ComplaintWatch(Rounds):
    """Calls somebody for complaints due soon or late, at once for what became so while nothing ran."""

    def __init__(self, service: Service) -> None:
        super().__init__("complaint-watch", PACE, PutOff("complaints_not_looked_at"))
        self._service = service

    def look(self) -> bool:
        """Do what the clock asks for now."""
        look(self._service)
        return False


def look(service: Service) -> None:
    """Do what the clock asks for now, each call in a transaction of its own."""
    assistant = service.assistant
    with assistant.database.snapshot() as tx:
        found = due.calls(tx, assistant.policies, clock.now())
    for each in found:
        with assistant.database.transaction() as tx:
            called = due.call(tx, each)
        if not called:
            continue
        complaint = each.complaint
        service.committed(complaint.conversation_id)
        if each.work is Work.COMPLAINT_LATE:
            about = {"ticket_id": complaint.ticket_id, "stage": complaint.stage, "due_at": complaint.due_at}
            _log.warning("complaint_late", **about)
