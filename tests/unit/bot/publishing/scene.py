"""Owns a desk over a handful of articles whose builds take no time: the real builder, in this process, without a model.

Refuses to stand in for the gate's judgement: what it says is given by the test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.access import Role
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.publishing import folder, impact, manuscripts, orders, publications, write
from bot.publishing.impact import Kind
from bot.publishing.impact_job import Running
from bot.publishing.manuscripts import Manuscript
from bot.publishing.publications import Order, Publication
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from bot.retrieval.live_index import LiveIndex
from bot.settings import Settings
from bot.storage.engine import Database
from kb_ingest import build as building
from kb_ingest.cli import _report_object
from tests.hashing_embedder import HashingEmbedder

NOTHING = {
    "asked": 0, "cases_in_all": 3, "seconds": 0.1, "generation": "g", "counts": {"worse": 0}, "blocking": [],
    "cases": [], "contradictions": [], "shadows": [], "near_duplicates": [],
}  # fmt: skip
WORSE = NOTHING | {"blocking": ["a-1"]}


def page(name: str, text: str, **fields: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in {"id": name, "title": name.title(), **fields}.items())
    return f"---\n{head}---\n{text}\n"


ARTICLES = {
    "lamp.md": page("lamp", "The lamp shines for 30 hours.", status="published", owner="wim"),
    "shop/cable.md": page("cable", "The cable is 2 m long.", status="published", visibility="internal"),
}


class InThisProcess(Running):
    """Runs the builder here and has the gate say `says`; with `dies` a build ends as kill -9 would end it."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Mapping[str, object] = NOTHING
        self.dies = False
        self.builds = 0

    def run(self, command: list[str], seconds: float) -> tuple[int, str, str]:
        if "impact" in command:
            return (1 if self.says["blocking"] else 0), json.dumps(self.says), ""
        given = dict(pairwise(command))
        try:
            source, index = Path(given["--source"]), Path(given["--index"])
            report = building.build([source], index, HashingEmbedder(), on=given.get("--on"))
        except building.Overtaken as error:
            return 2, "", str(error)
        self.builds += 1
        if self.dies:
            raise KeyboardInterrupt
        return 0, json.dumps(_report_object(report)), ""


@dataclass(frozen=True)
class Scene:
    """The desk."""

    bench: Workbench
    lead: Account
    writer: Account
    running: InThisProcess

    @property
    def database(self) -> Database:
        return self.bench.database

    def held(self, article_id: str) -> Manuscript:
        with self.database.snapshot() as tx:
            found = manuscripts.of_article(tx, article_id)
        assert found is not None
        return found

    def edit(self, article_id: str, text: str, by: Account | None = None) -> Manuscript:
        held = self.held(article_id)
        found = self.bench.reader.rewrite(held.path, held.text, {}, text)
        with self.database.transaction() as tx:
            return write.save(tx, by or self.writer, held.id, held.version, found)

    def let_through(self, held: Manuscript, kind: Kind = Kind.PUBLISH, says: Mapping[str, object] = NOTHING) -> None:
        seen = orders.ask_gate(self.bench, self.writer, held.id, kind)
        with self.database.transaction() as tx:
            impact.finish(tx, seen.key, result=json.dumps(says))

    def publish(self, held: Manuscript, **order: str | None) -> Publication:
        self.let_through(held)
        if "expires_at" in order:
            self.let_through(held, Kind.EXPIRE)
        return orders.publish(self.bench, self.lead, held.id, Order(held.version, **order))  # type: ignore[arg-type]

    def archive(self, held: Manuscript) -> Publication:
        self.let_through(held, Kind.ARCHIVE)
        return orders.archive(self.bench, self.lead, held.id, Order(held.version))

    def planned(self, article_id: str) -> tuple[Publication, ...]:
        manuscript = self.held(article_id).id
        with self.database.snapshot() as tx:
            return publications.of_manuscript(tx, manuscript)

    def live(self, article_id: str) -> str | None:
        """What customers have."""
        article = self.bench.live.current().articles.get(article_id)
        return article.text if article else None


def open_scene(database: Database, home: Path) -> Scene:
    kb = home / "kb"
    for path, text in ARTICLES.items():
        (kb / path).parent.mkdir(parents=True, exist_ok=True)
        (kb / path).write_text(text)
    building.build([kb], home / "index", HashingEmbedder())
    (home / "data" / "cases").mkdir(parents=True)
    settings = Settings(index_dir=home / "index", data_dir=home / "data", cases_dir=home / "data" / "cases")
    bench = Workbench(settings, database, LiveIndex(settings.index_dir), Reader())
    folder.take_in_folder(bench, kb, folder_is_truth=False)
    with database.transaction() as tx:
        lead = accounts.add(tx, "lena@example.com", "Lena", Role.LEAD, "a long enough password")
        writer = accounts.add(tx, "wim@example.com", "Wim", Role.CONTENT, "a long enough password")
    return Scene(bench, lead, writer, InThisProcess())
