"""Streams that are open: whose one too many it is, and that every end gives its place back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from sse_starlette import ServerSentEvent
from starlette.types import Message

from bot.api.metrics import Metrics
from bot.api.open_streams import STREAMS_PER_CONVERSATION, STREAMS_PER_DESK_SESSION, OpenStreams
from bot.api.streams import PlacedResponse
from bot.errors import TooMany
from bot.settings import Settings


def _counted(metrics: Metrics | None = None, ip_streams: int = 300) -> OpenStreams:
    return OpenStreams(Settings(ip_streams=ip_streams), (metrics or Metrics()).streams_refused)


def test_one_conversation_in_too_many_places_does_not_stop_another() -> None:
    streams = _counted()
    with ExitStack() as held:
        for _ in range(STREAMS_PER_CONVERSATION):
            held.enter_context(streams.of_visitor("one", "203.0.113.7"))
        with pytest.raises(TooMany, match="This conversation") as refused, streams.of_visitor("one", "203.0.113.8"):
            pass
        assert refused.value.retry_after == 15
        held.enter_context(streams.of_visitor("two", "203.0.113.7"))


def test_a_network_is_counted_over_all_its_conversations_and_a_refusal_takes_no_place() -> None:
    metrics = Metrics()
    streams = _counted(metrics, ip_streams=3)
    with ExitStack() as held:
        for at in range(3):
            held.enter_context(streams.of_visitor(f"c{at}", f"2001:db8:1:2::{at}"))
        for _ in range(5):
            with pytest.raises(TooMany, match="network"), streams.of_visitor("c9", "2001:db8:1:2:aaaa::1"):
                pass
        held.enter_context(streams.of_visitor("c9", "2001:db8:1:3::1"))
    assert b'answerdesk_streams_refused_total{holder="network"} 5.0' in metrics.text()


def test_the_desk_is_counted_by_session_and_not_by_its_office() -> None:
    streams = _counted(ip_streams=1)
    with ExitStack() as held:
        for _ in range(STREAMS_PER_DESK_SESSION):
            held.enter_context(streams.of_desk("one"))
        with pytest.raises(TooMany), streams.of_desk("one"):
            pass
        held.enter_context(streams.of_desk("two"))


def test_nothing_is_kept_of_whoever_has_nothing_open() -> None:
    streams = _counted()
    for at in range(50):
        with pytest.raises(RuntimeError), streams.of_visitor(f"c{at}", f"203.0.113.{at}"):
            raise RuntimeError
    assert not streams._open


async def _endless() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="connected")
    await asyncio.Event().wait()


async def _broken() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="connected")
    raise RuntimeError("the log is gone")


async def _whole() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="connected")


async def _send(
    streams: OpenStreams, frames: AsyncIterator[ServerSentEvent], *, hangs_up: bool = False, unwritable: bool = False
) -> None:
    began = asyncio.Event()

    async def receive() -> Message:
        await began.wait()
        if not hangs_up:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert streams._open
        if message["type"] == "http.response.body":
            began.set()
            if unwritable:
                raise OSError("reset by peer")

    response = PlacedResponse(streams.of_visitor("one", "203.0.113.7"), frames)
    await response({"type": "http", "method": "GET"}, receive, send)


def test_a_place_is_given_back_when_the_stream_is_over_or_the_client_hangs_up() -> None:
    streams = _counted()
    asyncio.run(_send(streams, _whole()))
    assert not streams._open
    asyncio.run(_send(streams, _endless(), hangs_up=True))
    assert not streams._open


def test_a_place_is_given_back_when_the_stream_breaks() -> None:
    streams = _counted()
    with pytest.raises(RuntimeError, match="the log is gone"):
        asyncio.run(_send(streams, _broken()))
    assert not streams._open
    with pytest.raises(OSError, match="reset by peer"):
        asyncio.run(_send(streams, _endless(), unwritable=True))
    assert not streams._open


def test_a_place_is_given_back_when_the_service_stops() -> None:
    streams = _counted()

    async def cut() -> None:
        task = asyncio.create_task(_send(streams, _endless()))
        await asyncio.sleep(0.05)
        assert streams._open
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cut())
    assert not streams._open


def test_a_response_that_is_never_sent_holds_no_place() -> None:
    streams = _counted()
    PlacedResponse(streams.of_visitor("one", "203.0.113.7"), _whole())
    assert not streams._open
