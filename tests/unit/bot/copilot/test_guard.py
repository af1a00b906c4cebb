"""What stands between a browser and Chainlit, without Chainlit."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import httpx2
import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.copilot.guard import FOREIGN_TAG, Guard, policy

OWN = "http://127.0.0.1:8001"
PAGE = """<html><head><link rel="preconnect" href="https://fonts.googleapis.com" /><link
 href="https://fonts.googleapis.com/css2?family=Inter" rel="stylesheet" /><link rel="stylesheet"
 href="https://cdn.jsdelivr.net/npm/katex/katex.min.css" /><script src="//cdn.example/x.js"></script>
<link rel="stylesheet" href="/assets/own.css"><script>const global = globalThis;</script></head></html>"""


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    answers: dict[str, Any] = {"/": HTMLResponse(PAGE), "/auth/config": JSONResponse({"headerAuth": True})}
    await answers.get(scope["path"], PlainTextResponse("reached"))(scope, receive, send)


GUARD = Guard(_app, [OWN], "answerdesk")


def _ask(method: str, path: str, **headers: str) -> httpx2.Response:
    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=GUARD)
        async with httpx2.AsyncClient(transport=transport, base_url=OWN) as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


def _connect(*headers: tuple[bytes, bytes]) -> str:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ws/socket.io/", "headers": list(headers), "client": ("127.0.0.1", 1)}
    asyncio.run(GUARD(scope, receive, send))
    return str(sent[0]["type"])


def test_a_socket_opens_for_our_own_pages_only() -> None:
    assert _connect((b"origin", OWN.encode())) == "websocket.accept"
    assert _connect((b"origin", b"https://evil.example")) == "websocket.close"
    assert _connect((b"origin", b"null")) == "websocket.close"
    assert _connect() == "websocket.close"


def test_changes_are_taken_from_our_own_pages_only() -> None:
    assert _ask("POST", "/login", Origin=OWN).status_code == 200
    assert _ask("POST", "/login", Origin="http://127.0.0.1:9999").status_code == 403
    assert _ask("POST", "/login").status_code == 403
    assert _ask("GET", "/user", Origin="https://evil.example").status_code == 403


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/project/file", "/project/thread/1", "/project/action", "/mcp", "/x"]
)
def test_what_the_chat_page_does_not_need_is_not_there(path: str) -> None:
    assert _ask("GET", path).status_code == 404
    assert _ask("POST", path, Origin=OWN).status_code == 404


def test_pages_name_no_other_host_and_may_ask_none() -> None:
    answer = _ask("GET", "/")
    assert "//" not in answer.text
    assert "/assets/own.css" in answer.text
    told = answer.headers["content-security-policy"]
    assert told == policy([b"const global = globalThis;"])
    assert "http" not in told
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_own_addresses_are_left_alone() -> None:
    for tag in (b'<link rel="icon" href="/favicon" />', b'<script src="/a.js"></script>', b'<meta charset="UTF-8" />'):
        assert FOREIGN_TAG.sub(b"", tag) == tag


def test_the_console_session_is_tried_only_when_there_is_one() -> None:
    assert json.loads(_ask("GET", "/auth/config").content) == {"headerAuth": False}
    assert json.loads(_ask("GET", "/auth/config", Cookie="answerdesk=x").content) == {"headerAuth": True}


def test_the_command_line_and_the_service_do_not_import_chainlit() -> None:
    code = "import sys, bot.cli, bot.app; sys.exit('chainlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
