"""Owns how many event streams are open at a time per conversation, network and session of the desk. Refuses one more.

Unlike the rates, what is counted here is given back: when its stream ends, in whatever way.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import prometheus_client
import structlog

from bot.api.limits import network
from bot.errors import TooMany
from bot.settings import Settings

STREAMS_PER_CONVERSATION = 30
"""One for each tab in which it is open, on all devices, and some that are not yet known to be gone."""
STREAMS_PER_DESK_SESSION = 100
RETRY_SECONDS = 15
"""As long as a heartbeat: by then it is noticed that a client is gone."""

_log = structlog.get_logger()


class Holder(StrEnum):
    """Who holds a stream open."""

    VISITOR = "visitor"
    NETWORK = "network"
    DESK = "desk"


SENTENCES = {
    Holder.VISITOR: "This conversation is open in very many places.",
    Holder.NETWORK: "There are too many open conversations from your network.",
    Holder.DESK: "You have very many pages of the desk open.",
}


class OpenStreams:
    """Counters in this process; each method counts a stream for as long as its block lasts, or raises TooMany."""

    def __init__(self, settings: Settings, refused: prometheus_client.Counter) -> None:
        """`refused` counts, by holder, the streams that were one too many."""
        self._most = {
            Holder.VISITOR: STREAMS_PER_CONVERSATION,
            Holder.NETWORK: settings.ip_streams,
            Holder.DESK: STREAMS_PER_DESK_SESSION,
        }
        self._open = Counter[tuple[Holder, str]]()
        self._refused = refused
        self._guard = threading.Lock()

    @contextmanager
    def of_visitor(self, conversation_id: str, address: str) -> Iterator[None]:
        """A visitor follows a conversation."""
        with self._held(Holder.VISITOR, conversation_id), self._held(Holder.NETWORK, network(address)):
            yield

    @contextmanager
    def of_desk(self, session: str) -> Iterator[None]:
        """Somebody signed in follows something. Their network is not counted: a whole office is one."""
        with self._held(Holder.DESK, session):
            yield

    @contextmanager
    def _held(self, holder: Holder, name: str) -> Iterator[None]:
        key = (holder, name)
        with self._guard:
            full = self._open[key] >= self._most[holder]
            if not full:
                self._open[key] += 1
        if full:
            self._refused.labels(holder).inc()
            _log.warning("stream_refused", holder=holder, open=self._most[holder])
            raise TooMany(f"{SENTENCES[holder]} Try again in {RETRY_SECONDS} s.", RETRY_SECONDS)
        try:
            yield
        finally:
            with self._guard:
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]
