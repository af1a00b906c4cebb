"""A draft that nobody wants and an article that was taken out leave nothing behind, with a receipt; what customers have
stays."""

from __future__ import annotations

import shutil
import sys
import threading

import pytest

from bot.errors import Conflict
from bot.publishing import effect, manuscripts, removal, write
from bot.publishing.impact_job import Running
from bot.publishing.manuscripts import Manuscript
from bot.publishing.removal import Removal
from bot.storage import clock
from bot.storage import manuscript_tables as tables
from kb_ingest import build as building
from tests.hashing_embedder import HashingEmbedder
from tests.unit.bot.publishing.scene import Scene


def remove(scene: Scene, held: Manuscript) -> Removal:
    with scene.database.transaction() as tx:
        return removal.remove(tx, scene.bench, "Lena", held.id, held.version)


def is_public(scene: Scene, held: Manuscript) -> bool:
    with scene.database.snapshot() as tx:
        return removal.was_published(tx, held)


def test_a_draft_that_was_never_published_goes_and_its_name_is_free(scene: Scene) -> None:
    found = scene.bench.reader.rewrite("new.md", "", {"id": "new", "title": "New"}, "Words.\n")
    with scene.database.transaction() as tx:
        made = write.create(tx, scene.writer, "new.md", found)
    assert not is_public(scene, made)
    scene.let_through(made)
    done = remove(scene, made)
    assert done.article_id == "new"
    assert {each.place: each.removed for each in done.places} == {
        "looks of the gate": 1, "plans and receipts": 0, "kept texts": 0, "acts": 2,
        "files of the gate and the builder": 0,
    }  # fmt: skip
    with scene.database.transaction() as tx:
        assert manuscripts.of_article(tx, "new") is None
        write.create(tx, scene.writer, "new.md", found)


def test_what_was_taken_out_is_erased_with_every_text_of_it(scene: Scene) -> None:
    scene.publish(scene.edit("lamp", "The lamp shines for 50 hours.\n"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    scene.archive(scene.held("lamp"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    held = scene.held("lamp")
    assert is_public(scene, held)
    _copies_of_the_gate(scene)
    done = remove(scene, held)
    assert min(each.removed for each in done.places) >= 2
    with scene.database.snapshot() as tx:
        for table in (tables.revisions, tables.impacts, tables.publications, tables.manuscript_acts):
            assert not [row for row in tx.execute(table.select()) if row.manuscript_id == held.id]
    files = [path for path in scene.bench.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"shines" in path.read_bytes()] == []
    assert [path.name for path in files] == ["cable.md"]
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    assert scene.live("lamp") is None


def _copies_of_the_gate(scene: Scene) -> None:
    """What its looks leave: the folders, an index that was built of them, and beside its runs that index again."""
    home = scene.bench.folder
    building.build([scene.bench.settings.data_dir.parent / "kb"], home / "index", HashingEmbedder())
    shutil.copytree(home / "index" / "generations", home / "impact" / "indexes")
    for path in ("impact/impact.html", "gate/after/lamp.md"):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text("The lamp shines for 50 hours.")


def test_a_look_that_is_being_made_gives_way_to_a_removal() -> None:
    running, looks, came = Running(), threading.Event(), list[object]()

    def look() -> None:
        with running.gate:
            looks.set()
            came.append(running.look([sys.executable, "-c", "import time; time.sleep(600)"], 600))

    looking = threading.Thread(target=look)
    looking.start()
    looks.wait(60)
    with running.gate_at_rest():
        assert came == [None]
    looking.join()


def test_what_customers_have_or_will_have_is_not_removed(scene: Scene) -> None:
    with pytest.raises(Conflict, match="take it out of service first"):
        remove(scene, scene.held("lamp"))
    found = scene.bench.reader.rewrite("new.md", "", {"id": "new", "title": "New"}, "Words.\n")
    with scene.database.transaction() as tx:
        made = write.create(tx, scene.writer, "new.md", found)
    scene.publish(made, due_at="2999-01-01T00:00:00.000Z")
    with pytest.raises(Conflict, match="take the plan back first"):
        remove(scene, scene.held("new"))
    with pytest.raises(Conflict, match="after you opened it"), scene.database.transaction() as tx:
        removal.remove(tx, scene.bench, "Lena", made.id, made.version + 1)
