"""Owns one signed POST of an event, after Standard Webhooks 1.0, and what came of it. Refuses to retry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.integrations.http_call import call
from bot.integrations.signatures import sign
from bot.integrations.ticketing import Event, Sent, sent_of

if TYPE_CHECKING:
    from bot.integrations.http_call import Client


def body(event: Event) -> bytes:
    """The same bytes at every try: `{"data": …, "timestamp": …, "type": …}`."""
    content = {"type": event.topic, "timestamp": event.occurred_at, "data": json.loads(event.payload)}
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()


def headers(event: Event, content: bytes, secret: SecretStr, at: datetime) -> Mapping[str, str]:
    """Id (the outbox key, stable over retries), time and signature; ValueError for a malformed secret."""
    return {
        "content-type": "application/json",
        "webhook-id": event.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, event.key, at, content),
    }


def post(client: Client, url: str, secret: SecretStr, at: datetime, event: Event) -> Sent:
    """Send `event` once; never raises for what the receiver or the network does."""
    content = body(event)
    # What it answers besides the status is the receiver's affair and is never read.
    return sent_of(call(client, "POST", url, headers(event, content, secret, at), content))
