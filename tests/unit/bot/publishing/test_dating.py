"""The day an article was changed on is set when it is published, where its words changed, and then only."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.publishing import effect, manuscripts, write
from bot.publishing.dating import undated
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import State
from bot.publishing.publications import Outcome
from bot.storage import clock
from bot.storage.manuscript_tables import impacts
from tests.unit.bot.publishing.scene import Scene

NEW = "The lamp shines for 50 hours.\n"


def day_of(scene: Scene, article_id: str = "lamp") -> str:
    return str(scene.bench.live.current().articles[article_id].updated_at)


def change(scene: Scene, **fields: str) -> None:
    held = scene.held("lamp")
    found = scene.bench.reader.rewrite(held.path, held.text, fields)
    with scene.database.transaction() as tx:
        write.save(tx, scene.writer, held.id, held.version, found)


def publish(scene: Scene, now: str | None = None, **order: str) -> None:
    scene.publish(scene.held("lamp"), **order)
    assert effect.bring_due(scene.bench, scene.running, now or clock.now()) == 1


def test_a_changed_text_is_dated_on_the_day_it_comes_into_service(scene: Scene) -> None:
    scene.edit("lamp", NEW)
    publish(scene)
    assert day_of(scene) == clock.now()[:10]
    held = scene.held("lamp")
    with scene.database.snapshot() as tx:
        assert (held.state, held.text) == (State.PUBLISHED, manuscripts.in_service(tx)["lamp.md"])
    due = "2999-03-01T10:00:00.000Z"
    scene.edit("lamp", "The lamp shines for 70 hours.\n")
    publish(scene, now="2999-03-02T00:00:00.000Z", due_at=due)
    assert day_of(scene) == "2999-03-01"


def test_a_new_title_is_a_changed_text_and_a_new_owner_is_none(scene: Scene) -> None:
    change(scene, updated_at="2020-01-01", title="A lamp")
    publish(scene)
    assert day_of(scene) == clock.now()[:10]
    change(scene, updated_at="2020-01-01", owner="lena", review_by="2027-01-01")
    publish(scene)
    assert day_of(scene) == "2020-01-01"


def test_what_comes_back_as_it_was_keeps_its_day(scene: Scene) -> None:
    change(scene, updated_at="2020-01-01")
    publish(scene)
    scene.archive(scene.held("lamp"))
    effect.bring_due(scene.bench, scene.running, clock.now())
    publish(scene)
    assert day_of(scene) == "2020-01-01"


def test_the_gates_look_holds_over_the_day(scene: Scene) -> None:
    scene.edit("lamp", NEW)
    publish(scene, now="2999-03-02T00:00:00.000Z", due_at="2999-03-01T00:00:00.000Z")
    (plan,) = scene.planned("lamp")
    assert (plan.kind, plan.state) == (Kind.PUBLISH, Outcome.DONE)
    with scene.database.snapshot() as tx:
        assert tx.execute(select(func.count()).select_from(impacts)).scalar_one() == 1


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("---\nid: a\nupdated_at: 2020-01-01\nowner: b\n---\nText.\nupdated_at: now\n",
         "---\nid: a\nowner: b\n---\nText.\nupdated_at: now\n"),
        ("---\nupdated_at: 2020-01-01\n---\nText.\n", "Text.\n"),
        ("Text.\nupdated_at: now\n", "Text.\nupdated_at: now\n"),
        ("---\nupdated_at: never closed\n", "---\nupdated_at: never closed\n"),
    ],
)  # fmt: skip
def test_the_day_alone_is_left_out(text: str, without: str) -> None:
    assert undated(text) == without
