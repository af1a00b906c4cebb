"""The mailbox against a real IMAP server: what is unseen, flags, waiting with IDLE and without."""

from __future__ import annotations

import threading
import time

from bot.channels import imap
from bot.channels.imap import open_mailbox
from bot.channels.mail_account import mail_account
from bot.settings import Settings
from tests.mail_servers import MailServers

MAIL = b"From: a@b.example\r\nSubject: hi\r\nMessage-ID: <1@b.example>\r\n\r\nhello\r\n"


def test_unseen_mails_are_fetched_and_flagged_and_nothing_else_changes(servers: MailServers) -> None:
    servers.put(MAIL)
    servers.put(MAIL.replace(b"hello", b"again"))
    account = mail_account(Settings(**servers.settings))
    assert account is not None
    with open_mailbox(account.inbox) as mailbox:
        first, second = mailbox.unseen()
        assert mailbox.fetch(first) == MAIL
        assert mailbox.unseen() == (first, second), "reading is not flagging"
        mailbox.flag(first)
        assert mailbox.unseen() == (second,)
        assert mailbox.fetch("99") == b""
    with servers.mailbox() as box:
        assert box.search(None, "ALL")[1] == [b"1 2"]


def test_a_new_mail_ends_the_waiting_at_once(servers: MailServers) -> None:
    account = mail_account(Settings(**servers.settings))
    assert account is not None
    with open_mailbox(account.inbox) as mailbox:
        threading.Timer(0.5, servers.put, [MAIL]).start()
        started = time.monotonic()
        mailbox.wait(lambda: False)
        assert time.monotonic() - started < 5
        assert len(mailbox.unseen()) == 1


def test_a_server_without_idle_is_asked_now_and_then(servers: MailServers) -> None:
    account = mail_account(Settings(**servers.settings))
    assert account is not None
    with open_mailbox(account.inbox) as mailbox:
        assert mailbox._idle
        mailbox._idle = False
        started = time.monotonic()
        stop = threading.Event()
        threading.Timer(1, stop.set).start()
        mailbox.wait(stop.is_set)
        assert 0.5 < time.monotonic() - started < imap.POLL_SECONDS
        servers.put(MAIL)
        assert len(mailbox.unseen()) == 1
