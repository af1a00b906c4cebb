"""Texts that customers had are listed with who brought them and what they changed, can come back as a draft, and what
is said to be served is what the generation in service has."""

from __future__ import annotations

import pytest

from bot.errors import Conflict, NotFound
from bot.publishing import effect, history, orders, versions
from bot.publishing.history import Deed, Kept
from bot.publishing.manuscripts import State
from bot.publishing.publications import Order, Outcome
from bot.publishing.versions import Served, Version
from bot.storage import clock
from kb_ingest import build as building
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder
from tests.unit.bot.publishing.scene import Scene, page

FIRST = "The lamp shines for 30 hours."
NEW = "The lamp shines for 50 hours.\n"
NEWER = "The lamp shines for 70 hours.\n"


def publish(scene: Scene, text: str) -> None:
    scene.publish(scene.edit("lamp", text))
    assert effect.bring_due(scene.bench, scene.running, clock.now()) == 1


def listed(scene: Scene) -> tuple[Version, ...]:
    held = scene.held("lamp")
    with scene.database.snapshot() as tx:
        kept = history.revisions_of(tx, held.id)
    return versions.versions(scene.bench, held, kept, scene.planned("lamp"))


def served(scene: Scene) -> Served:
    held = scene.held("lamp")
    with scene.database.snapshot() as tx:
        return versions.served(scene.bench, held, history.revisions_of(tx, held.id))


def test_only_texts_that_customers_had_are_listed_with_what_each_changed(scene: Scene) -> None:
    publish(scene, NEW)
    scene.edit("lamp", "Never published.\n")
    scene.publish(scene.held("lamp"), due_at="2999-01-01T00:00:00.000Z")
    newest, first = listed(scene)
    assert (newest.by, newest.generation) == ("Lena", scene.bench.live.current().generation)
    assert (newest.went, newest.came) == ("30", "50")
    assert (first.by, first.is_first, first.revision.why) == ("the folder", True, Kept.TAKEN_IN)


def test_an_earlier_text_comes_back_as_a_draft_through_the_gate(scene: Scene) -> None:
    publish(scene, NEW)
    first = listed(scene)[-1].revision
    opened = scene.edit("lamp", "A draft of Wim's.\n")
    back = orders.bring_back(scene.bench, scene.lead, opened.id, opened.version, first.id)
    assert (back.state, back.text) == (State.DRAFT, first.text)
    assert scene.live("lamp") == NEW.strip()
    with scene.database.snapshot() as tx:
        kept, acts = history.revisions_of(tx, back.id), history.acts_of(tx, back.id)
    assert (kept[0].why, kept[0].by, kept[0].text) == (Kept.WRITTEN_OVER, "Wim", opened.text)
    assert (acts[0].deed, acts[0].by) == (Deed.BROUGHT_BACK, "Lena")
    with pytest.raises(Conflict, match="See first"):
        orders.publish(scene.bench, scene.lead, back.id, Order(back.version))
    scene.publish(back)
    effect.bring_due(scene.bench, scene.running, clock.now())
    assert scene.live("lamp") == FIRST


def test_who_was_slower_brings_nothing_back_and_neither_does_a_text_of_another_article(scene: Scene) -> None:
    publish(scene, NEW)
    held, first = scene.held("lamp"), listed(scene)[-1].revision
    with pytest.raises(Conflict, match="after you opened it"):
        orders.bring_back(scene.bench, scene.lead, held.id, held.version - 1, first.id)
    with pytest.raises(NotFound):
        orders.bring_back(scene.bench, scene.lead, scene.held("cable").id, 1, first.id)
    with pytest.raises(Conflict, match="the text now"):
        orders.bring_back(scene.bench, scene.lead, held.id, held.version, held.live_revision or 0)


def test_after_a_rollback_the_text_that_customers_get_is_named_and_no_other_is_in_effect(scene: Scene) -> None:
    publish(scene, NEW)
    publish(scene, NEWER)
    assert served(scene).as_recorded
    newest, older = scene.planned("lamp")
    Store(scene.bench.settings.index_dir).rollback()
    scene.bench.live.refresh()
    assert scene.live("lamp") == NEW.strip()
    now = served(scene)
    assert not now.as_recorded
    assert now.generation == scene.bench.live.current().generation
    assert now.revision is not None
    assert NEW in now.revision.text
    assert [now.brought_by(each) for each in (newest, older)] == [False, True]
    assert {each.state for each in (newest, older)} == {Outcome.DONE}


def test_an_article_that_a_build_by_hand_lost_or_changed_is_not_said_to_be_served(scene: Scene) -> None:
    source = scene.bench.settings.data_dir.parent / "kb"
    (source / "lamp.md").write_text(page("lamp", "Text that is kept nowhere.", status="published"))
    building.build([source], scene.bench.settings.index_dir, HashingEmbedder())
    scene.bench.live.refresh()
    now = served(scene)
    assert (now.is_there, now.revision, now.as_recorded) == (True, None, False)
    (source / "lamp.md").unlink()
    building.build([source], scene.bench.settings.index_dir, HashingEmbedder())
    scene.bench.live.refresh()
    now = served(scene)
    assert (now.is_there, now.as_recorded) == (False, False)


def test_what_was_taken_out_is_recorded_as_it_is_until_a_rollback_brings_it_back(scene: Scene) -> None:
    scene.archive(scene.held("lamp"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    (plan,) = scene.planned("lamp")
    assert served(scene).as_recorded
    assert served(scene).brought_by(plan)
