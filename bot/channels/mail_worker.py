"""Owns the two threads of e-mail while the service runs: one reads the mailbox, one sends. Refuses to keep state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import imap, outgoing, smtp
from bot.channels.imap import Mailbox, MailboxError, open_mailbox
from bot.channels.mails import Mail, Standing
from bot.channels.receive import MailDesk, receive
from bot.errors import Unavailable
from bot.integrations.delivery_queue import Delivered
from bot.integrations.delivery_thread import DeliveryThread
from bot.integrations.probing import Probing
from bot.storage import clock

RETRY_SECONDS = (1.0, 5.0, 15.0, 60.0)
STOP_SECONDS = imap.SECONDS

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the service is told: each mail that came in, what a pass of sending did, whether the mailbox is open."""

    received: Callable[[Mail], None]
    sent: Callable[[Delivered], None]
    inbox: Callable[[bool], None]


def read_unseen(desk: MailDesk, mailbox: Mailbox, heard: Callable[[Mail], None]) -> int:
    """Handle every unseen mail, then flag it; how many were handled. One that has to be tried again stays unseen."""
    handled = 0
    for uid in mailbox.unseen():
        raw = mailbox.fetch(uid)
        if not raw:  # gone meanwhile, or without a single byte
            mailbox.flag(uid)
            continue
        mail = receive(desk, raw)
        if mail.standing is Standing.ARRIVED:
            continue
        mailbox.flag(uid)
        heard(mail)
        handled += 1
    return handled


def send_due(desk: MailDesk, now: str, probing: Probing | None = None) -> Delivered:
    """Queue what was said since the last time, then one pass of sending what is due."""
    while outgoing.follow(desk) == outgoing.BATCH:
        pass
    return smtp.deliver_due(desk.assistant.database, desk.account, desk.files, max(now, clock.now()), probing)


class MailWorker:
    """Reads and sends; nothing is lost if it never runs, or is killed at any moment."""

    def __init__(self, desk: MailDesk, heard: Heard) -> None:
        self.desk = desk
        self._heard = heard
        self._stopping = threading.Event()
        self._probing = Probing()
        self._sender = DeliveryThread("mail", self._send)
        self._reader = threading.Thread(target=self._read, name="mail-in", daemon=True)

    def start(self) -> None:
        """Begin, first of all with what an earlier process left behind."""
        self._sender.start()
        self._reader.start()

    def wake(self) -> None:
        """Say, after a commit, that something may have been said."""
        self._sender.wake()

    def stop(self) -> None:
        """Let the mail in hand be finished; one that is cut off is handled after the next start."""
        self._stopping.set()
        self._sender.stop()
        self._reader.join(STOP_SECONDS)

    def _send(self, now: str) -> Delivered:
        done = send_due(self.desk, now, self._probing)
        self._heard.sent(done)
        return done

    def _read(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                with open_mailbox(self.desk.account.inbox) as mailbox:
                    self._heard.inbox(True)
                    failures = 0
                    self._serve(mailbox)
            except (*MailboxError, SQLAlchemyError, Unavailable) as error:
                self._heard.inbox(False)
                _log.warning("mailbox_not_read", error=type(error).__name__)
                self._stopping.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                failures += 1

    def _serve(self, mailbox: Mailbox) -> None:
        while not self._stopping.is_set():
            if not read_unseen(self.desk, mailbox, self._received):
                mailbox.wait(self._stopping.is_set)

    def _received(self, mail: Mail) -> None:
        self._heard.received(mail)
        self.wake()
