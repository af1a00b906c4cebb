"""Streams wake after a commit, from any thread, and hear only what concerns them."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

from bot.events.hub import WHISPERS_KEPT, Hub, WhisperKind


@dataclass(frozen=True, slots=True)
class Delta:
    text: str


def test_a_stream_wakes_when_another_thread_commits() -> None:
    async def waits() -> float:
        hub = Hub()
        with hub.listen("c") as listener:
            threading.Timer(0.05, hub.wake, ["c"]).start()
            started = time.monotonic()
            await listener.changed(5)
            return time.monotonic() - started

    assert asyncio.run(waits()) < 2


def test_a_wake_before_the_wait_is_not_lost() -> None:
    async def waits() -> float:
        hub = Hub()
        with hub.listen("c") as listener:
            hub.wake("c")
            started = time.monotonic()
            await listener.changed(5)
            return time.monotonic() - started

    assert asyncio.run(waits()) < 2


def test_a_quiet_stream_returns_after_the_timeout() -> None:
    async def waits() -> list[object]:
        hub = Hub()
        with hub.listen("c") as listener:
            hub.wake("another")
            return list(await listener.changed(0.05))

    assert asyncio.run(waits()) == []


def test_one_wake_wakes_once() -> None:
    async def waits() -> float:
        hub = Hub()
        with hub.listen("c") as listener:
            hub.wake("c")
            await listener.changed(5)
            started = time.monotonic()
            await listener.changed(0.1)
            return time.monotonic() - started

    assert asyncio.run(waits()) >= 0.09


def test_whispers_arrive_in_order_and_only_in_their_conversation() -> None:
    async def listens() -> tuple[list[str], list[str], int]:
        hub = Hub()
        with hub.listen("c") as mine, hub.listen() as desk, hub.listen("other") as other:
            for text in ("a", "b"):
                hub.whisper("c", WhisperKind.DELTA, Delta(text))
            heard, all_heard = await mine.changed(1), await desk.changed(1)
            not_heard = await other.changed(0.01)
            return [w.payload for w in heard], [w.payload for w in all_heard], len(not_heard)

    assert asyncio.run(listens()) == (
        ['{"text": "a"}', '{"text": "b"}'],
        ['{"text": "a"}', '{"text": "b"}'],
        0,
    )


def test_a_stream_nobody_reads_keeps_a_bounded_number_of_whispers() -> None:
    async def floods() -> int:
        hub = Hub()
        with hub.listen("c") as listener:
            for number in range(WHISPERS_KEPT * 3):
                hub.whisper("c", WhisperKind.TYPING, Delta(str(number)))
            return len(await listener.changed(1))

    assert asyncio.run(floods()) == WHISPERS_KEPT


def test_a_closed_stream_is_forgotten() -> None:
    async def leaves() -> Hub:
        hub = Hub()
        with hub.listen("c"):
            pass
        return hub

    hub = asyncio.run(leaves())
    hub.wake("c")
    assert not hub._listeners
