"""What is due comes with one switch, in its time or as soon as there is somebody to do it, with a receipt; killed at
any point it is done again with the same result."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from bot.errors import Conflict
from bot.publishing import effect, impact, impact_job, orders, publications, write
from bot.publishing.impact import Kind, Progress
from bot.publishing.impact_job import Running
from bot.publishing.manuscripts import State
from bot.publishing.publications import Order, Outcome
from bot.storage import clock
from kb_ingest import build as building
from tests.hashing_embedder import HashingEmbedder
from tests.unit.bot.publishing.scene import WORSE, Scene, page

NEW = "The lamp shines for 50 hours.\n"


def bring(scene: Scene, now: str | None = None) -> int:
    return effect.bring_due(scene.bench, scene.running, now or clock.now())


def test_a_published_text_is_in_service_with_a_receipt_that_names_both_generations(scene: Scene) -> None:
    before = scene.bench.live.current().generation
    scene.publish(scene.edit("lamp", NEW))
    assert scene.live("lamp") == "The lamp shines for 30 hours."
    assert bring(scene) == 1
    assert scene.live("lamp") == NEW.strip()
    (done,) = scene.planned("lamp")
    assert done.state is Outcome.DONE
    assert done.proof is not None
    assert done.proof.generation_before == before
    assert done.proof.generation == scene.bench.live.current().generation
    assert {"index", "vector cache"} <= {place.name for place in done.proof.places}
    assert scene.held("lamp").state is State.PUBLISHED
    assert bring(scene) == 0


def test_nothing_comes_before_its_time_and_what_was_missed_comes_at_the_next_look(scene: Scene) -> None:
    due = clock.after(clock.now(), 3600)
    scene.publish(scene.edit("lamp", NEW), due_at=due)
    assert bring(scene) == 0
    assert scene.live("lamp") == "The lamp shines for 30 hours."
    days_later = clock.after(due, 5 * 86_400)  # nothing ran meanwhile
    assert bring(scene, days_later) == 1
    assert scene.live("lamp") == NEW.strip()


def test_what_expires_is_gone_and_its_receipt_says_from_where(scene: Scene) -> None:
    now = clock.now()
    scene.publish(scene.edit("lamp", NEW), expires_at=clock.after(now, 3600))
    assert bring(scene) == 1
    assert bring(scene) == 0
    assert bring(scene, clock.after(now, 3601)) == 1
    assert scene.live("lamp") is None
    assert scene.live("cable") is not None
    expired = next(each for each in scene.planned("lamp") if each.kind is Kind.EXPIRE)
    assert expired.proof is not None
    removed = {place.name: place.detail for place in expired.proof.places}
    assert removed["vectors"] == "1 removed"
    assert removed["article versions"] == "2 removed"
    assert removed["drafts and history"].startswith("kept for editors")
    assert scene.held("lamp").state is State.ARCHIVED


def test_an_archived_article_comes_back_when_it_is_published_again(scene: Scene) -> None:
    scene.archive(scene.held("lamp"))
    bring(scene)
    assert scene.live("lamp") is None
    scene.publish(scene.edit("lamp", NEW))
    bring(scene)
    assert scene.live("lamp") == NEW.strip()


def test_everything_due_at_once_is_one_switch(scene: Scene) -> None:
    scene.publish(scene.edit("lamp", NEW))
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    assert bring(scene) == 2
    assert scene.running.builds == 1
    generations = {scene.planned(name)[0].generation for name in ("lamp", "cable")}
    assert generations == {scene.bench.live.current().generation}


def test_killed_between_the_switch_and_its_record_it_is_recorded_at_the_next_start(scene: Scene) -> None:
    before = scene.bench.live.current().generation
    scene.publish(scene.edit("lamp", NEW))
    scene.running.dies = True
    with pytest.raises(KeyboardInterrupt):
        bring(scene)
    assert scene.planned("lamp")[0].state is Outcome.RUNNING
    scene.running.dies = False
    assert bring(scene) == 1
    (done,) = scene.planned("lamp")
    assert done.proof is not None
    assert (done.state, done.proof.generation_before) == (Outcome.DONE, before)
    assert scene.live("lamp") == NEW.strip()


def test_killed_after_it_took_an_article_out_it_has_its_receipt_at_the_next_start(scene: Scene) -> None:
    scene.archive(scene.held("lamp"))
    scene.running.dies = True
    with pytest.raises(KeyboardInterrupt):
        bring(scene)
    scene.running.dies = False
    assert bring(scene) == 1
    assert scene.planned("lamp")[0].state is Outcome.DONE
    assert scene.held("lamp").state is State.ARCHIVED


def test_what_is_written_while_it_waits_stays_a_draft(scene: Scene) -> None:
    scene.publish(scene.edit("lamp", NEW), due_at=clock.after(clock.now(), 60))
    later = scene.edit("lamp", "The lamp shines for 70 hours.\n")
    bring(scene, clock.after(clock.now(), 61))
    assert scene.live("lamp") == NEW.strip()
    held = scene.held("lamp")
    assert (held.state, held.text) == (State.DRAFT, later.text)
    assert held.is_live


def test_what_was_forgotten_at_the_terminal_does_not_come_back(scene: Scene) -> None:
    scene.publish(scene.edit("lamp", NEW), due_at=clock.after(clock.now(), 60))
    building.forget(scene.bench.settings.index_dir, "lamp")
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    assert bring(scene, clock.after(clock.now(), 61)) == 1
    assert (scene.live("lamp"), scene.live("cable")) == (None, "The cable is 3 m long.")
    assert scene.held("lamp").state is State.ARCHIVED
    assert scene.planned("lamp")[0].state is Outcome.REFUSED
    scene.publish(scene.edit("lamp", NEW))
    assert bring(scene) == 1
    assert scene.live("lamp") == NEW.strip(), "published again on purpose"
    assert bring(scene) == 0
    assert scene.live("lamp") == NEW.strip()


def test_what_is_forgotten_while_a_publication_begins_does_not_come_back(scene: Scene) -> None:
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    began = scene.running.run

    def run(command: list[str], seconds: float) -> tuple[int, str, str]:
        if not scene.running.builds:
            building.forget(scene.bench.settings.index_dir, "lamp")
            scene.running.builds += 1
        return began(command, seconds)

    scene.running.run = run  # type: ignore[method-assign]
    assert bring(scene) == 0
    assert "not at generation" in (scene.planned("cable")[0].problem or "")
    assert bring(scene) == 1
    assert (scene.live("lamp"), scene.live("cable")) == (None, "The cable is 3 m long.")


def test_an_article_in_service_that_is_not_kept_here_is_not_taken_away(scene: Scene) -> None:
    held = scene.edit("lamp", NEW)
    scene.publish(held)
    source = scene.bench.settings.data_dir.parent / "kb"
    (source / "by-hand.md").write_text(page("by-hand", "Built on the command line.", status="published"))
    building.build([source], scene.bench.settings.index_dir, HashingEmbedder())
    scene.bench.live.refresh()
    assert bring(scene) == 0
    assert scene.live("by-hand") is not None
    assert scene.planned("lamp")[0].state is Outcome.REFUSED


def test_the_gate_looks_again_when_the_articles_changed_since_it_was_planned(scene: Scene) -> None:
    due = clock.after(clock.now(), 60)
    scene.publish(scene.edit("lamp", NEW), due_at=due)
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    bring(scene)
    scene.running.says = WORSE
    assert bring(scene, clock.after(due, 1)) == 0
    refused = scene.planned("lamp")[0]
    assert refused.state is Outcome.REFUSED
    assert "a-1" in (refused.problem or "")
    assert scene.live("lamp") == "The lamp shines for 30 hours."


def test_a_build_that_fails_leaves_the_rows_for_the_next_time(scene: Scene) -> None:
    scene.publish(scene.edit("lamp", NEW))
    planned = scene.planned("lamp")[0]
    with scene.database.transaction() as tx:
        publications.put_off(tx, planned.id, "another build is running")
    assert scene.planned("lamp")[0].state is Outcome.WAITING
    assert bring(scene) == 1
    assert scene.planned("lamp")[0].problem is None


def test_whoever_has_the_article_open_while_it_is_published_goes_on_writing(scene: Scene) -> None:
    opened = scene.edit("lamp", NEW)
    scene.publish(opened)
    bring(scene)
    found = scene.bench.reader.rewrite(opened.path, scene.held("lamp").text, {}, "The lamp shines for 70 hours.\n")
    with scene.database.transaction() as tx:
        assert write.save(tx, scene.writer, opened.id, opened.version, found).state is State.DRAFT


@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.PUBLISH])
def test_what_cannot_wait_comes_at_once_with_a_reason_and_the_gate_looks_afterwards(scene: Scene, kind: Kind) -> None:
    held = scene.edit("lamp", NEW)
    ask = orders.archive if kind is Kind.ARCHIVE else orders.publish
    with pytest.raises(Conflict, match="take it on with a reason"):
        ask(scene.bench, scene.lead, held.id, Order(held.version))
    planned = ask(scene.bench, scene.lead, held.id, Order(held.version, override="A phone number leaked"))
    assert planned.is_urgent
    assert bring(scene) == 1
    assert scene.live("lamp") == (None if kind is Kind.ARCHIVE else NEW.strip())
    done = scene.planned("lamp")[0]
    assert (done.override_by, done.override_reason) == ("Lena", "A phone number leaked")
    with scene.database.snapshot() as tx:
        asked = impact.waiting(tx)
    assert asked is not None
    assert impact_job.run(scene.bench, asked, scene.running)
    gate = scene.bench.folder / impact_job.GATE
    before, after = (gate / side / held.path for side in ("before", "after"))
    assert "30 hours" in before.read_text(), "as customers had it when it was asked for"
    assert after.exists() == (kind is Kind.PUBLISH)
    with scene.database.snapshot() as tx:
        seen = impact.latest(tx, held.id)
    assert seen is not None
    assert (seen.kind, seen.state) == (kind, Progress.DONE)


def test_a_look_of_the_gate_gives_way_and_a_build_does_not() -> None:
    running, sleep = Running(), [sys.executable, "-c", "import sys, time; time.sleep(int(sys.argv[1]))"]
    started = time.monotonic()

    def give_way() -> None:
        while time.monotonic() - started < 60 and not ended.is_set():
            running.give_way()
            ended.wait(0.05)

    ended = threading.Event()
    hurrying = threading.Thread(target=give_way)
    hurrying.start()
    try:
        assert running.look([*sleep, "600"], 600) is None
        assert running.run([*sleep, "2"], 600)[0] == 0
    finally:
        ended.set()
        hurrying.join()


def test_a_plan_whose_look_was_cut_short_waits_and_is_not_refused(scene: Scene) -> None:
    due = clock.after(clock.now(), 60)
    scene.publish(scene.edit("lamp", NEW), due_at=due)
    scene.publish(scene.edit("cable", "The cable is 3 m long.\n"))
    bring(scene)
    scene.running.stopped = True
    assert bring(scene, clock.after(due, 1)) == 0
    assert scene.planned("lamp")[0].state is Outcome.WAITING
    scene.running.stopped = False
    assert bring(scene, clock.after(due, 1)) == 1
