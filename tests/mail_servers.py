"""A real SMTP server and a real IMAP server on loopback: what is sent to the desk's address lies in its mailbox."""

from __future__ import annotations

import contextlib
import imaplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.patience import until
from tests.service_process import free_port

DESK = "support@fernwick.example"
USER, PASSWORD = "support", "a p@ss/word"
READY_SECONDS = 30


@dataclass
class Post:
    """Mails the desk sent, in order, and how the server takes the next one."""

    sent: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    answer: str = "250 taken"
    recipient_answer: str = "250 OK"
    guard: threading.Lock = field(default_factory=threading.Lock)
    read: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            with self.guard:
                self.sent.append((envelope.mail_from, tuple(envelope.rcpt_tos), cast(bytes, envelope.content)))
        return self.answer

    def letters(self) -> list[EmailMessage]:
        """What was sent so far, parsed by Python's own strict reader: each once, however often somebody looks."""
        with self.guard:
            fresh = self.sent[len(self.read) :]
            self.read += [cast(EmailMessage, message_from_bytes(raw, policy=policy.default)) for _, _, raw in fresh]
            return self.read.copy()


@dataclass(frozen=True)
class MailServers:
    """Both servers; `settings` are those of a desk that uses them."""

    post: Post
    smtp_port: int
    imap_port: int

    @property
    def settings(self) -> dict[str, Any]:
        secret = "a%20p%40ss%2Fword"
        return {
            "mail_address": DESK,
            "mail_inbox": f"imap://{USER}:{secret}@127.0.0.1:{self.imap_port}/INBOX",
            "mail_out": f"smtp://127.0.0.1:{self.smtp_port}",
        }

    def put(self, *every: bytes) -> None:
        """Let mails arrive in the desk's mailbox, as its mail server would."""
        with self.mailbox() as box:
            for raw in every:
                status, told = box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)
                assert status == "OK", told

    @contextmanager
    def mailbox(self) -> Iterator[imaplib.IMAP4]:
        """The mailbox as another mail program would open it."""
        box = imaplib.IMAP4("127.0.0.1", self.imap_port)
        try:
            box.login(USER, PASSWORD)
            box.select("INBOX")
            yield box
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                box.logout()

    def unseen(self) -> int:
        """How many mails have not been handled."""
        with self.mailbox() as box:
            return _unseen(box)

    def handled(self, seconds: float) -> bool:
        """Whether no mail is left to handle before the time is over; signs in once, not for each look."""
        with self.mailbox() as box:
            return until(lambda: _unseen(box) == 0, seconds)


def _unseen(box: imaplib.IMAP4) -> int:
    return len(box.search(None, "UNSEEN")[1][0].split())


@contextmanager
def mail_servers(log: Path) -> Iterator[MailServers]:
    """Both servers until the block ends."""
    post, port = Post(), free_port()
    command = [
        str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls",
        "--no-service", "admin", "--no-service", "managesieve",
        "dict", "--demo-user", USER, "--demo-password", PASSWORD, "--demo-data",
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        data_size_limit=50_000_000,
        ident="mx",
        server_hostname="mx.example",
    )
    controller.start()
    try:
        servers = MailServers(post, controller.port, port)
        _wait_for(servers, process, log)
        yield servers
    finally:
        controller.stop()
        process.terminate()
        process.wait(10)


def _wait_for(servers: MailServers, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with servers.mailbox() as box:
                box.store("1:*", "+FLAGS", "(\\Deleted)")
                box.expunge()
            return
        except (OSError, imaplib.IMAP4.error):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)
