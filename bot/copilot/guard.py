"""Owns what reaches Chainlit and what its pages may load. Refuses foreign origins, uploads and unknown paths."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS: ContextVar[str] = ContextVar("address", default="unknown")
"""Who sent the request that is being answered, for rate limits."""
HTTP, SOCKET = "http", "websocket"
SOCKET_PATH = "/ws/socket.io"
# Everything the chat page needs. What is not here (files, elements, threads, MCP, docs) is not answered at all.
PAGES = frozenset(
    {
        "/", "/login", "/logout", "/auth/config", "/auth/header", "/user", "/set-session-cookie", "/health",
        "/project/translations", "/project/settings", "/favicon", "/logo", SOCKET_PATH, SOCKET_PATH + "/",
    }
)  # fmt: skip
FOLDERS = ("/assets/", "/public/", "/avatars/")
FOREIGN_TAG = re.compile(
    rb"""<(?:link|meta|script)\b[^>]*(?:href|src|content)="(?:https?:)?//[^"]*"[^>]*/?>(?:</script>)?"""
)
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
POLICY_VIOLATION = 1008
SIGN_IN_OPTIONS = "/auth/config"
HTML, JSON = "text/html", "application/json"
HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Change = Callable[[bytes, MutableHeaders], bytes]


class Guard:
    """ASGI wrapper around Chainlit's app; `origins` are the only ones whose pages may talk to it.

    `session_cookie` is the console's: without it the sign-in page is told not to try it.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str], session_cookie: str) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._session_cookie = session_cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] not in (HTTP, SOCKET):
            await self._app(scope, receive, send)
            return
        ADDRESS.set(scope["client"][0] if scope.get("client") else "unknown")
        refused = self._refused(scope)
        if refused is None:
            await self._app(_legible(scope), receive, self._rewritten(scope, send))
        elif scope["type"] == SOCKET:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await PlainTextResponse(refused.phrase, refused)(scope, receive, send)

    def _rewritten(self, scope: Scope, send: Send) -> Send:
        if scope["type"] == SOCKET:
            return send
        signed_in = f"{self._session_cookie}=" in Headers(scope=scope).get("Cookie", "")
        if scope["path"] == SIGN_IN_OPTIONS and not signed_in:
            return Held(send, JSON, _without_session)
        return Held(send, HTML, _page)

    def _refused(self, scope: Scope) -> HTTPStatus | None:
        origin = Headers(scope=scope).get("Origin")
        # A browser names the origin of every socket and of every request that changes something.
        must_say = scope["type"] == SOCKET or scope["method"] not in ("GET", "HEAD")
        if (origin is None and must_say) or (origin is not None and origin not in self._origins):
            return HTTPStatus.FORBIDDEN
        path = scope["path"]
        known = path in PAGES or (path.startswith(FOLDERS) and ".." not in path)
        return None if known else HTTPStatus.NOT_FOUND


def _legible(scope: Scope) -> Scope:
    """Pages must come uncompressed, or nothing could be taken out of them; the big files may be compressed."""
    if scope["path"].startswith(FOLDERS):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


class Held:
    """`send` that hardens every answer, and changes the body of those of one media type once it is complete."""

    def __init__(self, send: Send, media_type: str, change: Change) -> None:
        self._send = send
        self._media_type = media_type
        self._change = change
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Takes one message of the answer."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HARDENED)
            if headers.get("Content-Type", "").startswith(self._media_type):
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)
            return
        await self._send(message)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        body = self._change(self._body, headers)
        headers["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _page(body: bytes, headers: MutableHeaders) -> bytes:
    """Without foreign addresses, and with a policy that forbids asking one."""
    own = FOREIGN_TAG.sub(b"", body)
    headers["Content-Security-Policy"] = policy(INLINE.findall(own))
    return own


def _without_session(body: bytes, _headers: MutableHeaders) -> bytes:
    return json.dumps(json.loads(body) | {"headerAuth": False}).encode()


def policy(inline: Iterable[bytes]) -> str:
    """Only this server, plus the page's own inline scripts by their hashes; Chainlit's styles need inline."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in inline)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
