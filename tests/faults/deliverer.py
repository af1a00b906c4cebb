"""Owns what both tests of delivery share: handoffs to deliver, and a process that is killed while it delivers them.

Refuses to judge what arrived: each test knows its help desk.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.handoff.hand_off import hand_off
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import backlog
from bot.integrations.ticketing import Ticketing
from bot.retrieval.question import Known
from bot.storage import clock
from bot.storage.engine import Database, open_database
from tests.patience import until

ROOT = Path(__file__).parents[2]
RECOVERY_SECONDS = 10
REASONS = (Reason.FIRST_CLICK, Reason.SENSITIVE, Reason.FACT_MISSING, Reason.SYSTEM_FAILURE)


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The database as the service opens it."""
    database = open_database(f"sqlite:///{path}", serving=True)
    try:
        yield database
    finally:
        database.close()


def hand_off_many(database: Database, policies: HandoffPolicies, amount: int, rng: random.Random) -> None:
    """Conversations of one to three messages, handed over in the same transaction as their last message."""
    for number in range(amount):
        with database.transaction() as tx:
            talk = conversations.open_conversation(tx, site="shop", language="en", region="uk").conversation
            for line in range(rng.randint(1, 3)):
                text = f"Handoff {number}, line {line}: Grüße “{rng.randrange(10**9)}” \u2028 <b>&amp;\\ 😀"
                messages.append(tx, talk.id, Speaker.CUSTOMER, text, client_id=f"m{line}")
            said = messages.utterances(messages.transcript(tx, talk.id))
            given = Circumstances(rng.choice(REASONS), transcript=said, known=Known(region="uk"))
            hand_off(tx, talk.id, build(given, policies, datetime.now(UTC)))


def prepare(path: Path, policies: HandoffPolicies, amount: int, seed: int) -> None:
    """The same in a database that nobody has open then: a deliverer wants it for itself."""
    with opened(path) as database:
        hand_off_many(database, policies, amount, random.Random(seed))


def deliver_all(database: Database, desk: Ticketing, passes: int) -> None:
    """Pass after pass until nothing waits, by a fake clock: no row waits for its next try."""
    now = clock.after(clock.now(), 1)
    for _ in range(passes):
        deliver_due(database, desk, now)
        with database.snapshot() as tx:
            if backlog(tx).waiting == 0:
                break
        now = clock.after(now, 6 * 3600)


def undelivered(path: Path) -> int:
    """How many rows the deliverer has not ticked off."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return int(reader.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone()[0])


@dataclass(frozen=True)
class Deliverer:
    """A script beside this file and its arguments; it says `ready` and delivers until it is killed.

    `sent` counts what has reached the help desk so far.
    """

    script: str
    given: tuple[str, ...]
    sent: Callable[[], int]

    def under_fire(self, rests: list[int], done: Callable[[], bool], patience: float) -> float:
        """Kill one after the other when it has sent so much; seconds that the last one took until it was `done`."""
        for rest in rests:
            with self._delivering():
                aim = self.sent() + rest
                until(lambda aim=aim: self.sent() >= aim, 30)
        with self._delivering():
            start = time.monotonic()
            until(done, patience)
            return time.monotonic() - start

    @contextmanager
    def _delivering(self) -> Iterator[None]:
        command = [sys.executable, str(Path(__file__).with_name(self.script)), *self.given]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        assert worker.stdout is not None
        try:
            assert worker.stdout.readline() == "ready\n"
            yield
        finally:
            worker.kill()
            worker.wait()
            worker.stdout.close()
