"""Owns the mailbox: unseen mails one after the other, flags, waiting for the next. Refuses to delete or move one."""

from __future__ import annotations

import imaplib
import re
import select
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from bot.channels.mail_account import MailServer, Safety
from bot.channels.read_mail import MOST_BYTES

SECONDS = 30.0
IDLE_SECONDS = 20.0
"""Short, because what a server says together with its last answer is not seen before the wait is over."""
POLL_SECONDS = 15.0
MOST_AT_ONCE = 50
_SLICE_SECONDS = 0.5
_UID = re.compile(rb"\d+")
_IDLE_TAG = b"IDLE1"

MailboxError = (OSError, imaplib.IMAP4.error)
"""What a mailbox can fail with: the caller connects again later."""


class Mailbox:
    """One signed-in connection with the folder open."""

    def __init__(self, connection: imaplib.IMAP4, *, idle: bool) -> None:
        self._connection = connection
        self._idle = idle

    def unseen(self) -> tuple[str, ...]:
        """UIDs of mails without \\Seen, oldest first, at most MOST_AT_ONCE."""
        _answered(self._connection.noop())  # some servers show what is new only after it
        found = _answered(self._connection.uid("SEARCH", "UNSEEN"))
        uids = [uid for line in found if isinstance(line, bytes) for uid in _UID.findall(line)]
        return tuple(str(uid) for uid in sorted(map(int, uids))[:MOST_AT_ONCE])

    def fetch(self, uid: str) -> bytes:
        """The mail's first MOST_BYTES and one more, which tells that it is longer; b"" when it is gone."""
        found = _answered(self._connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"))
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")

    def flag(self, uid: str) -> None:
        """Set \\Seen: its record is on disk."""
        _answered(self._connection.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)"))

    def wait(self, stopping: Callable[[], bool]) -> None:
        """Return when the server says that something is new, with IDLE or without after a while, or when `stopping`."""
        if not self._idle:
            self._sleep(POLL_SECONDS, stopping)
            return
        self._connection.send(_IDLE_TAG + b" IDLE\r\n")
        if not self._connection.readline().startswith(b"+"):
            raise OSError("the server refused IDLE")
        self._sleep(IDLE_SECONDS, stopping)
        self._connection.send(b"DONE\r\n")
        while line := self._connection.readline():
            if line.startswith(_IDLE_TAG):
                return
        raise OSError("the server closed the connection")

    def _sleep(self, seconds: float, stopping: Callable[[], bool]) -> None:
        """Until bytes come in, in short slices."""
        opened = self._connection.socket()
        for _ in range(int(seconds / _SLICE_SECONDS)):
            waiting = opened.pending() if isinstance(opened, ssl.SSLSocket) else 0
            if waiting or stopping() or select.select([opened], [], [], _SLICE_SECONDS)[0]:
                return


@contextmanager
def open_mailbox(server: MailServer) -> Iterator[Mailbox]:
    """The folder, until the block ends; one of MailboxError when it cannot be opened."""
    connection = _connect(server)
    try:
        _sign_in(connection, server)
        _answered(connection.select(_quoted(server.folder)))
        yield Mailbox(connection, idle=_knows_idle(connection))
    finally:
        with suppress(*MailboxError):
            connection.logout()


def _connect(server: MailServer) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if server.safety is Safety.TLS:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=SECONDS)
    connection = imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    if server.safety is Safety.STARTTLS:
        connection.starttls(context)
    return connection


def _sign_in(connection: imaplib.IMAP4, server: MailServer) -> None:
    """PLAIN takes every letter in a password, LOGIN only those of ASCII."""
    password = server.password.get_secret_value()
    if "AUTH=PLAIN" in connection.capabilities:
        connection.authenticate("PLAIN", lambda _: f"\0{server.user}\0{password}".encode())
    else:
        connection.login(server.user, password)


def _knows_idle(connection: imaplib.IMAP4) -> bool:
    """Asked again after the sign-in: many servers say only then what they can."""
    return any(
        b"IDLE" in line.upper().split() for line in _answered(connection.capability()) if isinstance(line, bytes)
    )


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _answered(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server answered NO")
    return found
