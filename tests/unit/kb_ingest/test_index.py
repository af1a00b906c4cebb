"""The index filters before it ranks, is the same alone and in a batch, and loads what it saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kb_ingest import index
from kb_ingest.article import Article, Link, Visibility
from kb_ingest.asked import Questions, texts_of
from kb_ingest.chunk import Limits, split
from kb_ingest.index import KnowledgeIndex, Model
from kb_ingest.manifest import DamagedGeneration, Rules
from kb_ingest.passages import Measures
from tests.hashing_embedder import HashingEmbedder

RULES = Rules(160, 256, "cut/1", "bm25/1")
MODEL = Model("hashing", "hashing-64", 64)


def built(count: int = 6) -> KnowledgeIndex:
    articles = [
        Article(
            f"a{number}", f"Lamp {number}", f"Lamp {number} blinks.\n\n## More\nIt is lamp {number}.",
            visibility=Visibility.INTERNAL if number % 2 else Visibility.PUBLIC, updated_at=date(2026, 1, 2),
            region=("us",), links=(Link("text", "b.md", 3),), metadata={"key": "ä"},
            questions=(f"does lamp {number} blink",) * (number % 3), unanswered=("is it heavy",) * (number % 2),
        )
        for number in range(count)
    ]  # fmt: skip
    chunks = [chunk for each in articles for chunk in split(each, Limits(), Measures(HashingEmbedder()))]
    encoded = HashingEmbedder().encode_tokens([chunk.embedded_text for chunk in chunks])
    questions = HashingEmbedder().encode_tokens(texts_of(articles))
    return index.build(MODEL, RULES, articles, chunks, encoded, questions)


def questions_of(whole: KnowledgeIndex) -> tuple[Questions, Questions]:
    return whole.asked.foreseen, whole.asked.unanswered


def test_row_that_is_not_allowed_takes_no_place() -> None:
    found = built()
    allowed = np.array([found.articles[chunk.article_id].visibility == "public" for chunk in found.chunks])
    asked = HashingEmbedder().encode(["Lamp 1 blinks."])
    scores, rows = found.search(asked, 4, allowed)
    assert (rows >= 0).all()
    assert allowed[rows[0]].all()
    exact = np.sort((found.vectors() @ asked[0])[allowed])[::-1]
    assert scores[0] == pytest.approx(exact[:4], abs=1e-6)


def test_places_without_a_row_are_minus_one() -> None:
    found = built()
    allowed = np.zeros(len(found.chunks), dtype=np.bool_)
    allowed[3] = True
    scores, rows = found.search(HashingEmbedder().encode(["Lamp"]), 3, allowed)
    assert rows.tolist() == [[3, -1, -1]]
    assert scores[0, 1:].tolist() == [0, 0]


def test_query_gets_the_same_bytes_alone_and_in_a_batch() -> None:
    found = built(30)
    asked = HashingEmbedder().encode([f"lamp {number} blinks" for number in range(40)])
    scores, rows = found.search(asked, 5)
    for number in range(40):
        alone = found.search(asked[number : number + 1], 5)
        assert alone[0].tobytes() == scores[number : number + 1].tobytes()
        assert alone[1].tolist() == rows[number : number + 1].tolist()


def test_saved_index_loads_equal(tmp_path: Path) -> None:
    found = built()
    folder = tmp_path / found.generation
    folder.mkdir()
    found.save(folder)
    again = index.load(folder)
    assert again.chunks == found.chunks
    assert again.articles == found.articles
    assert again.manifest == found.manifest
    assert np.array_equal(again.vectors(), found.vectors())
    assert again.tokens.to_bytes() == found.tokens.to_bytes()
    assert again.asked.foreseen.owners.tolist() == [1, 2, 2, 4, 5, 5]
    assert again.asked.unanswered.owners.tolist() == [1, 3, 5]
    for read, built_before in zip(questions_of(again), questions_of(found), strict=True):
        assert np.array_equal(read.vectors, built_before.vectors)
        assert read.tokens.to_bytes() == built_before.tokens.to_bytes()
    assert again.asked.words.to_bytes() == found.asked.words.to_bytes()
    assert again.asked.share == pytest.approx(4 / 6)
    assert again.rows_of("a2").tolist() == [4, 5]
    assert again.rows_of("none").tolist() == []


@pytest.mark.parametrize("flat_up_to", [index._FLAT_UP_TO, 0])
def test_cosines_are_those_of_the_search(monkeypatch: pytest.MonkeyPatch, flat_up_to: int) -> None:
    """Exact search and graph alike, whatever rows they are asked with."""
    monkeypatch.setattr(index, "_FLAT_UP_TO", flat_up_to)
    found = built()
    asked = HashingEmbedder().encode(["Lamp 1 blinks."])
    scores, rows = found.search(asked, 6)
    assert found.cosines(asked[0], rows[0]) == pytest.approx(scores[0], abs=1e-6)
    alone = [found.cosines(asked[0], rows[0][place : place + 1])[0] for place in range(6)]
    assert alone == found.cosines(asked[0], rows[0]).tolist()


def test_manifest_of_another_generation_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    built().save(folder)
    with pytest.raises(DamagedGeneration, match="holds the manifest of"):
        index.load(folder)


def test_generation_id_follows_the_content_only() -> None:
    assert built().generation == built().generation
    assert built().generation != built(5).generation
