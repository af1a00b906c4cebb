"""Owns delivering outbox rows to the help desk: at least once each, in the order of falling due.

Refuses to promise exactly-once: a receiver drops repeats by `webhook-id`, which is the outbox key.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.errors import BadPolicy
from bot.integrations.delivery_queue import Delivered, claim, is_dead_with, record
from bot.integrations.webhook_request import open_client, post
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database

AT_ONCE = 8
# A pass signs with one time, and receivers refuse signatures that are five minutes old.
BATCHES_IN_A_PASS = 8
SECRET_PREFIX = "whsec_"  # noqa: S105 - how the specification marks a secret
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, by the specification


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go, and the key they are signed with."""

    url: str
    secret: SecretStr

    @property
    def gone_note(self) -> str:
        """What `last_error` says on the row to which this address answered 410, without naming it."""
        return f"disabled: {hashlib.sha256(self.url.encode()).hexdigest()[:8]} answered 410 Gone"


def endpoint(settings: Settings) -> Endpoint | None:
    """The configured receiver, None without one; BadPolicy when address or secret cannot be used."""
    if not settings.webhook_url:
        return None
    parts = urlsplit(settings.webhook_url)
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback(parts.hostname or "")):
        raise BadPolicy("ANSWERDESK_WEBHOOK_URL: must be an https address (http only on this machine)")
    if not SHORTEST_KEY <= len(_key(settings.webhook_secret)) <= LONGEST_KEY:
        raise BadPolicy("ANSWERDESK_WEBHOOK_SECRET: must be `whsec_` and Base64 of 24 to 64 random bytes")
    return Endpoint(settings.webhook_url, settings.webhook_secret)


def deliver_due(database: Database, receiver: Endpoint, now: str) -> Delivered:
    """One pass: send rows due at `now` (ISO UTC) once each, longest due first, AT_ONCE together.

    A pass is bounded; call again while `delivered` is not 0. Failed rows fall due later by the schedule.
    Each batch is written down before the next one leaves, so what was delivered stays so after a crash.
    """
    total = Delivered()
    with open_client() as client, ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        send = partial(post, client, receiver.url, receiver.secret, clock.read(now))
        for _ in range(BATCHES_IN_A_PASS):
            with database.transaction() as tx:
                claimed = () if is_dead_with(tx, receiver.gone_note) else claim(tx, now, AT_ONCE)
            if not claimed:
                break
            sent = list(pool.map(send, [row.event for row in claimed]))
            with database.transaction() as tx:
                batch = record(tx, zip(claimed, sent, strict=True), now, receiver.gone_note)
            total = total.plus(batch)
    return total


def _key(secret: SecretStr) -> bytes:
    """The key's bytes; none when the secret is not Base64."""
    try:
        return base64.b64decode(secret.get_secret_value().removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return b""


def loopback(host: str) -> bool:
    """This machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
