"""The folder's articles are taken in once, again when they change, and never over what a person is writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.publishing import folder
from bot.publishing.manuscripts import State
from tests.unit.bot.publishing.scene import ARTICLES, Scene, page


@pytest.fixture
def kb(scene: Scene) -> Path:
    return scene.bench.settings.data_dir.parent / "kb"


def take_in(scene: Scene, kb: Path, *, git: bool = True) -> tuple[int, int, int, tuple[str, ...]]:
    taken = folder.take_in_folder(scene.bench, kb, folder_is_truth=git)
    return taken.added, taken.changed, taken.gone, taken.kept


def test_an_unchanged_folder_changes_nothing(scene: Scene, kb: Path) -> None:
    before = scene.held("lamp")
    assert take_in(scene, kb) == (0, 0, 0, ())
    assert scene.held("lamp") == before
    assert (before.state, before.text, before.owner) == (State.PUBLISHED, ARTICLES["lamp.md"], "wim")
    assert scene.held("cable").visibility == "internal"


def test_a_changed_file_is_in_service_and_a_draft_of_it_lives_on(scene: Scene, kb: Path) -> None:
    drafted = scene.edit("lamp", "My words.\n")
    (kb / "lamp.md").write_text(page("lamp", "The folder's words.", status="published"))
    assert take_in(scene, kb) == (0, 1, 0, ())
    held = scene.held("lamp")
    assert (held.state, held.text) == (State.DRAFT, drafted.text)
    (kb / "lamp.md").write_text(drafted.text)  # the patch was applied
    assert take_in(scene, kb) == (0, 1, 0, ())
    assert scene.held("lamp").state is State.PUBLISHED


def test_what_git_has_not_any_more_is_out_of_service(scene: Scene, kb: Path) -> None:
    (kb / "lamp.md").unlink()
    (kb / "draft.md").write_text(page("draft", "Not yet.", status="draft"))
    assert take_in(scene, kb) == (1, 0, 1, ())
    assert (scene.held("lamp").state, scene.held("lamp").is_live) == (State.ARCHIVED, False)
    assert (scene.held("draft").state, scene.held("draft").is_live) == (State.DRAFT, False)


def test_where_the_console_publishes_its_texts_are_left_alone(scene: Scene, kb: Path) -> None:
    scene.publish(scene.edit("lamp", "Published here.\n"))
    (kb / "lamp.md").write_text(page("lamp", "From elsewhere.", status="published"))
    (kb / "shop" / "cable.md").unlink()
    assert take_in(scene, kb, git=False) == (0, 0, 0, ("lamp",))
    assert "Published here." in scene.held("lamp").text
    assert scene.held("cable").is_live


def test_a_file_with_an_id_that_is_taken_and_one_that_is_broken_do_no_harm(scene: Scene, kb: Path) -> None:
    (kb / "zz.md").write_text(page("lamp", "A second lamp.", status="published"))
    (kb / "broken.md").write_text("---\nid: broken\nvisibility: nobody\n---\nWords.\n")
    assert take_in(scene, kb)[0] == 1
    assert scene.held("lamp").path == "lamp.md"
    assert scene.held("broken").state is State.DRAFT
