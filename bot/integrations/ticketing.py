"""Owns the port of help desks outside: what they are given and what came of it. Refuses to know any of them.

The generic webhook, Chatwoot and Zendesk stand behind it; tests/unit/bot/integrations/test_ticketing.py asks the same
of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.errors import Unavailable
from bot.integrations.http_call import Reply

if TYPE_CHECKING:
    from bot.integrations.http_call import Client

GONE = 410
TOO_MANY, SERVER_ERROR = 429, 500
WITH_A_PAUSE = frozenset({TOO_MANY, 503})


@dataclass(frozen=True, slots=True)
class Event:
    """An outbox row as a help desk gets it; `payload` is the stored JSON, `occurred_at` ISO UTC."""

    key: str
    topic: str
    payload: str
    occurred_at: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this process may send now; `attempts` had failed before.

    `fresh`: nobody has ever tried it, not even a process that was killed: nothing of it is at the help desk yet.
    `early_of`: it is tried outside its schedule, by which it is due then.
    """

    id: int
    event: Event
    attempts: int
    fresh: bool = False
    early_of: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one try: the HTTP status, or None and the name of the error.

    `retry_after`: the help desk asked for so many seconds of quiet. `unfinished`: a part arrived, the rest may follow
    at once. `refused`: it will never take this one.
    """

    status: int | None
    error: str = ""
    retry_after: float | None = None
    unfinished: bool = False
    refused: bool = False

    @property
    def delivered(self) -> bool:
        """True for any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """True when the receiver asks never to be called again."""
        return self.status == GONE

    @property
    def outage(self) -> bool:
        """True when the receiver as a whole may be down: nothing that it says of this one event."""
        return self.status is None or self.status == TOO_MANY or self.status >= SERVER_ERROR

    @property
    def cause(self) -> str:
        """The error's name, or the status."""
        return self.error or f"HTTP {self.status}"


def sent_of(reply: Reply) -> Sent:
    """What a reply means for the row it was about."""
    return Sent(reply.status, reply.error, reply.retry_after if reply.status in WITH_A_PAUSE else None)


class Undelivered(Unavailable):
    """A call to a help desk failed; `sent` says how."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.error or f"HTTP {sent.status}")
        self.sent = sent


class Ticketing(Protocol):
    """A help desk outside."""

    @property
    def gone_note(self) -> str:
        """What `last_error` says on the row to which this desk answered 410, without naming it."""

    def deliver(self, client: Client, at: datetime, row: Claimed) -> Sent:
        """Bring one event there; the same row again changes nothing. Never raises for what desk or network do."""
