"""Owns the routes of writing articles and bringing them into service. Refuses the rules: see bot/publishing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from bot.api import callers
from bot.api.callers import Caller
from bot.api.manuscript_shapes import (
    BringBackPost,
    DetailBody,
    ImpactBody,
    ManuscriptBody,
    ManuscriptsBody,
    NewPost,
    OrderPost,
    PublicationBody,
    PublicationsBody,
    ReturnPost,
    SavePost,
    StepPost,
    detail_body,
    impact_body,
    manuscript_body,
    publication_body,
)
from bot.api.service import Service, Serving
from bot.publishing import manuscripts, orders, publications, removal, write
from bot.publishing.checked import told
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import Manuscript, State, Wanted
from bot.publishing.publications import Publication
from bot.publishing.reader import Read
from bot.publishing.removal import Removal

router = APIRouter(tags=["articles"])

Words = Annotated[str, StringConstraints(max_length=200)]
_log = structlog.get_logger()

PublicationId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Asked(BaseModel):
    """What a list is narrowed to; empty fields narrow nothing."""

    q: Words = ""
    state: State | None = None
    owner: Words = ""
    area: Words = ""
    due: bool = Field(False, description="Only those whose review date has passed.")

    def wanted(self) -> Wanted:
        """The same for the store."""
        return Wanted(self.q, self.state, self.owner, self.area, self.due)


@router.get("/v1/manuscripts")
def list_manuscripts(service: Serving, caller: Caller, asked: Annotated[Asked, Query()]) -> ManuscriptsBody:
    """Articles in every state, by title."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        return ManuscriptsBody(manuscripts=[manuscript_body(each) for each in manuscripts.every(tx, asked.wanted())])


@router.post("/v1/manuscripts", status_code=HTTPStatus.CREATED)
def create(body: NewPost, service: Serving, caller: Caller) -> DetailBody:
    """Begin a new article."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    path = manuscripts.checked_path(body.path)
    name = path.rpartition("/")[2].removesuffix(".md")
    fields = {"id": name, "title": body.title, "visibility": "public", "status": "published"}
    found = service.bench.reader.rewrite(path, "", fields, "")
    with service.assistant.database.transaction() as tx:
        return _detail(service, write.create(tx, account, path, found), found)


@router.get("/v1/manuscripts/{manuscript_id}")
def show(manuscript_id: str, service: Serving, caller: Caller) -> DetailBody:
    """One article, with what a build would find wrong with it."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        held = manuscripts.load(tx, manuscript_id)
    return _detail(service, held, service.bench.reader.read(held.path, held.text))


@router.post("/v1/manuscripts/{manuscript_id}")
def save(manuscript_id: str, body: SavePost, service: Serving, caller: Caller) -> DetailBody:
    """Save the draft; 409 names who saved since `version`, and stores nothing."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
        held = manuscripts.load(tx, manuscript_id)
    fields = {name: value if isinstance(value, str) else tuple(value) for name, value in body.fields.items()}
    found = service.bench.reader.rewrite(held.path, held.text, fields, body.body)
    with service.assistant.database.transaction() as tx:
        return _detail(service, write.save(tx, account, manuscript_id, body.version, found), found)


@router.post("/v1/manuscripts/{manuscript_id}/submit")
def submit(manuscript_id: str, body: StepPost, service: Serving, caller: Caller) -> ManuscriptBody:
    """Hand the draft in for review."""
    with service.assistant.database.transaction() as tx:
        account = callers.editor(tx, caller, changes=True)
        return manuscript_body(write.submit(tx, account, manuscript_id, body.version))


@router.post("/v1/manuscripts/{manuscript_id}/return")
def send_back(manuscript_id: str, body: ReturnPost, service: Serving, caller: Caller) -> ManuscriptBody:
    """Send it back to its author."""
    with service.assistant.database.transaction() as tx:
        account = callers.reviewer(tx, caller, changes=True)
        return manuscript_body(write.send_back(tx, account, manuscript_id, body.version, body.why))


@router.post("/v1/manuscripts/{manuscript_id}/discard")
def discard(manuscript_id: str, body: StepPost, service: Serving, caller: Caller) -> ManuscriptBody:
    """Give the draft up for the text in service."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    live = orders.live_text(service.bench, manuscript_id)
    with service.assistant.database.transaction() as tx:
        return manuscript_body(write.discard(tx, account, manuscript_id, body.version, live))


