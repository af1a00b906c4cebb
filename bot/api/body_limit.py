"""Owns the largest request body that is read at all. Refuses to look inside one."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.conversation import attachments

MOST_BYTES = 1_000_000
FILES = "/attachments"
MOST_BYTES_OF_A_FILE = attachments.MOST_BYTES + 1
"""One more than may be kept: the route says what is wrong with a file that is too large."""


class BodyLimit:
    """ASGI wrapper: reading past the limit ends the request with 413, whatever Content-Length says."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts the bytes of one request."""
        read = 0
        most = max(self._most, MOST_BYTES_OF_A_FILE) if str(scope.get("path", "")).endswith(FILES) else self._most

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                detail = f"The request is larger than {most} bytes."
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
