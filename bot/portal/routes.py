"""Owns the help centre's addresses. Refuses credentials: whoever asks sees what the public may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from bot.api.service import Service, Serving, address_of
from bot.errors import DeskError, NotAllowed, NotFound, TooMany, Unavailable
from bot.gaps import searches
from bot.portal import article_view, search_view, sitemap, usefulness
from bot.portal.catalogue import Catalogue, catalogue_of
from bot.portal.pages import FOR_ONE, Page, files, problem, rendered, respond, root_of
from bot.portal.search_view import LONGEST, SearchView
from bot.retrieval.variants import Facet
from kb_ingest.index import KnowledgeIndex

router = APIRouter(include_in_schema=False)

_log = structlog.get_logger()

PER_PAGE = 60
OTHER_SITE = "cross-site"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, with the generation that it is answered from to its end."""

    request: Request
    service: Service
    index: KnowledgeIndex
    shelf: Catalogue

    def page(self, template: str, values: Callable[[], Mapping[str, object]], **kept: str) -> Page:
        """A page of the portal's templates."""
        return Page(lambda: rendered(template, _fixed(self.request, self.service) | dict(values())), **kept)


@router.get("/help")
def home(request: Request, service: Serving) -> Response:
    """Search, categories, and the articles that others point to."""
    return _shown(request, service, lambda visit: visit.page("home.html", lambda: {"shelf": visit.shelf}))


@router.get("/help/c/{area:path}")
def category(area: str, request: Request, service: Serving, page: str = "1") -> Response:
    """The articles of one area, a page of them at a time."""

    def look(visit: Visit) -> Page:
        found = visit.shelf.category(area)
        last = -(-len(found.articles) // PER_PAGE)
        if page not in map(str, range(1, last + 1)):
            raise NotFound("There is no such page.")
        at = int(page)
        articles = found.articles[(at - 1) * PER_PAGE : at * PER_PAGE]
        values = {"category": found, "articles": articles, "page": at, "last": last}
        return visit.page("category.html", lambda: values)

    return _shown(request, service, look)


@router.get("/help/a/{article_id:path}")
def article(
    article_id: str, request: Request, service: Serving, version: str | None = None, judged: str = ""
) -> Response:
    """One article, as published now or as it was."""

    def look(visit: Visit) -> Page:
        wanted = article_view.wanted(visit.shelf, service.assistant.live, article_id, version)
        facets = service.assistant.responder.variants.facets
        fixed = {"regions": facets[Facet.REGION].labels, "plans": facets[Facet.PLAN].labels, "judged": bool(judged)}
        return visit.page("article.html", lambda: fixed | {"view": article_view.view(visit.shelf, wanted)})

    return _shown(request, service, look)


@router.post("/help/a/{article_id:path}")
def judge(article_id: str, request: Request, service: Serving, useful: Annotated[str, Form()] = "") -> Response:
    """Somebody says whether the published article was useful, and is led back to it."""

    def act(visit: Visit) -> Response:
        if request.headers.get("Sec-Fetch-Site") == OTHER_SITE:
            raise NotAllowed("Please use the form on the article's own page.")
        service.limits.judgement(address_of(request))
        usefulness.judge(service.assistant.database, service.metrics, visit.shelf.article(article_id), useful)
        return RedirectResponse(f"/help/a/{quote(article_id)}?judged=1#useful", HTTPStatus.SEE_OTHER)

    return _answered(request, service, act)


@router.get("/help/search")
def search(request: Request, service: Serving, q: str = "") -> Response:
    """What `POST /v1/search` finds, by article."""

    def look(visit: Visit) -> Page:
        query = search_view.cleaned(q)

        def values() -> Mapping[str, SearchView]:
            found = search_view.find(visit.index, visit.shelf, service.assistant.responder, query)
            if found.in_vain:
                _keep(service, query)
            return {"found": found}

        return visit.page("search.html", values, kept=FOR_ONE)

    return _shown(request, service, look)


def _keep(service: Service, query: str) -> None:
    """For the list of gaps; whoever searches is answered all the same."""
    try:
        with service.assistant.database.transaction() as tx:
            kept = searches.keep(tx, query)
    except Unavailable:
        _log.warning("search_not_kept")
        return
    if kept:
        service.metrics.searches_in_vain.inc()


@router.get("/help/sitemap.xml")
def addresses(request: Request, service: Serving) -> Response:
    """Every public address, for search engines."""
    root = root_of(request)
    return _shown(
        request, service, lambda visit: Page(lambda: sitemap.sitemap(visit.shelf, root), media_type="application/xml")
    )


@router.get("/robots.txt")
def robots(request: Request, service: Serving) -> Response:
    """What search engines may visit."""
    text = sitemap.robots(root_of(request))
    return _shown(request, service, lambda _visit: Page(lambda: text, media_type="text/plain"))


@router.get("/")
def begin() -> RedirectResponse:
    """Who knows the service's address alone is shown the help centre."""
    return RedirectResponse("/help")


@router.get("/help/{name:path}")
def static(name: str, request: Request, service: Serving) -> Response:
    """Stylesheet and icon; any other address is a page that is not there."""
    if not name:
        return RedirectResponse("/help", HTTPStatus.PERMANENT_REDIRECT)
    try:
        return files().response(request, name)
    except NotFound as error:
        return _told(request, service, error)


def _shown(request: Request, service: Service, look: Callable[[Visit], Page]) -> Response:
    """The page that `look` finds. It is looked for before the caller's copy counts: what is gone is not "unchanged"."""

    def answer(visit: Visit) -> Response:
        company = service.assistant.settings.company_name
        return respond(request, look(visit), service.pages, visit.shelf.generation, company)

    return _answered(request, service, answer)


def _answered(request: Request, service: Service, act: Callable[[Visit], Response]) -> Response:
    try:
        service.limits.request(address_of(request))
        index = service.assistant.live.current()
        return act(Visit(request, service, index, catalogue_of(index)))
    except DeskError as error:
        return _told(request, service, error)


def _told(request: Request, service: Service, error: DeskError) -> Response:
    """What a reader reads of an error; of what is not there always the same."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    detail = "" if isinstance(error, NotFound) else error.detail
    return problem(_fixed(request, service) | {"detail": detail}, error.status, headers)


def _fixed(request: Request, service: Service) -> dict[str, object]:
    """What every page shows."""
    return {
        "company": service.assistant.settings.company_name,
        "root": root_of(request),
        "longest": LONGEST,
    }
