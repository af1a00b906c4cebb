"""Owns waking live streams after a commit, and whispers. Refuses to carry what must not be lost: log.py."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.storage.record import encode

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

WHISPERS_KEPT = 256


class WhisperKind(StrEnum):
    """What is shown while it happens and never stored."""

    DELTA = "delta"
    TYPING = "typing"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk, as colleagues see them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's open ticket page."""

    conversation_id: str
    ticket_id: str
    person: Person


@dataclass(frozen=True, slots=True)
class Present:
    """The payload of a `presence` whisper: everybody who has the ticket open, by name."""

    ticket_id: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Whisper:
    """A transient event; it has no id, `payload` is JSON text. One that is `for_desk` reaches no customer."""

    conversation_id: str
    kind: WhisperKind
    payload: str
    for_desk: bool = False


@dataclass(slots=True, eq=False)
class Listener:
    """One live stream, in the loop it was made in; `conversation_id` None hears every conversation.

    `desk`: somebody of the desk reads it. `doubted`: keys were made void since it was last asked whether it may go on.
    """

    conversation_id: str | None
    loop: asyncio.AbstractEventLoop
    woken: asyncio.Event
    desk: bool = False
    doubted: bool = False
    whispers: deque[Whisper] = field(default_factory=lambda: deque(maxlen=WHISPERS_KEPT))

    def hears(self, conversation_id: str) -> bool:
        """True when events of this conversation concern the stream."""
        return self.conversation_id in (None, conversation_id)

    async def changed(self, timeout: float) -> list[Whisper]:
        """Wait until woken, at most `timeout` seconds; the whispers since the last call, oldest first."""
        try:
            await asyncio.wait_for(self.woken.wait(), timeout)
        except TimeoutError:
            return []
        self.woken.clear()
        heard = list(self.whispers)
        self.whispers.clear()
        return heard

    def nudge(self, whisper: Whisper | None = None) -> None:
        """Wake the stream; call it in the stream's own loop."""
        if whisper is not None:
            self.whispers.append(whisper)
        self.woken.set()

    def doubt(self) -> None:
        """Wake the stream to ask whether it may go on; call it in the stream's own loop."""
        self.doubted = True
        self.nudge()


class Hub:
    """The listeners of this process. Every method but `Listener.changed` may be called from any thread.

    It knows the seats of other replicas as far as it is told of them.
    """

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._seats: Counter[Seat] = Counter()
        self._elsewhere: frozenset[Seat] = frozenset()
        self._guard = threading.Lock()

    @contextmanager
    def listen(self, conversation_id: str | None = None, *, desk: bool = False) -> Iterator[Listener]:
        """Register the running loop's stream for as long as the block lasts."""
        listener = Listener(conversation_id, asyncio.get_running_loop(), asyncio.Event(), desk)
        with self._guard:
            self._listeners.add(listener)
        try:
            yield listener
        finally:
            with self._guard:
                self._listeners.discard(listener)

    def wake(self, conversation_id: str) -> None:
        """Say, after a commit, that the log has news of this conversation."""
        self._nudge(conversation_id, None)

    def doubt(self, conversation_id: str) -> None:
        """Say, after a commit, that keys to this conversation are void: who reads on by one of them stops."""
        for listener in self._all():
            if listener.conversation_id == conversation_id and not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener.doubt)

    def whisper(
        self, conversation_id: str, kind: WhisperKind, payload: DataclassInstance, *, for_desk: bool = False
    ) -> None:
        """Send something to whoever listens now (`for_desk`: of the desk); nobody else ever sees it."""
        self._nudge(conversation_id, Whisper(conversation_id, kind, encode(payload), for_desk))

    @contextmanager
    def seated(self, seat: Seat) -> Iterator[None]:
        """Tell the desk's streams (never a customer's) who has the ticket open, now and when the block ends."""
        self._seat(seat, 1)
        try:
            yield
        finally:
            self._seat(seat, -1)

    def seats_here(self) -> frozenset[Seat]:
        """The ticket pages that are open at this replica."""
        with self._guard:
            return frozenset(self._seats)

    def seated_elsewhere(self, seats: frozenset[Seat]) -> None:
        """These and no others are open at the other replicas; the desk's streams are told what changed."""
        with self._guard:
            changed = self._elsewhere ^ seats
            self._elsewhere = seats
        for seat in {one.ticket_id: one for one in changed}.values():
            self._tell_seats(seat)

    def _seat(self, seat: Seat, change: int) -> None:
        with self._guard:
            self._seats[seat] += change
            self._seats = +self._seats
        self._tell_seats(seat)

    def _tell_seats(self, seat: Seat) -> None:
        with self._guard:
            present = {one.person for one in (*self._seats, *self._elsewhere) if one.ticket_id == seat.ticket_id}
        told = Present(seat.ticket_id, tuple(sorted(present, key=lambda person: (person.name, person.id))))
        whisper = Whisper(seat.conversation_id, WhisperKind.PRESENCE, encode(told))
        for listener in self._all():
            if listener.conversation_id is None:
                _call(listener, whisper)

    def close(self) -> None:
        """Wake every stream, so that it notices that the service is stopping."""
        for listener in self._all():
            _call(listener, None)

    def _nudge(self, conversation_id: str, whisper: Whisper | None) -> None:
        for listener in self._all():
            if listener.hears(conversation_id) and (listener.desk or whisper is None or not whisper.for_desk):
                _call(listener, whisper)

    def _all(self) -> tuple[Listener, ...]:
        with self._guard:
            return tuple(self._listeners)


def _call(listener: Listener, whisper: Whisper | None) -> None:
    if not listener.loop.is_closed():
        listener.loop.call_soon_threadsafe(listener.nudge, whisper)
