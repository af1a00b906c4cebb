"""Owns the generic webhook as a help desk: where it is and how it is signed. Refuses to retry: see delivery.py."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.errors import BadPolicy
from bot.integrations.signatures import usable
from bot.integrations.ticketing import Claimed, Sent
from bot.integrations.webhook_request import post
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.integrations.http_call import Client


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go, and the key they are signed with; a receiver drops repeats by `webhook-id`."""

    url: str
    secret: SecretStr

    @property
    def gone_note(self) -> str:
        """See Ticketing."""
        return gone_note(self.url)

    def deliver(self, client: Client, at: datetime, row: Claimed) -> Sent:
        """See Ticketing."""
        return post(client, self.url, self.secret, at, row.event)


def gone_note(url: str) -> str:
    """What `last_error` says on the row to which this address answered 410, without naming it."""
    return f"disabled: {hashlib.sha256(url.encode()).hexdigest()[:8]} answered 410 Gone"


def endpoint(settings: Settings) -> Endpoint | None:
    """The configured receiver, None without one; BadPolicy when address or secret cannot be used."""
    if not settings.webhook_url:
        return None
    if not reachable(settings.webhook_url):
        raise BadPolicy("ANSWERDESK_WEBHOOK_URL: must be an https address (http only on this machine)")
    if not usable(settings.webhook_secret):
        raise BadPolicy("ANSWERDESK_WEBHOOK_SECRET: must be `whsec_` and Base64 of 24 to 64 random bytes")
    return Endpoint(settings.webhook_url, settings.webhook_secret)


def reachable(url: str) -> bool:
    """Whether customers' words may be sent there: https, or http on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and loopback(parts.hostname or ""))


def loopback(host: str) -> bool:
    """This machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
