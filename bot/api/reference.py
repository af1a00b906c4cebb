"""Owns the page that documents the routes, made from OpenAPI. Refuses scripts and third parties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from bot.api.page_templates import templates
from bot.api.static_files import StaticFiles

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC_PREFIX = "/docs/static"
METHODS = ("get", "post", "put", "patch", "delete")
OWN_ERRORS = frozenset("45")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """One operation as the page shows it; shapes are names of schemas further down the page."""

    method: str
    path: str
    summary: str
    tag: str
    parameters: tuple[str, ...]
    takes: str
    gives: tuple[tuple[str, str], ...]


@router.get("/docs", response_class=HTMLResponse)
def reference(request: Request) -> HTMLResponse:
    """Every route with its parameters and shapes."""
    schema = request.app.openapi()
    page = _pages().get_template("reference.html")
    return HTMLResponse(
        page.render(
            title=schema["info"]["title"],
            routes=list(entries(schema)),
            schemas=schema.get("components", {}).get("schemas", {}),
            stylesheet=_static().url("reference.css"),
        )
    )


@router.get(STATIC_PREFIX + "/{name}")
def static(name: str, request: Request) -> Response:
    """The page's stylesheet."""
    return _static().response(request, name)


def entries(schema: Mapping[str, Any]) -> Iterator[RouteEntry]:
    """The operations of an OpenAPI document in its order."""
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                yield _entry(method, path, operations[method])


def _entry(method: str, path: str, operation: Mapping[str, Any]) -> RouteEntry:
    content = operation.get("requestBody", {}).get("content", {})
    given = [(status, _shape(told.get("content", {}))) for status, told in operation["responses"].items()]
    return RouteEntry(
        method=method.upper(),
        path=path,
        summary=operation.get("description", operation.get("summary", "")),
        tag=(operation.get("tags") or [""])[0],
        parameters=tuple(f"{each['name']} ({each['in']})" for each in operation.get("parameters", ())),
        takes=_shape(content),
        gives=tuple((status, shape) for status, shape in given if status[0] not in OWN_ERRORS),
    )


def _shape(content: Mapping[str, Any]) -> str:
    for kind, told in content.items():
        name: str = told.get("schema", {}).get("$ref", "")
        return name.rsplit("/", 1)[-1] or kind
    return ""


@cache
def _pages() -> Environment:
    return templates(HERE / "templates")


@cache
def _static() -> StaticFiles:
    return StaticFiles(HERE / "static", STATIC_PREFIX)
