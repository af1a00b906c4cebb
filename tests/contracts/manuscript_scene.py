"""Owns articles in work for tests of the HTTP interface: one in the state that a call is about.

Refuses to have the gate look for real: its rows are written as it writes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.access import Role
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.publishing import impact, manuscripts, orders, write
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import Manuscript
from bot.publishing.publications import Order
from bot.publishing.take_in import File, take_in
from bot.publishing.workbench import Workbench
from tests.conftest import ROOT, SAMPLE
from tests.served import PASSWORD, Served

LIVE = "reset-hub-2"
NOTHING = (
    '{"asked": 0, "cases_in_all": 3, "seconds": 0.1, "generation": "g", "counts": {"worse": 0}, "blocking": [], '
    '"cases": [], "contradictions": [], "shadows": [], "near_duplicates": []}'
)
WORSE = NOTHING.replace('"blocking": []', '"blocking": ["b-ans-001"]')


@dataclass(frozen=True)
class Prepared:
    """What a call needs: path parameters and a body."""

    ids: Mapping[str, str]
    body: Mapping[str, Any] | None


def bench_of(served: Served) -> Workbench:
    bench: Workbench = served.app.state.service.bench
    return bench


def lead(served: Served) -> Account:
    with served.database.transaction() as tx:
        return accounts.add(tx, f"lead-{secrets.token_hex(4)}@example.com", "Lea", Role.LEAD, PASSWORD)


def taken_in(served: Served) -> None:
    """Every article in service is kept here, too."""
    bench = bench_of(served)
    kb = ROOT / "data" / "kb"
    if not orders.strangers(bench):
        return
    paths = [path for path in sorted(kb.rglob("*.md")) if path.stem in SAMPLE]
    files = [File(str(path.relative_to(kb)), bench.reader.read(path.name, path.read_text())) for path in paths]
    with served.database.transaction() as tx:
        take_in(tx, files, folder_is_truth=False)


def draft(served: Served, account: Account, text: str = "Words.") -> Manuscript:
    """A new article."""
    path = f"made/{secrets.token_hex(4)}.md"
    fields = {"id": path[5:-3], "title": "Made up", "owner": "wim", "updated_at": "2026-11-01", "status": "published"}
    found = bench_of(served).reader.rewrite(path, "", fields, text)
    with served.database.transaction() as tx:
        return write.create(tx, account, path, found)


def edited(served: Served, account: Account, article_id: str = LIVE) -> Manuscript:
    """The draft of an article in service, with another text each time."""
    bench = bench_of(served)
    with served.database.snapshot() as tx:
        held = manuscripts.of_article(tx, article_id)
    assert held is not None
    found = bench.reader.read(held.path, held.text + f"\nMore {secrets.token_hex(4)}.\n")
    with served.database.transaction() as tx:
        return write.save(tx, account, held.id, held.version, found)


def seen_by_gate(served: Served, held: Manuscript, kind: Kind = Kind.PUBLISH, result: str = NOTHING) -> None:
    """The gate has looked at it."""
    bench = bench_of(served)
    text = orders.as_in_service(bench, held).text if kind is Kind.PUBLISH else ""
    with served.database.transaction() as tx:
        key = impact.key_of(tx, bench, held, kind, text)
        impact.ask(tx, "test", held, kind, text, key)
        impact.finish(tx, key, result=result)


def prepared(served: Served, operation: str) -> Prepared:
    """An article in the state that the operation is about; what it plans is far away."""
    taken_in(served)
    account = lead(served)
    live = any(word in operation for word in ("discard", "archive", "bring-back", "console"))
    held = edited(served, account) if live else draft(served, account)
    later = {"due_at": (datetime.now(UTC) + timedelta(days=300)).isoformat()}
    seen_by_gate(served, held)
    publication = 1
    if operation.endswith("/return"):
        with served.database.transaction() as tx:
            held = write.submit(tx, account, held.id, held.version)
    if operation.endswith("/archive"):
        seen_by_gate(served, held, Kind.ARCHIVE)
    if operation.endswith("/withdraw"):
        publication = orders.publish(bench_of(served), account, held.id, Order(held.version, "2999-01-01")).id
    bodies = {
        "submit": {"version": held.version},
        "discard": {"version": held.version},
        "remove": {"version": held.version},
        "bring-back": {"version": held.version, "revision": held.live_revision},
        "return": {"version": held.version, "why": "Too long."},
        "publish": {"version": held.version} | later,
        "archive": {"version": held.version} | later,
        "{manuscript_id}": {"version": held.version, "body": "Other words.\n"},
        "manuscripts": {"path": f"made/{secrets.token_hex(4)}.md", "title": "Another"},
    }
    ids = {"manuscript_id": held.id, "publication_id": str(publication)}
    return Prepared(ids, bodies.get(operation.rpartition("/")[2]) if operation.startswith("POST") else None)