@router.post("/v1/manuscripts/{manuscript_id}/bring-back")
def bring_back(manuscript_id: str, body: BringBackPost, service: Serving, caller: Caller) -> ManuscriptBody:
    """Make an earlier text the draft; it comes into service like any other."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    return manuscript_body(orders.bring_back(service.bench, account, manuscript_id, body.version, body.revision))


@router.post("/v1/manuscripts/{manuscript_id}/remove")
def remove(manuscript_id: str, body: StepPost, service: Serving, caller: Caller) -> Removal:
    """Remove everything that is kept of an article that customers do not have; who only writes, of a draft only."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    with service.publishing.gate_at_rest(), service.assistant.database.transaction() as tx:
        if removal.was_published(tx, manuscripts.load(tx, manuscript_id)):
            account = callers.reviewer(tx, caller, changes=True)
        done = removal.remove(tx, service.bench, account.name, manuscript_id, body.version)
    _log.info("article_removed", article=done.article_id, by=account.id)
    return done


@router.post("/v1/manuscripts/{manuscript_id}/impact")
def ask_impact(manuscript_id: str, service: Serving, caller: Caller, kind: Kind = Kind.PUBLISH) -> ImpactBody:
    """Have the gate look at what the text, or its going, does to the answers."""
    with service.assistant.database.snapshot() as tx:
        account = callers.editor(tx, caller, changes=True)
    seen = orders.ask_gate(service.bench, account, manuscript_id, kind)
    service.publishing.wake()
    return impact_body(seen, publications.in_the_way(seen))


@router.get("/v1/manuscripts/{manuscript_id}/impact")
def show_impact(manuscript_id: str, service: Serving, caller: Caller, kind: Kind = Kind.PUBLISH) -> ImpactBody:
    """What the gate found of the text as it is now."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
    seen = orders.seen_by_gate(service.bench, manuscript_id, kind)
    return impact_body(seen, publications.in_the_way(seen))


@router.post("/v1/manuscripts/{manuscript_id}/publish")
def publish(manuscript_id: str, body: OrderPost, service: Serving, caller: Caller) -> PublicationBody:
    """Bring the text into service, now or later; 409 when the gate stands in the way and no `override` says why."""
    with service.assistant.database.snapshot() as tx:
        account = callers.reviewer(tx, caller, changes=True)
    planned = orders.publish(service.bench, account, manuscript_id, body.order())
    return _begun(service, planned)


@router.post("/v1/manuscripts/{manuscript_id}/archive")
def archive(manuscript_id: str, body: OrderPost, service: Serving, caller: Caller) -> PublicationBody:
    """Take the article out of service, now or later; with a reason in `override` before the gate has looked, too."""
    with service.assistant.database.snapshot() as tx:
        account = callers.reviewer(tx, caller, changes=True)
    planned = orders.archive(service.bench, account, manuscript_id, body.order())
    return _begun(service, planned)


def _begun(service: Service, planned: Publication) -> PublicationBody:
    if planned.is_urgent:
        service.publishing.hurry()
    else:
        service.publishing.wake()
    return publication_body(planned)


@router.get("/v1/manuscripts/{manuscript_id}/publications")
def list_publications(manuscript_id: str, service: Serving, caller: Caller) -> PublicationsBody:
    """What was planned for it, with the receipts."""
    with service.assistant.database.snapshot() as tx:
        callers.editor(tx, caller)
        rows = publications.of_manuscript(tx, manuscripts.load(tx, manuscript_id).id)
    return PublicationsBody(publications=[publication_body(row) for row in rows])


@router.post("/v1/publications/{publication_id}/withdraw")
def withdraw(publication_id: PublicationId, service: Serving, caller: Caller) -> PublicationBody:
    """Take back what is not due yet."""
    with service.assistant.database.transaction() as tx:
        account = callers.reviewer(tx, caller, changes=True)
        return publication_body(publications.withdraw(tx, account, publication_id))


def _detail(service: Service, held: Manuscript, found: Read) -> DetailBody:
    return detail_body(held, found, told(service.bench, found))
