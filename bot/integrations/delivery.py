"""Owns delivering outbox rows to the help desk: at least once each, in the order of falling due.

Refuses to promise exactly-once: a receiver drops repeats by the outbox key, or is asked what it has already.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bot.integrations.delivery_queue import Delivered, claim, is_dead_with, record
from bot.integrations.http_call import open_client
from bot.integrations.probing import Probing
from bot.integrations.ticketing import Ticketing
from bot.storage import clock
from bot.storage.engine import Database

AT_ONCE = 8
# A pass signs with one time, and receivers refuse signatures that are five minutes old.
BATCHES_IN_A_PASS = 8


def deliver_due(database: Database, desk: Ticketing, now: str, probing: Probing | None = None) -> Delivered:
    """One pass: send rows due at `now` (ISO UTC) once each, longest due first, AT_ONCE together.

    A pass is bounded; call again while `delivered` is not 0. Failed rows fall due later by the schedule, or get through
    before, when nothing is due and `probing` says so. Each batch is written down before the next one leaves, so what
    was delivered stays so after a crash.
    """
    take = probing.claim if probing else claim
    total = Delivered()
    with open_client() as client, ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        send = partial(desk.deliver, client, clock.read(now))
        for _ in range(BATCHES_IN_A_PASS):
            with database.transaction() as tx:
                claimed = () if is_dead_with(tx, desk.gone_note) else take(tx, now, AT_ONCE)
            if not claimed:
                break
            sent = list(pool.map(send, claimed))
            with database.transaction() as tx:
                batch = record(tx, zip(claimed, sent, strict=True), now, desk.gone_note)
            if probing:
                probing.saw(now, claimed, batch)
            total = total.plus(batch)
    return total
