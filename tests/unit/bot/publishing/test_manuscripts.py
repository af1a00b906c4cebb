"""A list of articles comes in pages, and says how many there are of what was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.publishing import manuscripts
from bot.publishing.manuscripts import PER_PAGE, Leaf, State, Wanted
from tests.unit.bot.publishing.scene import Scene

MANY = 2 * PER_PAGE + 5


@pytest.fixture
def shelf(scene: Scene) -> Scene:
    """Many articles of two areas; every seventh is a draft, every tenth ought to have been reviewed."""
    kept = scene.held("lamp")
    with scene.database.transaction() as tx:
        for at in range(MANY):
            name = f"bulb-{at:03}"
            state = State.DRAFT if at % 7 == 0 else State.PUBLISHED
            review_by = "2020-01-01" if at % 10 == 0 else None
            words = {"title": f"Bulb {at:03}", "text": f"It glows {at} hours.", "area": ("attic", "cellar")[at % 2]}
            place = {"id": f"m-{name}", "article_id": name, "path": f"{name}.md"}
            manuscripts.add(tx, replace(kept, state=state, review_by=review_by, live_revision=None, **words, **place))
    return scene


def leaf(scene: Scene, number: int = 1, **wanted: object) -> Leaf:
    with scene.database.snapshot() as tx:
        return manuscripts.leaf(tx, Wanted(**wanted), number)  # type: ignore[arg-type]


def test_the_pages_together_are_the_whole_list_once(shelf: Scene) -> None:
    leaves = [leaf(shelf, number, words="bulb") for number in (1, 2, 3)]
    titles = [line.title for each in leaves for line in each.lines]
    assert titles == [f"Bulb {at:03}" for at in range(MANY)]
    assert {(each.found, each.pages) for each in leaves} == {(MANY, 3)}
    assert [(each.first, each.last) for each in leaves] == [(1, 30), (31, 60), (61, MANY)]


def test_a_page_that_is_not_there_is_the_last_one(shelf: Scene) -> None:
    assert leaf(shelf, 9_999, words="bulb") == leaf(shelf, 3, words="bulb")
    nothing = leaf(shelf, 2, words="nothing is like this")
    assert (nothing.lines, nothing.found, nothing.number, nothing.pages) == ((), 0, 1, 1)


def test_each_narrowing_leaves_what_fits_it(shelf: Scene) -> None:
    assert leaf(shelf, area="cellar").found == MANY // 2
    assert leaf(shelf, area="attic", due=True).found == len(range(0, MANY, 10))
    assert leaf(shelf, area="cellar", due=True).found == 0
    assert [line.article_id for line in leaf(shelf, words="glows 64").lines] == ["bulb-064"]


def test_the_counts_of_the_states_are_those_of_what_else_is_asked_for(shelf: Scene) -> None:
    with shelf.database.snapshot() as tx:
        counted = manuscripts.counts(tx, Wanted(words="bulb", state=State.ARCHIVED))
    drafts = len(range(0, MANY, 7))
    assert (counted[State.DRAFT], counted[State.PUBLISHED], counted[State.ARCHIVED]) == (drafts, MANY - drafts, 0)
    assert leaf(shelf, words="bulb", state=State.DRAFT).found == drafts


def test_the_nearest_titles_come_before_those_that_only_say_the_words(shelf: Scene) -> None:
    kept = shelf.held("lamp")
    titles = ("A bulb to change", "Now change the ceiling bulb", "Then: change the bulb", "Zeal", "CHANGE THE BULB")
    with shelf.database.transaction() as tx:
        for name, title in zip("abcde", titles, strict=True):
            place = {"id": f"m-{name}", "article_id": f"x-{name}", "path": f"{name}.md", "live_revision": None}
            manuscripts.add(tx, replace(kept, title=title, text="The bulb, to change.", **place))
    found = [line.title for line in leaf(shelf, words=" change the  bulb").lines]
    assert found == [titles[4], titles[2], titles[1], titles[0], titles[3]]


def test_an_article_is_found_by_its_id_before_those_that_link_to_it(shelf: Scene) -> None:
    kept = shelf.held("lamp")
    place = {"id": "m-a", "article_id": "a", "path": "a.md", "live_revision": None}
    with shelf.database.transaction() as tx:
        manuscripts.add(tx, replace(kept, title="About", text="See bulb-020.", **place))
    assert [line.article_id for line in leaf(shelf, words="bulb-020").lines] == ["bulb-020", "a"]
