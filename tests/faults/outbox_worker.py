"""A process that delivers the outbox until it is killed: `outbox_worker.py DATABASE URL SECRET [broken]`.

`broken` is the negative control: it marks rows as delivered before it sends them.
"""

from __future__ import annotations

import sys
import time
from typing import NoReturn

from pydantic import SecretStr
from sqlalchemy import update

from bot.integrations.delivery_queue import claim
from bot.integrations.http_call import open_client
from bot.integrations.ticketing import Ticketing
from bot.integrations.webhook import Endpoint
from bot.integrations.webhook_thread import WebhookThread
from bot.storage import clock
from bot.storage.engine import Database, open_database
from bot.storage.tables import outbox


def mark_then_send(database: Database, receiver: Ticketing) -> None:
    """What a deliverer must not do: say that a row was delivered before it was."""
    with open_client() as client:
        while True:
            now = clock.now()
            with database.transaction() as tx:
                claimed = claim(tx, now, 8)
                for row in claimed:
                    tx.execute(update(outbox).where(outbox.c.id == row.id).values(delivered_at=now))
            for row in claimed:
                receiver.deliver(client, clock.read(now), row)
            time.sleep(0.05)


def deliver(database: Database, receiver: Ticketing, *, careless: bool) -> NoReturn:
    """Say that it begins, then deliver until this process is killed."""
    print("ready", flush=True)
    if careless:
        mark_then_send(database, receiver)
    WebhookThread(database, receiver).start()
    while True:
        time.sleep(60)


def main() -> None:
    path, url, secret, *variant = sys.argv[1:]
    database = open_database(f"sqlite:///{path}", serving=True)
    deliver(database, Endpoint(url, SecretStr(secret)), careless=bool(variant))


if __name__ == "__main__":
    main()
