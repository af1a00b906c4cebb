"""A connection to the service sends each packet at once."""

from __future__ import annotations

import asyncio
import socket

import pytest

from bot.errors import Unavailable
from bot.serve import listen


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
