"""What was acknowledged is on disk, however the process ends; a writer that acknowledges first is caught."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.conversation.conversations import open_conversation
from bot.conversation.messages import transcript
from bot.storage.engine import Database, open_database

KILLS = 3

WRITER = """
import sys
from bot.api import log_lines
from bot.conversation.messages import append
from bot.conversation.utterance import Speaker
from bot.storage.engine import open_database

address, conversation, start, early = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "early"
log_lines.configure("ERROR")
database = open_database(address, serving=True)
for first in range(start, 10**9, 20):
    numbers = range(first, first + 20)
    with database.transaction() as tx:
        for number in numbers:
            append(tx, conversation, Speaker.CUSTOMER, f"message {number}", client_id=str(number))
            if early:
                print(number, flush=True)
    if not early:
        print(*numbers, sep="\\n", flush=True)
"""


def acknowledged_until_killed(address: str, conversation: str, start: int, mode: str) -> list[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, address, conversation, str(start), mode],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(0.05)
    process.kill()
    rest, _ = process.communicate()
    return [int(line) for line in (first + rest).split()]


def stored(address: str, conversation: str) -> list[int]:
    database = open_database(address)
    with database.snapshot() as tx:
        numbers = [int(message.client_id or "") for message in transcript(tx, conversation)]
    database.close()
    return numbers


@pytest.fixture
def place(database: Database, tmp_path: Path) -> tuple[str, str]:
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="shop", language="en").conversation.id
    database.close()
    return f"sqlite:///{tmp_path / 'answerdesk.db'}", conversation


def test_an_acknowledged_message_survives_kill_nine(place: tuple[str, str]) -> None:
    acknowledged: list[int] = []
    for kill in range(KILLS):
        acknowledged += acknowledged_until_killed(*place, kill * 1_000_000, "late")
    kept = stored(*place)
    assert len(acknowledged) >= KILLS * 20
    assert set(acknowledged) <= set(kept)
    assert kept == sorted(set(kept))


def test_acknowledging_before_the_commit_is_seen_to_lose(place: tuple[str, str]) -> None:
    lost: set[int] = set()
    for kill in range(10):
        acknowledged = acknowledged_until_killed(*place, kill * 1_000_000, "early")
        lost |= set(acknowledged) - set(stored(*place))
        if lost:
            break
    assert lost
