"""A connection to the service sends each packet at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from bot import serve
from bot.errors import Unavailable
from bot.serve import PatientProtocol, begin, listen


async def _accepted_option(bound: socket.socket, option: int) -> int:
    """What the server's end of a connection has set for a TCP option."""
    found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def accepted(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, option))
        writer.close()

    async with await asyncio.start_server(accepted, sock=bound):
        _, writer = await asyncio.open_connection(*bound.getsockname()[:2])
        try:
            return await asyncio.wait_for(found, 10)
        finally:
            writer.close()


def test_an_answer_does_not_wait_for_its_head_to_be_acknowledged() -> None:
    """With Nagle's delay the body of each answer came 40 ms after its head."""
    assert asyncio.run(_accepted_option(listen("127.0.0.1", 0), socket.TCP_NODELAY)) == 1


def test_a_port_that_cannot_be_is_told() -> None:
    with pytest.raises(Unavailable, match=r"Cannot listen on 127\.0\.0\.1:99999: a port is 0 to 65535\."):
        listen("127.0.0.1", 99999)


def test_a_port_is_held_from_the_first_moment() -> None:
    """The first build takes minutes; a neighbour that only bound it before would get it meanwhile."""
    with listen("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(Unavailable, match=rf"Port {port} on 127\.0\.0\.1 is in use\. .*--port"):
            listen("127.0.0.1", port)


def test_a_port_that_another_program_shares_and_took_meanwhile_is_told() -> None:
    with socket.socket() as ours, socket.socket() as theirs:
        for each in (ours, theirs):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind(("127.0.0.1", 0))
        theirs.bind(ours.getsockname())
        theirs.listen()
        with pytest.raises(Unavailable, match=rf"Port {ours.getsockname()[1]} on 127\.0\.0\.1 is in use"):
            begin(ours)


def test_a_port_that_was_used_just_now_is_had_again() -> None:
    with listen("127.0.0.1", 0) as first:
        address = first.getsockname()
        begin(first)
        with socket.create_connection(address), first.accept()[0] as ended:
            ended.close()
    listen(*address).close()


async def _hello(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"


async def _came_of(parts: Sequence[bytes], pause: float) -> tuple[int, bool]:
    """How many answers there were when `parts` are sent with a pause after each, and whether the connection ended."""
    config = uvicorn.Config(_hello, lifespan="off", log_config=None, timeout_keep_alive=serve.KEEP_ALIVE_SECONDS)
    config.load()
    made = lambda: PatientProtocol(config=config, server_state=ServerState(), app_state={})  # noqa: E731
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)
        answered = b""
        with suppress(TimeoutError, ConnectionError):
            while piece := await asyncio.wait_for(reader.read(1000), 0.6):
                answered += piece
        ended = reader.at_eof() or reader.exception() is not None
        writer.close()
    return answered.count(b"200 OK"), ended


@pytest.mark.parametrize(
    ("parts", "pause", "answers", "ended"),
    [
        ([], 0, 0, True),
        ([b"GET / HT"], 0, 0, True),
        ([HEAD + b"ab"], 0, 0, True),
        ([HEAD[:9], HEAD[9:20], HEAD[20:], b"a", b"b"], 0.15, 0, True),
        ([HEAD + b"abcd"], 0.6, 1, False),
        ([HEAD + b"abcd", HEAD + b"abcd"], 0.6, 2, False),
        ([HEAD + b"abcd", HEAD], 0.3, 1, True),
    ],
    ids=["nothing", "half a line", "half a body", "byte by byte", "idle after a request", "two", "the second half"],
)
def test_half_a_request_ends_in_time_and_a_whole_one_is_answered(
    parts: list[bytes], pause: float, answers: int, ended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "REQUEST_SECONDS", 0.2)
    assert asyncio.run(_came_of(parts, pause)) == (answers, ended)
