"""A draft that nobody wants and an article that was taken out leave nothing behind, with a receipt; what customers have
stays."""

from __future__ import annotations

import pytest

from bot.errors import Conflict
from bot.publishing import effect, manuscripts, removal, write
from bot.publishing.manuscripts import Manuscript
from bot.publishing.removal import Removal
from bot.storage import clock
from bot.storage import manuscript_tables as tables
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
    done = remove(scene, held)
    removal.remove_exports(scene.bench, done.path)
    assert min(each.removed for each in done.places) >= 2
    with scene.database.snapshot() as tx:
        for table in (tables.revisions, tables.impacts, tables.publications, tables.manuscript_acts):
            assert not [row for row in tx.execute(table.select()) if row.manuscript_id == held.id]
    assert list(scene.bench.folder.rglob("lamp.md")) == []
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    assert scene.live("lamp") is None


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
