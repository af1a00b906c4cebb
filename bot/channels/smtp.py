"""Owns handing our mails to the mail server from the outbox: at least once each, under one Message-ID. Refuses more
than one recipient."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.channels import mails, undelivered
from bot.channels.letter import Letter, emptied, rendered
from bot.channels.mail_account import MailAccount, MailServer, Safety
from bot.channels.mail_address import domain_of
from bot.channels.mails import Standing
from bot.conversation.attachment_files import AttachmentFiles
from bot.errors import Unavailable
from bot.events import outbox
from bot.events.outbox import Topic
from bot.integrations.delivery_queue import Delivered, claim, record
from bot.integrations.probing import Probing
from bot.integrations.ticketing import Claimed
from bot.storage.engine import Database
from bot.storage.record import decode

TOPICS = frozenset({Topic.MAIL})
MOST_IN_A_PASS = 50
SECONDS = 10.0
# Connecting, signing in and the dialogue for one mail are some eight steps of at most SECONDS each.
LEASE_SECONDS = 8 * SECONDS
REFUSED = "refused for good"
TAKEN, CLOSING, NO_FILE, NO_MAIL = 250, 421, 450, 554


@dataclass(frozen=True, slots=True)
class MailTry:
    """What came of handing over one mail: the server's code, or None and the name of the error.

    A mail is handed over whole or not at all, and mail servers name no time.
    """

    code: int | None
    error: str = ""
    refused: bool = False
    unfinished: bool = False
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        """The server has it and answers for it from now on."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def gone(self) -> bool:
        """The server will never take this mail."""
        return self.code is not None and 500 <= self.code < 600

    @property
    def outage(self) -> bool:
        """The server as a whole seems down or busy."""
        return self.code is None or self.code == CLOSING

    @property
    def cause(self) -> str:
        """The code or the error's name; never the server's words, which may quote an address."""
        return self.error or f"SMTP {self.code}"


def deliver_due(
    database: Database, account: MailAccount, files: AttachmentFiles, now: str, probing: Probing | None = None
) -> Delivered:
    """One pass: hand over mails due at `now`, longest due first; call again while `delivered` is not 0.

    What an outage put off is tried before, when nothing is due and `probing` says so. Each is written down before the
    next one leaves: a kill repeats one mail, and one waits for its lease.
    """
    take = probing.claim if probing else claim
    total = Delivered()
    with ExitStack() as opened:
        line: smtplib.SMTP | MailTry | None = None
        for _ in range(MOST_IN_A_PASS):
            with database.transaction() as tx:
                claimed = take(tx, now, 1, TOPICS, LEASE_SECONDS)
            if not claimed:
                break
            letter = decode(Letter, claimed[0].event.payload)
            line = line or _line(opened, account)
            tried = _tried(line, letter, files)
            with database.transaction() as tx:
                came = record(tx, [(claimed[0], tried)], now, REFUSED, TOPICS)
                _mark(tx, claimed[0], letter, tried, given_up=came.dead > 0)
            if probing:
                probing.saw(now, claimed, came)
            total = total.plus(came)
            if tried.outage:
                break
    return total


def _line(opened: ExitStack, account: MailAccount) -> smtplib.SMTP | MailTry:
    """A connection for the whole pass, or why there is none."""
    try:
        return opened.enter_context(_connection(account.out, domain_of(account.address)))
    except (OSError, smtplib.SMTPException) as error:
        return MailTry(None, type(error).__name__)


def check(server: MailServer) -> str | None:
    """Connect and sign in; what went wrong, None when it worked."""
    try:
        with _connection(server, "answerdesk.invalid"):
            return None
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__


def _mark(tx: Connection, row: Claimed, letter: Letter, tried: MailTry, *, given_up: bool) -> None:
    if letter.secret and (tried.delivered or given_up):
        outbox.redact(tx, row.event.key, emptied(letter))
    mail = mails.ours(tx, (letter.mail_id,))
    if mail is None:  # erased meanwhile
        return
    if tried.delivered:
        mails.settle(tx, replace(mail, tries=row.attempts + 1), Standing.SENT)
    elif given_up:
        undelivered.bounced(tx, mail, tried.cause)
    else:
        undelivered.delayed(tx, mail, tried.cause)


def _tried(line: smtplib.SMTP | MailTry, letter: Letter, files: AttachmentFiles) -> MailTry:
    if letter.emptied:  # somebody replays what was given up: its secret is gone
        return MailTry(NO_MAIL, "Emptied")
    return line if isinstance(line, MailTry) else _send(line, letter, files)


def _send(connection: smtplib.SMTP, letter: Letter, files: AttachmentFiles) -> MailTry:
    try:
        file = files.read(letter.enclosed.digest) if letter.enclosed is not None else b""
        connection.sendmail(letter.sender, [letter.to], rendered(letter, file))
    except Unavailable:  # never without the file: the desk sees that it waits
        return MailTry(NO_FILE, "FileNotReadable")
    except smtplib.SMTPRecipientsRefused as refused:
        return MailTry(next(iter(refused.recipients.values()))[0])
    except smtplib.SMTPResponseException as refused:
        return MailTry(refused.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return MailTry(None, type(error).__name__)
    except ValueError as error:  # what cannot be written as a mail will not be better later: the desk sees it
        return MailTry(NO_MAIL, type(error).__name__)
    return MailTry(TAKEN)


@contextmanager
def _connection(server: MailServer, own_name: str) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if server.safety is Safety.TLS:
        opened: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=SECONDS, context=context)
    else:
        opened = smtplib.SMTP(server.host, server.port, own_name, timeout=SECONDS)
    try:
        if server.safety is Safety.STARTTLS:
            opened.starttls(context=context)
        if server.user:
            opened.login(server.user, server.password.get_secret_value())
        yield opened
    finally:
        with suppress(OSError, smtplib.SMTPException):
            opened.quit()
