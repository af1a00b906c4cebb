"""Versions of one subject for several regions are found by what they say, on the real encoder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bot.access import PUBLIC_VISITOR
from bot.retrieval import regional
from bot.retrieval.question import Known, Question
from bot.retrieval.regional import versions
from bot.retrieval.search import search
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.served import encoder


@dataclass(eq=False)
class Base:
    """As much of an index as versions are told by."""

    ordered: Sequence[Article]


def _ids(articles: Iterable[Article]) -> set[str]:
    return {article.id for article in articles}


@pytest.fixture(scope="module")
def index(small_index: Path) -> KnowledgeIndex:
    return Store(small_index).current()


def test_the_same_subject_of_other_regions_is_known(index: KnowledgeIndex) -> None:
    assert _ids(versions(index, "returns-us")) == {"returns-uk", "returns-eu"}
    assert _ids(versions(index, "plans-uk")) == {"plans-us"}


def test_a_region_without_a_version_takes_that_of_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    us, uk, eu = (Article(f"plans-{region}", "Plans", "Text.", region=(region,)) for region in ("us", "uk", "eu"))
    means = np.array([[1.0, 0.0], [0.8, 0.6], [0.4, 0.92]], np.float32)
    monkeypatch.setattr(regional, "_mean", lambda _index, place: means[place])
    base = cast(KnowledgeIndex, Base((us, uk, eu)))
    assert versions(base, "plans-us") == (uk, eu)
    assert versions(base, "plans-uk") == (eu, us), "nearest first"


def test_what_holds_everywhere_has_no_versions(index: KnowledgeIndex) -> None:
    assert versions(index, "hub-offline") == ()


def test_a_search_says_which_versions_its_first_article_has(index: KnowledgeIndex) -> None:
    question = Question("send it back", "Do I pay for the label when I send an order back?", known=Known())
    result = search(index, encoder(), question, PUBLIC_VISITOR)
    first = result.hits[0].article.id
    assert first.startswith("returns-")
    assert _ids(result.versions) == {"returns-us", "returns-uk", "returns-eu"} - {first}
