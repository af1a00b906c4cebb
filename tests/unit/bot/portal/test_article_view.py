"""How an article becomes a page of the help centre: headings, anchors, description."""

from __future__ import annotations

import pytest

from bot.portal.article_view import Heading, headings_of, labels, shortened
from kb_ingest.article import Article


def _headings(text: str, title: str = "Title") -> list[Heading]:
    return list(headings_of(Article("a", title, text)))


def test_headings_begin_below_the_title_and_no_level_is_left_out() -> None:
    levels = [heading.level for heading in _headings("# A\n\nx\n\n#### B\n\nx\n\n##### C\n\n###### D\n\n# E")]
    assert levels == [2, 3, 4, 4, 2]


def test_each_heading_has_an_anchor_of_its_own_that_is_none_of_the_pages() -> None:
    anchors = [heading.anchor for heading in _headings("## Set up!\n\n## Set up\n\n## Main\n\n## ???\n\n## Größe")]
    assert anchors == ["set-up", "set-up-2", "main-2", "section", "größe"]


def test_a_title_that_the_text_repeats_is_shown_once() -> None:
    assert [(heading.text, heading.level) for heading in _headings("# Title\n\nx\n\n## One")] == [("One", 2)]
    assert [heading.text for heading in _headings("x\n\n# Title")] == ["Title"]


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shortened("one two three, four", 14) == "one two …"
    assert shortened("one\n two", 14) == "one two"


@pytest.mark.parametrize(("values", "shown"), [(("us", "mars"), "United States, MARS"), ((), "")])
def test_a_region_without_a_label_is_shown_as_it_is(values: tuple[str, ...], shown: str) -> None:
    assert labels(values, {"us": "United States"}) == shown
