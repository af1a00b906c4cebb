"""Nothing that somebody wrote is lost: who was slower is told, what was written over is kept, acts are on record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import BadRequest, Conflict
from bot.publishing import history, impact_job, orders, publications, write
from bot.publishing.history import Deed, Kept
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import State, checked_path
from bot.publishing.publications import Order
from tests.unit.bot.publishing.scene import WORSE, Scene


def deeds(scene: Scene, article_id: str) -> list[tuple[Deed, str]]:
    manuscript = scene.held(article_id).id
    with scene.database.snapshot() as tx:
        return [(act.deed, act.by) for act in reversed(history.acts_of(tx, manuscript))]


def test_the_slower_of_two_editors_is_told_who_was_faster_and_stores_nothing(scene: Scene) -> None:
    opened = scene.held("lamp")
    scene.edit("lamp", "Wim's words.\n", by=scene.writer)
    found = scene.bench.reader.rewrite(opened.path, opened.text, {}, "Lena's words.\n")
    with pytest.raises(Conflict, match="Wim changed this article at"), scene.database.transaction() as tx:
        write.save(tx, scene.lead, opened.id, opened.version, found)
    assert "Wim's words." in scene.held("lamp").text


def test_what_is_saved_over_another_persons_draft_leaves_that_draft_in_the_history(scene: Scene) -> None:
    scene.edit("lamp", "Wim's words.\n", by=scene.writer)
    held = scene.edit("lamp", "Lena's words.\n", by=scene.lead)
    with scene.database.snapshot() as tx:
        kept = history.revisions_of(tx, held.id)
    assert [(each.why, each.by) for each in kept if "Wim's words." in each.text] == [(Kept.WRITTEN_OVER, "Wim")]


def test_saving_the_same_again_changes_nothing_at_any_version(scene: Scene) -> None:
    saved = scene.edit("lamp", "Words.\n")
    found = scene.bench.reader.read(saved.path, saved.text)
    with scene.database.transaction() as tx:
        assert write.save(tx, scene.lead, saved.id, 1, found) == saved


def test_a_field_changes_alone_and_the_file_keeps_every_other_line(scene: Scene) -> None:
    held = scene.held("lamp")
    found = scene.bench.reader.rewrite(held.path, held.text, {"owner": "lena", "region": ("eu", "uk")})
    assert found.text == held.text.replace("owner: wim\n", "owner: lena\nregion: [eu, uk]\n")


def test_the_way_from_draft_to_review_and_back_is_on_record(scene: Scene) -> None:
    held = scene.edit("lamp", "Words.\n")
    with scene.database.transaction() as tx:
        submitted = write.submit(tx, scene.writer, held.id, held.version)
        assert submitted.state is State.REVIEW
        write.send_back(tx, scene.lead, held.id, submitted.version, "Say how long.")
    scene.edit("lamp", "More words.\n")
    scene.edit("lamp", "Even more words.\n")
    assert deeds(scene, "lamp") == [
        (Deed.TAKEN_IN, "the folder"), (Deed.EDITED, "Wim"), (Deed.SUBMITTED, "Wim"), (Deed.SENT_BACK, "Lena"),
        (Deed.EDITED, "Wim"),
    ]  # fmt: skip


def test_an_edit_after_handing_in_is_a_draft_again(scene: Scene) -> None:
    held = scene.edit("lamp", "Words.\n")
    with scene.database.transaction() as tx:
        write.submit(tx, scene.writer, held.id, held.version)
    assert scene.edit("lamp", "Other words.\n").state is State.DRAFT


def test_a_discarded_draft_goes_back_to_what_is_in_service_and_stays_in_the_history(scene: Scene) -> None:
    before = scene.held("lamp")
    held = scene.edit("lamp", "Words.\n")
    live = orders.live_text(scene.bench, held.id)
    with scene.database.transaction() as tx:
        back = write.discard(tx, scene.writer, held.id, held.version, live)
        kept = history.revisions_of(tx, held.id)
    assert (back.text, back.state) == (before.text, State.PUBLISHED)
    assert kept[0].text == held.text


def test_nothing_is_published_unseen_and_a_regression_needs_a_name_and_a_reason(scene: Scene) -> None:
    held = scene.edit("lamp", "Words.\n")
    with pytest.raises(Conflict, match="See first what it does"):
        orders.publish(scene.bench, scene.lead, held.id, Order(held.version))
    scene.let_through(held, says=WORSE)
    for reason in ("", " \u200b "):
        with pytest.raises(Conflict, match="1 pinned or answered question gets worse"):
            orders.publish(scene.bench, scene.lead, held.id, Order(held.version, override=reason))
    planned = orders.publish(scene.bench, scene.lead, held.id, Order(held.version, override="New hardware"))
    assert (planned.override_by, planned.override_reason) == ("Lena", "New hardware")
    assert (Deed.OVERRIDDEN, "Lena") in deeds(scene, "lamp")


def test_a_look_at_an_earlier_text_lets_nothing_through(scene: Scene) -> None:
    scene.let_through(scene.edit("lamp", "Words.\n"))
    held = scene.edit("lamp", "Other words.\n")
    with pytest.raises(Conflict, match="See first"):
        orders.publish(scene.bench, scene.lead, held.id, Order(held.version))


def test_a_look_at_publishing_does_not_let_the_article_be_taken_out(scene: Scene) -> None:
    held = scene.held("lamp")
    with pytest.raises(Conflict, match="See first"):
        orders.archive(scene.bench, scene.lead, held.id, Order(held.version))
    scene.let_through(held, Kind.ARCHIVE)
    assert orders.archive(scene.bench, scene.lead, held.id, Order(held.version)).kind is Kind.ARCHIVE


def test_an_expiry_is_looked_at_when_it_is_set_and_taken_on_by_name(scene: Scene) -> None:
    held = scene.edit("lamp", "It shines for 60 hours, in summer.\n")
    scene.let_through(held)
    order = Order(held.version, expires_at="2999-01-01T00:00:00.000Z")
    with pytest.raises(Conflict, match=r"^When it goes again: See first"):
        orders.publish(scene.bench, scene.lead, held.id, order)
    scene.let_through(held, Kind.EXPIRE, WORSE)
    with pytest.raises(Conflict, match=r"^When it goes again: 1 pinned or answered question gets worse"):
        orders.publish(scene.bench, scene.lead, held.id, order)
    orders.publish(scene.bench, scene.lead, held.id, replace(order, override="It is over then"))
    taken_on = {each.kind: (each.override_by, each.override_reason) for each in scene.planned("lamp")}
    assert taken_on == {Kind.PUBLISH: (None, None), Kind.EXPIRE: ("Lena", "It is over then")}


def test_of_an_expiry_the_gate_compares_the_text_in_service_with_none(scene: Scene) -> None:
    held = scene.edit("lamp", "It shines for 60 hours, in summer.\n")
    seen = orders.ask_gate(scene.bench, scene.writer, held.id, Kind.EXPIRE)
    assert impact_job.run(scene.bench, seen, scene.running)
    home = scene.bench.folder / impact_job.GATE
    assert "60 hours" in (home / "before" / "lamp.md").read_text()
    assert [each.name for each in (home / "after").rglob("*.md")] == ["cable.md"]


def test_what_a_build_would_leave_out_is_not_published(scene: Scene) -> None:
    held = scene.held("lamp")
    found = scene.bench.reader.rewrite(held.path, held.text, {"visibility": "publc"})
    assert [(each.place, each.blocks) for each in found.findings if each.blocks] == [("visibility", True)]
    with scene.database.transaction() as tx:
        saved = write.save(tx, scene.writer, held.id, held.version, found)
    with pytest.raises(BadRequest, match="visibility: `visibility: publc` is none of public, internal"):
        orders.publish(scene.bench, scene.lead, saved.id, Order(saved.version))


def test_a_plan_is_replaced_by_the_next_and_can_be_taken_back_until_it_begins(scene: Scene) -> None:
    held = scene.edit("lamp", "Words.\n")
    scene.publish(held, due_at="2999-01-01T00:00:00.000Z")
    second = scene.publish(held, due_at="2998-01-01T00:00:00.000Z")
    assert [each.is_open for each in scene.planned("lamp")] == [True, False]
    with scene.database.transaction() as tx:
        publications.withdraw(tx, scene.lead, second.id)
        with pytest.raises(Conflict, match="too late"):
            publications.withdraw(tx, scene.lead, second.id)


@pytest.mark.parametrize(
    "path", ["../a.md", "/a.md", "a.txt", ".git/a.md", "a//b.md", "a b.md", "a.md/", "", "x" * 300]
)
def test_a_file_cannot_lie_outside_the_folder(path: str) -> None:
    with pytest.raises(BadRequest):
        checked_path(path)
    assert checked_path("area/name-2.md") == "area/name-2.md"
