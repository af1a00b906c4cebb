"""Owns signing what goes out and verifying what comes in, each system in its own way. Refuses to read a body.

All of them: the raw bytes, a time no further than five minutes away, compared in constant time, any of several secrets.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.errors import SignInNeeded

SECRET_PREFIX = "whsec_"  # noqa: S105 - how the specification marks a secret
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, by the specification
WINDOW = timedelta(minutes=5)
_REFUSED = "The signature is missing, wrong or too old."


def usable(secret: SecretStr) -> bool:
    """Whether it is `whsec_` and Base64 of 24 to 64 bytes, as Standard Webhooks wants it."""
    try:
        key = base64.b64decode(secret.get_secret_value().removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return False
    return SHORTEST_KEY <= len(key) <= LONGEST_KEY


def sign(secret: SecretStr, name: str, at: datetime, content: bytes) -> str:
    """Standard Webhooks: the signature over id, time and body; ValueError for a malformed secret."""
    return str(Webhook(secret.get_secret_value()).sign(name, at, content.decode()))


def check_standard(
    secrets: Sequence[SecretStr], name: str, timestamp: str, signature: str, content: bytes, now: datetime
) -> None:
    """Standard Webhooks, coming in: `webhook-id`, `webhook-timestamp`, `webhook-signature` (several, by spaces)."""
    at = _fresh(timestamp, now)
    shown = [part.partition(",")[2] for part in signature.split() if part.startswith("v1,")]
    key_bytes = (base64.b64decode(one.get_secret_value().removeprefix(SECRET_PREFIX)) for one in secrets)
    signed = f"{name}.{at}.".encode() + content
    _check((base64.b64encode(_mac(key, signed)).decode() for key in key_bytes), shown)


def check_chatwoot(secret: SecretStr, timestamp: str, signature: str, content: bytes, now: datetime) -> None:
    """`X-Chatwoot-Signature: sha256=` and the hex digest over time, a dot and the body."""
    at = _fresh(timestamp, now)
    digest = _mac(secret.get_secret_value().encode(), f"{at}.".encode() + content).hex()
    _check((f"sha256={digest}",), [signature])


def check_zendesk(secret: SecretStr, timestamp: str, signature: str, content: bytes, now: datetime) -> None:
    """`X-Zendesk-Webhook-Signature`: Base64 of the digest over the time, as it was sent, and the body."""
    try:
        at = datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise SignInNeeded(_REFUSED) from error
    if at.tzinfo is None or abs(at - now) > WINDOW:
        raise SignInNeeded(_REFUSED)
    digest = _mac(secret.get_secret_value().encode(), timestamp.encode() + content)
    _check((base64.b64encode(digest).decode(),), [signature])


def _fresh(timestamp: str, now: datetime) -> int:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignInNeeded(_REFUSED)
    if abs(int(timestamp) - now.timestamp()) > WINDOW.total_seconds():
        raise SignInNeeded(_REFUSED)
    return int(timestamp)


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def _check(right: Iterable[str], shown: Sequence[str]) -> None:
    pairs = [(one.encode(), given.encode("utf-8", "replace")) for one in right for given in shown]
    if not any(hmac.compare_digest(one, given) for one, given in pairs):
        raise SignInNeeded(_REFUSED)
