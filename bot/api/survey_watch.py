"""Owns looking now and then whom to ask by mail how our help was. Refuses to decide whom: the room `channels` does."""

from __future__ import annotations

import structlog

from bot.api.service import Service
from bot.channels import survey_mails
from bot.channels.mail_worker import MailWorker
from bot.rounds import Pace, PutOff, Rounds
from bot.storage import clock

PACE = Pace(every=300.0)

_log = structlog.get_logger()


class SurveyWatch(Rounds):
    """Asks those whose time has come, at once who became due while nothing ran."""

    def __init__(self, service: Service, mail: MailWorker) -> None:
        super().__init__("survey-watch", PACE, PutOff("surveys_not_asked"))
        self._service = service
        self._mail = mail

    def look(self) -> bool:
        """Ask whom it is time to ask."""
        look(self._service, self._mail, clock.now())
        return False


def look(service: Service, mail: MailWorker, now: str) -> int:
    """Ask whom it is time to ask at `now`; how many were asked."""
    asked = survey_mails.look(mail.desk, now)
    if asked:
        service.metrics.surveys_asked.labels("mail").inc(len(asked))
        _log.info("surveys_asked_by_mail", surveys=len(asked))
        mail.wake()
    return len(asked)
