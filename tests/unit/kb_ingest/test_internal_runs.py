"""Words of an internal article are known wherever they stand; what a public one says, or somebody is to say, is not."""

from __future__ import annotations

import pytest

from kb_ingest.article import Article, Visibility
from kb_ingest.internal_runs import InternalRuns

LIMITS = Article(
    id="limits",
    title="Limits",
    text=(
        "Agents may **waive** the fee once a year.\n\n"
        "| Role | US | UK |\n|---|---|---|\n| Lead | up to $200 | up to £150 |\n\n"
        "Send the parcel back within 30 days. Say: “You will hear from us within two days.”"
    ),
    visibility=Visibility.INTERNAL,
)
LEGAL = Article(
    id="legal",
    title="Legal",
    text="Nobody may know that small claims are paid. Agents may waive the fee once a year.",
    visibility=Visibility.INTERNAL,
)
RETURNS = Article(id="returns", title="How to return", text="Send the parcel back within 30 days. It is free.")
RUNS = InternalRuns([LEGAL, LIMITS, RETURNS])


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("Hi Ana,\n\nnobody MAY know that, small claims are paid!", ["legal"]),
        ("Lead: up to $200, up to £150", ["limits"]),
        ("Well, agents may _waive_ the fee once.", ["legal", "limits"]),
        ("Up to $200, up to £150. Nobody may know that small claims", ["limits", "legal"]),
        ("Nobody may know that claims", []),
        ("Send the parcel back within 30 days.", []),
        ("You will hear from us within two days.", []),
        ("Say: you will hear", []),
        ("", []),
    ],
)
def test_five_words_in_a_row_are_the_articles(text: str, articles: list[str]) -> None:
    assert [words.article_id for words in RUNS.found(text)] == articles


def test_the_longest_stretch_is_quoted_as_it_stands_in_the_text() -> None:
    text = "Nobody may know that small. But: nobody  may know, that SMALL claims are paid. Bye."
    assert [words.quote for words in RUNS.found(text)] == ["nobody may know, that SMALL claims are paid"]


def test_what_a_released_article_says_may_be_said_whoever_else_says_it() -> None:
    text = "Agents may waive the fee once a year. Nobody may know that small claims are paid."
    assert [words.article_id for words in RUNS.found(text, but=["legal"])] == []
    (left,) = RUNS.found(text, but=["limits"])
    assert (left.article_id, left.quote) == ("legal", "Nobody may know that small claims are paid")


def test_without_internal_articles_nothing_is_found() -> None:
    assert InternalRuns([RETURNS]).found(LIMITS.text) == ()
    assert InternalRuns([]).found(LIMITS.text) == ()
