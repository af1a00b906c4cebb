"""Owns the widget's addresses: loader, chat page, files, demo shop and help desk. Refuses to know conversations."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from bot.api.page_templates import templates
from bot.api.service import Serving
from bot.api.static_files import StaticFiles, packed, static_file
from bot.errors import NotFound
from bot.widget.policy import frame_policy, shop_policy
from bot.widget.shop import DEVICES, PLANS, is_of

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
PREFIX = "/widget"
# Websites on other origins load these files, also websites that isolate themselves.
EMBEDDABLE = {"Cross-Origin-Resource-Policy": "cross-origin"}
# Of a frame such a website asks the same isolation.
ISOLATED = EMBEDDABLE | {"Cross-Origin-Embedder-Policy": "require-corp"}
POLICY = "Content-Security-Policy"

router = APIRouter(include_in_schema=False)


@router.get(PREFIX + "/frame.html", response_class=HTMLResponse)
def frame(service: Serving, request: Request) -> Response:
    """The chat page, made by the loader in an iframe on the visitor's first click; also works on its own."""
    settings = service.assistant.settings
    page = _pages().get_template("frame.html")
    text = page.render(company=settings.company_name, limit=settings.max_message_chars, modules=modules())
    headers = ISOLATED | {POLICY: frame_policy(settings.site_origins), "Vary": "Accept-Encoding"}
    return packed(request, static_file(text.encode(), "text/html; charset=utf-8"), headers)


@router.get("/demo", response_class=HTMLResponse)
def demo(service: Serving) -> HTMLResponse:
    """The shop of an invented company, with the widget as any website would embed it."""
    if not is_of(service.assistant.settings.company_name):
        raise NotFound("The demo shop is the sample company's. The README says how to put the widget on your website.")
    return HTMLResponse(
        _pages().get_template("demo.html").render(devices=DEVICES, plans=PLANS),
        headers={POLICY: shop_policy()},
    )


@router.get("/demo/help-desk", response_class=HTMLResponse)
def help_desk() -> HTMLResponse:
    """Another maker's help desk, as an example of one that shows the panel of suggestions beside its ticket."""
    # The panel signs in in a window, which has to find the panel again.
    headers = {POLICY: shop_policy(), "Cross-Origin-Opener-Policy": "same-origin-allow-popups"}
    return HTMLResponse(_pages().get_template("help_desk.html").render(), headers=headers)


@router.get(PREFIX + "/{name:path}")
def static(name: str, request: Request) -> Response:
    """Loader, scripts, stylesheets, languages and pictures."""
    response = _static().response(request, name)
    response.headers.update(EMBEDDABLE)
    return response


@cache
def modules() -> tuple[str, ...]:
    """The chat page's script modules, named in the page so that they are fetched side by side; forms come when due."""
    folder = HERE / "static"
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.glob("frame/*.js")))


@cache
def _pages() -> Environment:
    return templates(HERE / "pages")


@cache
def _static() -> StaticFiles:
    return StaticFiles(HERE / "static", PREFIX, lean=True)
