"""Versions of one subject for several regions are found by what they say, on the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.retrieval.question import Known, Question
from bot.retrieval.regional import versions
from bot.retrieval.search import search
from kb_ingest import embedder
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store


@pytest.fixture(scope="module")
def index(small_index: Path) -> KnowledgeIndex:
    return Store(small_index).current()


def test_the_same_subject_of_other_regions_is_known(index: KnowledgeIndex) -> None:
    assert versions(index, "returns-us") == {"returns-uk", "returns-eu"}
    assert versions(index, "plans-uk") == {"plans-us"}


def test_what_holds_everywhere_has_no_versions(index: KnowledgeIndex) -> None:
    assert versions(index, "hub-offline") == frozenset()


def test_a_search_says_which_versions_its_first_article_has(index: KnowledgeIndex) -> None:
    question = Question("send it back", "Do I pay for the label when I send an order back?", known=Known())
    result = search(index, embedder.load(), question, PUBLIC_VISITOR)
    first = result.hits[0].article.id
    assert first.startswith("returns-")
    assert result.versions == {"returns-us", "returns-uk", "returns-eu"} - {first}
