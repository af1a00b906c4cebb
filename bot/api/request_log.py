"""Owns one log line, id and count per request. Refuses to note addresses, queries or bodies: of a path, which a
stranger may type, the route's template and ids as the desk gives them out.
"""

from __future__ import annotations

import re
import secrets
import time
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.metrics import Metrics

REQUEST_ID = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
NO_ROUTE = "none"
FOLLOWED = {"conversation_id": "conversation", "ticket_id": "ticket"}
"""Path parameters by which the lines of one case are found together."""
OUR_ID = re.compile(r"[0-9a-f]{24}")
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

_log = structlog.get_logger()


class RequestLog:
    """ASGI wrapper; a stream is counted when it ends."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, noted)
            finally:
                self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if route != NO_ROUTE else NO_ROUTE
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        if route not in QUIET:
            took = round(seconds * 1000, 1)
            _log.info("request", method=method, route=route, status=status, milliseconds=took, **_ids(scope))


def _ids(scope: Scope) -> dict[str, str]:
    given = scope.get("path_params", {})
    ids = {told: str(given.get(name, "")) for name, told in FOLLOWED.items()}
    return {told: value for told, value in ids.items() if OUR_ID.fullmatch(value)}
