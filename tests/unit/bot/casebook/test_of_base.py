"""A base is judged by cases that are about it, and by no other company's."""

from __future__ import annotations

import pytest

from bot.casebook.case import Case, Expect, Kind, Voice
from bot.casebook.of_base import of_base


def case(name: str, *articles: str) -> Case:
    return Case(
        id=name, kind=Kind.ANSWERABLE, voice=Voice.PLAIN, area="a", text="How?", context=(),
        expect=Expect(articles=articles), reason="r",
    )  # fmt: skip


HUB, LOCK = case("hub", "reset-hub"), case("lock", "lock-1")
EITHER, PERSON = case("either", "gone", "lock-1"), case("person")


@pytest.mark.parametrize(
    ("articles", "own"),
    [
        ({"reset-hub", "lock-1"}, (HUB, LOCK, EITHER, PERSON)),
        ({"lock-1"}, (LOCK, EITHER, PERSON)),
        ({"open-an-account"}, ()),
    ],
)
def test_cases_of_other_articles_are_not_asked(articles: set[str], own: tuple[Case, ...]) -> None:
    assert of_base((HUB, LOCK, EITHER, PERSON), articles) == own


def test_cases_that_name_no_article_are_about_every_base() -> None:
    assert of_base((PERSON,), {"open-an-account"}) == (PERSON,)
