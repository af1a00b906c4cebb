"""The service is killed while it reads mails and sends its own: each mail is one message, none is lost."""

from __future__ import annotations

import random
import secrets
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.mails import Standing
from bot.storage.engine import open_database
from bot.storage.mail_tables import mails
from bot.storage.tables import messages, tickets
from tests.mail_servers import MailServers, mail_servers
from tests.service_process import ServiceProcess

MAILS, KILLS = 60, 8
QUESTIONS = ("How do I set up Hub 2?", "Is there a student discount for the garden lamp in Norway?")
SECONDS = 240


@pytest.mark.full
def test_every_mail_is_one_message_and_is_answered(small_index: Path, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with mail_servers(tmp_path / "pymap.log") as servers:
        settings = {f"ANSWERDESK_{name.upper()}": value for name, value in servers.settings.items()}
        service = ServiceProcess(small_index, tmp_path / "data", **settings)
        service.start()
        try:
            _kill_again_and_again(service, servers, chance)
            _until_all_is_sent(tmp_path)
        finally:
            service.stop()
    _check(tmp_path, servers)


def _kill_again_and_again(service: ServiceProcess, servers: MailServers, chance: random.Random) -> None:
    for kill in range(KILLS):
        servers.put(*(_mail(number) for number in range(kill, MAILS, KILLS)))
        time.sleep(chance.uniform(0.1, 1.5))
        service.kill()
        service.start()


def _mail(number: int) -> bytes:
    head = (
        f"From: customer{number}@customer.example\r\nMessage-ID: <{number}@customer.example>\r\nSubject: Mail {number}"
    )
    return f"{head}\r\n\r\n{QUESTIONS[number % 2]} customer{number}x\r\n".encode()


def _until_all_is_sent(folder: Path) -> None:
    """A mail that was in the hands of a killed process is tried again when its lease is over."""
    database = open_database(f"sqlite:///{folder / 'data' / 'answerdesk.db'}")
    deadline = time.monotonic() + SECONDS
    while True:
        with database.snapshot() as tx:
            standings = Counter(tx.execute(select(mails.c.standing)).scalars())
        if standings == {Standing.HANDLED: MAILS, Standing.SENT: MAILS}:
            break
        assert time.monotonic() < deadline, standings
        time.sleep(0.5)
    database.close()


def _check(folder: Path, servers: MailServers) -> None:
    database = open_database(f"sqlite:///{folder / 'data' / 'answerdesk.db'}")
    with database.snapshot() as tx:
        said = Counter(tx.execute(select(messages.c.text).where(messages.c.role == "customer")).scalars())
        opened = tx.execute(select(tickets.c.conversation_id)).scalars().all()
    database.close()
    assert len(said) == MAILS
    assert set(said.values()) == {1}
    assert len(opened) == len(set(opened))
    # A mail of ours that was cut off is repeated, under the same Message-ID: receivers drop it by that.
    ids = {
        to: {str(letter["Message-ID"])} for to, letter in zip(_recipients(servers), servers.post.letters(), strict=True)
    }
    assert len(ids) == MAILS
    assert len({name for names in ids.values() for name in names}) == MAILS
    print(f"{MAILS} mails, {KILLS} kills: {MAILS} messages, {len(opened)} tickets, {len(servers.post.sent)} mails sent")


def _recipients(servers: MailServers) -> list[str]:
    return [to[0] for _, to, _ in servers.post.sent]
