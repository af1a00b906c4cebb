"""Owns how errors reach a caller: one shape, one handler. Refuses to show what went on inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bot.customers.identity import BadToken
from bot.errors import DeskError, NotAllowed, SignInNeeded, TooMany

_log = structlog.get_logger()

INVALID_REQUEST = "invalid_request"
UNEXPECTED = "Something went wrong on our side. Nothing you sent was lost; please try again."
DOCUMENTED = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
OF_HTTP: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read as JSON in UTF-8.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /docs has every address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes {Allow} only.",
}
"""What the web framework says in words that help nobody."""
NO_JSON = "Send the body as JSON, with the header Content-Type: application/json."
OF_FASTAPI = ("HTTPValidationError", "ValidationError")


class ErrorBody(BaseModel):
    """`error` is a code for programs, `detail` a sentence a person can act on."""

    error: str
    detail: str


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which every operation may answer with an error, instead of with FastAPI's own 422.

    Told to FastAPI as `responses`, the shape would be compiled for each route and status with every start.
    """
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}}}
    errors = {str(status): {"description": HTTPStatus(status).phrase, "content": content} for status in DOCUMENTED}
    paths = {
        path: {method: told | {"responses": told["responses"] | errors} for method, told in operations.items()}
        for path, operations in document["paths"].items()
    }
    shapes = document["components"]["schemas"] | {ErrorBody.__name__: ErrorBody.model_json_schema()}
    ours = {name: shape for name, shape in sorted(shapes.items()) if name not in OF_FASTAPI}
    return document | {"paths": paths, "components": document["components"] | {"schemas": ours}}


def install(app: FastAPI) -> None:
    """Let every error of the app go through `respond`."""
    for kind in (DeskError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, respond)
    app.add_exception_handler(BadToken, _token_refused)


def _token_refused(request: Request, error: Exception) -> JSONResponse:
    """Counted by its reason, and logged: a key that was rotated wrongly makes every customer a stranger."""
    if isinstance(error, BadToken):
        request.app.state.service.metrics.identity_refused.labels(error.fault).inc()
        _log.warning("identity_refused", reason=error.fault)
    return respond(request, error)


def respond(_request: Request, error: Exception) -> JSONResponse:
    """The one place where an error becomes a response."""
    status, code, detail = _told(error)
    # An operator has to learn why nobody gets in any more.
    if isinstance(error, SignInNeeded | NotAllowed) and not isinstance(error, BadToken):
        _log.info("refused", status=status, why=detail)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": code, "detail": detail}, status, headers)


def _told(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, DeskError):
        # What is wrong inside (a policy file, a disk) is for the log, not for whoever sent the request.
        inner = error.status == HTTPStatus.INTERNAL_SERVER_ERROR
        return error.status, error.code, UNEXPECTED if inner else error.detail
    if isinstance(error, HTTPException):
        return error.status_code, _code(error.status_code), _detail(error)
    if isinstance(error, RequestValidationError) and isinstance(error.body, bytes):
        # It was not even tried: its Content-Type is another one.
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return status, _code(status), NO_JSON
    if isinstance(error, RequestValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY, INVALID_REQUEST, _problems(error.errors())
    return HTTPStatus.INTERNAL_SERVER_ERROR, DeskError.code, UNEXPECTED


def _detail(error: HTTPException) -> str:
    ours = OF_HTTP.get(error.status_code)
    return ours.format(Allow=(error.headers or {}).get("Allow", "GET")) if ours else str(error.detail)


def _code(status: int) -> str:
    for kind in DeskError.__subclasses__():
        if kind.status == status:
            return kind.code
    return HTTPStatus(status).phrase.lower().replace(" ", "_")


def _problems(errors: Sequence[Any]) -> str:
    """Which field is wrong and why, without repeating what was sent."""
    return "; ".join(_problem(error) for error in errors)


def _problem(error: Any) -> str:
    if error["type"] == "json_invalid":
        return f"The body is no JSON: {error['ctx']['error']}, at character {error['loc'][-1]}."
    return f"{_place(error['loc'])}: {error['msg']}"


def _place(location: Sequence[object]) -> str:
    return json.dumps(".".join(map(str, location)))[1:-1]
