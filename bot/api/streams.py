"""Owns live streams: events with ids, whispers, heartbeats. Refuses to lose or double an event."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from prometheus_client import Gauge
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from bot.api.message_shapes import message_body
from bot.api.shared_reader import PAGE, Place, SharedReader
from bot.conversation.messages import Message
from bot.errors import DeskError
from bot.events.hub import Hub, Seat, Whisper
from bot.events.log import Audience, Event, EventKind
from bot.storage.engine import Database
from bot.storage.record import decode

HEARTBEAT_SECONDS = 15.0
# Another replica's commits wake nobody here: with a shared database the log is asked each second.
SHARED_POLL_SECONDS = 1.0
RETRY_MILLISECONDS = 1000
CHECK_SECONDS = 15.0
MESSAGE_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a caller may follow, and `check`, which raises once that is over (signed out, disabled).

    `seat` is the ticket that somebody of the desk has open as long as the stream lasts.
    """

    conversation_id: str | None
    audience: Audience
    check: Callable[[], object]
    seat: Seat | None = None


class PlacedResponse(EventSourceResponse):
    """A stream in `place` for as long as it is sent.

    Entered here and not by the route: what a route took, nobody gives back when its response is never sent. A refusal
    can still be told here, before the first byte.
    """

    def __init__(self, place: AbstractContextManager[None], frames: AsyncIterator[ServerSentEvent], **how: Any) -> None:
        super().__init__(frames, **how)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream."""
        with self._place:
            await super().__call__(scope, receive, send)


class Streams:
    """Every open stream of this process; `close` ends them all, for good."""

    def __init__(self, database: Database, hub: Hub, gauge: Gauge) -> None:
        self._reader = SharedReader(database)
        self._hub = hub
        self._gauge = gauge
        self._closing = False
        self._wait = HEARTBEAT_SECONDS if database.alone else SHARED_POLL_SECONDS

    def close(self) -> None:
        """End every stream after what is already in the log; callable from any thread."""
        self._closing = True
        self._hub.close()

    def response(self, watch: Watch, after: int, place: AbstractContextManager[None]) -> EventSourceResponse:
        """The stream of what `watch` allows, beginning after event `after`, in the `place` that counts it."""
        return PlacedResponse(
            place,
            self.frames(watch, after),
            ping=HEARTBEAT_SECONDS,
            sep=MESSAGE_SEPARATOR,
            ping_message_factory=_heartbeat,
        )

    async def frames(self, watch: Watch, after: int) -> AsyncIterator[ServerSentEvent]:
        """Events in order of their ids, each once, from the log; whispers as they come."""
        position, checked = after, time.monotonic()
        yield ServerSentEvent(comment="connected", retry=RETRY_MILLISECONDS)
        seated = self._hub.seated(watch.seat) if watch.seat else nullcontext()
        listening = self._hub.listen(watch.conversation_id, desk=watch.audience is Audience.DESK)
        with self._counted(watch), listening as listener, seated:
            while True:
                while events := await self._reader.read(Place(watch.conversation_id, watch.audience, position)):
                    for event in events:
                        yield stored_frame(event)
                    position = events[-1].id
                    if len(events) < PAGE:
                        break
                if self._closing:
                    return
                whispers = await listener.changed(self._wait)
                if listener.doubted or time.monotonic() - checked > CHECK_SECONDS:
                    listener.doubted, checked = False, time.monotonic()
                    if not await to_thread.run_sync(_still_allowed, watch):
                        return
                for whisper in whispers:
                    yield _whisper_frame(whisper)

    @contextmanager
    def _counted(self, watch: Watch) -> Any:
        gauge = self._gauge.labels(watch.audience)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()


def stored_frame(event: Event) -> ServerSentEvent:
    """A stored event as it goes over the wire: the same for every reader."""
    return ServerSentEvent(id=str(event.id), event=event.kind, data=_data(event))


def _data(event: Event) -> str:
    if event.kind is EventKind.MESSAGE:
        body = message_body(decode(Message, event.payload)).model_dump(mode="json")
    else:
        body = json.loads(event.payload)
    return json.dumps(body | {"conversation_id": event.conversation_id}, ensure_ascii=False)


def _whisper_frame(whisper: Whisper) -> ServerSentEvent:
    body = json.loads(whisper.payload) | {"conversation_id": whisper.conversation_id}
    return ServerSentEvent(event=whisper.kind, data=json.dumps(body, ensure_ascii=False))


def _heartbeat() -> ServerSentEvent:
    return ServerSentEvent(comment="still here")


def _still_allowed(watch: Watch) -> bool:
    try:
        watch.check()
    except DeskError:
        return False
    return True
