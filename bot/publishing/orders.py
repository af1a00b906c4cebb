"""Owns the way of a wish to a row: the text as it would be in service, what the gate said of it, then the verb.

Refuses slow work inside a transaction: the text is read first, and the verb's version check finds who was faster.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.desk.accounts import Account
from bot.errors import BadRequest, Conflict
from bot.publishing import dating, history, impact, manuscripts, publications, write
from bot.publishing.impact import Impact, Kind
from bot.publishing.manuscripts import Manuscript
from bot.publishing.publications import Order, Publication
from bot.publishing.reader import Read
from bot.publishing.workbench import Workbench
from bot.storage import clock
from bot.storage.clean_text import blank, storable
from kb_ingest.article import Status

NOT_HERE = "Git has these articles: download the patch, apply it there, and build."


def as_in_service(bench: Workbench, held: Manuscript, kind: Kind = Kind.PUBLISH) -> Read:
    """The manuscript's file as a build would have to find it; in git it says itself whether it is published."""
    if bench.git is not None:
        return bench.reader.read(held.path, held.text)
    status = Status.PUBLISHED if kind is Kind.PUBLISH else Status.ARCHIVED
    changes = {} if _says(bench, held, status) else {"status": status.value}
    return bench.reader.rewrite(held.path, held.text, changes)


def live_text(bench: Workbench, manuscript_id: str) -> Read | None:
    """What customers have of it, None when nothing is in service."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
        if held.live_revision is None:
            return None
        kept = history.revision(tx, manuscript_id, held.live_revision)
    return bench.reader.read(held.path, kept.text)


def bring_back(bench: Workbench, account: Account, manuscript_id: str, version: int, revision_id: int) -> Manuscript:
    """A kept text of the article as its draft; NotFound, and Conflict as for any edit."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
        earlier = history.revision(tx, held.id, revision_id)
    found = bench.reader.read(held.path, earlier.text)
    with bench.database.transaction() as tx:
        return write.bring_back(tx, account, manuscript_id, version, found, earlier)


def seen_by_gate(bench: Workbench, manuscript_id: str, kind: Kind = Kind.PUBLISH) -> Impact | None:
    """The gate's look at the text as it is now, on the articles and cases as they are now; None: nobody asked."""
    held, text = _current(bench, manuscript_id, kind)
    with bench.database.snapshot() as tx:
        return impact.look(tx, impact.key_of(tx, bench, held, kind, text))


def ask_gate(bench: Workbench, account: Account | str, manuscript_id: str, kind: Kind = Kind.PUBLISH) -> Impact:
    """Have the gate look at the text as it is now. BadRequest where a build would leave the article out."""
    held, text = _current(bench, manuscript_id, kind)
    with bench.database.transaction() as tx:
        return impact.ask(tx, account, held, kind, text, impact.key_of(tx, bench, held, kind, text))


def publish(bench: Workbench, account: Account, manuscript_id: str, order: Order) -> Publication:
    """Plan that the text as it is now comes into service."""
    _check_owned(bench)
    held, text = _current(bench, manuscript_id, Kind.PUBLISH)
    text = dating.dated(bench, held, text, (order.due_at or clock.now())[:10])
    with bench.database.transaction() as tx:
        key = impact.key_of(tx, bench, held, Kind.PUBLISH, text)
        going = impact.key_of(tx, bench, held, Kind.EXPIRE, text) if order.expires_at else ""
        looks = impact.look(tx, key), impact.look(tx, going) if going else None
        planned = publications.publish(tx, account, manuscript_id, order, text, *looks)
        if going and not blank(order.override):
            impact.ask(tx, account, held, Kind.EXPIRE, text, going)
        return _looked_at_afterwards(tx, account, held, planned, text, key)


def archive(bench: Workbench, account: Account, manuscript_id: str, order: Order) -> Publication:
    """Plan that the article leaves service."""
    _check_owned(bench)
    held, text = _current(bench, manuscript_id, Kind.ARCHIVE)
    with bench.database.transaction() as tx:
        key = impact.key_of(tx, bench, held, Kind.ARCHIVE, text)
        planned = publications.archive(tx, account, manuscript_id, order, impact.look(tx, key))
        return _looked_at_afterwards(tx, account, held, planned, text, key)


def _looked_at_afterwards(
    tx: Connection, account: Account, held: Manuscript, planned: Publication, text: str, key: str
) -> Publication:
    """Have the gate look at what somebody took on, where it has not."""
    if planned.override_by:
        impact.ask(tx, account, held, planned.kind, text, key)
    return planned


def strangers(bench: Workbench) -> tuple[str, ...]:
    """Articles in service that are not kept here: a publication would take them away."""
    with bench.database.snapshot() as tx:
        known = manuscripts.article_ids(tx)
    return tuple(sorted(bench.live.current().articles.keys() - known))


def _current(bench: Workbench, manuscript_id: str, kind: Kind) -> tuple[Manuscript, str]:
    """The manuscript, and its text in service, of an expiry until then: empty when it would be taken out."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
    if kind is Kind.ARCHIVE:
        return held, ""
    found = as_in_service(bench, held)
    blocking = [each for each in found.findings if each.blocks]
    if blocking:
        raise BadRequest("; ".join(f"{each.place}: {each.message}" for each in blocking))
    return replace(held, text=found.text), storable(found.text)


def _check_owned(bench: Workbench) -> None:
    if bench.git is not None:
        raise Conflict(NOT_HERE)
    unknown = strangers(bench)
    if unknown:
        raise Conflict(
            f"{len(unknown)} published articles are not kept here, for instance {unknown[0]}, and would vanish. "
            "Take them in first: python -m bot articles take-in --source FOLDER."
        )


def _says(bench: Workbench, held: Manuscript, status: Status) -> bool:
    article = bench.reader.read(held.path, held.text).article
    return article is not None and article.status is status
