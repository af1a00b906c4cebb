"""Owns reading a message that another program sends in, after Standard Webhooks 1.0. Refuses what it did not sign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ConfigDict, ValidationError

from bot.customers.identity import TOLD, Identity, problem
from bot.errors import BadRequest, SignInNeeded
from bot.integrations.connections import Source
from bot.integrations.signatures import check_standard
from bot.settings import LANGUAGE
from bot.storage.clean_text import blank
from bot.storage.record import decode

RECEIVED = "message.received"
LONGEST_NAME = 200
SHAPE = (
    'Send {"type": "message.received", "timestamp", "data": {"thread", "text", and if you like "customer", "language", '
    '"person"}}; "customer" has "external_id" and any of ' + ", ".join(f'"{name}"' for name in TOLD) + "."
)


@dataclass(frozen=True, slots=True)
class MessageIn:
    """What somebody wrote elsewhere. `thread` is that system's name for the talk; `customer` whom it vouches for.

    `person`: it is for a person, whatever the assistant could say.
    """

    thread: str
    text: str
    customer: Identity | None = None
    language: str | None = None
    person: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A verified message and the client id under which it is stored, once for each `webhook-id`."""

    client_id: str
    message: MessageIn


@dataclass(frozen=True, slots=True)
class _Envelope:
    """Nothing is taken that nobody reads: what a form sends beside it would be lost without a word."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    type: str
    data: MessageIn
    timestamp: object = None


def read(source: Source | None, headers: Mapping[str, str], content: bytes, now: datetime) -> Received:
    """The message; SignInNeeded alike for an unknown source and a wrong signature, BadRequest for another shape."""
    if source is None:
        raise SignInNeeded("The signature is missing, wrong or too old.")
    name = headers.get("webhook-id", "")
    given = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "")
    check_standard(source.secrets, name, *given, content, now)
    if not name:
        raise BadRequest("`webhook-id` is empty.")
    try:
        envelope = decode(_Envelope, content.decode())
    except ValidationError as error:
        raise BadRequest(f"{_unknown(error)}{SHAPE}") from error
    except UnicodeDecodeError as error:
        raise BadRequest(SHAPE) from error
    _check(envelope)
    return Received(hashlib.sha256(name.encode()).hexdigest(), envelope.data)


def _unknown(error: ValidationError) -> str:
    """The fields that nobody reads here, by name."""
    found = (each["loc"] for each in error.errors() if each["type"] == "unexpected_keyword_argument")
    names = ", ".join(json.dumps(".".join(map(str, place)))[1:-1] for place in found)
    return f"Not known here: {names}. " if names else ""


def _check(envelope: _Envelope) -> None:
    message = envelope.data
    if envelope.type != RECEIVED:
        raise BadRequest(f"Only {RECEIVED} is taken here.")
    if blank(message.thread) or len(message.thread) > LONGEST_NAME:
        raise BadRequest(f"`thread` must have 1 to {LONGEST_NAME} characters.")
    if blank(message.text):
        raise BadRequest("`text` is empty.")
    if message.language is not None and not LANGUAGE.fullmatch(message.language):
        raise BadRequest("`language` must be a code like en or pt-BR.")
    wrong = problem(message.customer, "external_id") if message.customer else ""
    if wrong:
        raise BadRequest(f"`customer`: {wrong}")
