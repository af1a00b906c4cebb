"""What the place of a passage says for it: authors say first what most people came for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.retrieval.question import Question
from bot.retrieval.search import own_scores
from bot.retrieval.standing import FURTHER_DOWN, MAIN_PART, standing
from kb_ingest import build as building
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder

OPENING = "You can end the plan whenever you like.\n\n"
STEPS = "## End it\n\n1. Open the plan.\n2. Choose the end.\n\n"
TABLE = "## When it ends\n\n| Plan | Ends |\n|---|---|\n| Monthly | At once |\n\n"
LAST = "## Change of mind\n\nYou can come back.\n"


def of(*parts: str) -> tuple[Article, list[Chunk]]:
    text = "".join(parts)
    ends = np.cumsum([0, *map(len, parts)]).tolist()
    article = Article(id="plan", title="Plan", text=text)
    return article, [
        Chunk("plan", article.version, place, "Plan", (), start, start + len(part), part)
        for place, (start, part) in enumerate(zip(ends, parts, strict=False))
    ]


@pytest.mark.parametrize("parts", [(OPENING, STEPS, TABLE), (OPENING, TABLE, STEPS)])
def test_the_first_procedure_or_table_is_what_most_people_came_for(parts: tuple[str, ...]) -> None:
    opening, main, other = standing(*of(*parts))
    assert opening == 0
    assert MAIN_PART < main - other < MAIN_PART + FURTHER_DOWN


def test_what_stands_further_down_counts_less_and_text_alone_has_no_main_part() -> None:
    first, second, last = standing(*of(OPENING, OPENING, OPENING))
    assert 0 == first > second > last > -FURTHER_DOWN


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    source: Path = tmp_path_factory.mktemp("kb")
    (source / "plan.md").write_text(f"---\nid: plan\ntitle: Plan\n---\n\n{OPENING}{STEPS}{TABLE}{LAST}")
    building.build([source], source / "index", HashingEmbedder())
    return Store(source / "index").current()


def test_the_place_counts_for_who_asks_first_and_not_for_who_asks_on(index: KnowledgeIndex) -> None:
    rows, alike = index.rows_of("plan"), np.ones(len(index.chunks))
    first, on = (
        own_scores(index, question, rows, alike, alike, alike)
        for question in (Question("end", "end"), Question("and then?", "end and then?", alone=Question("and", "and")))
    )
    steps = next(place for place, chunk in enumerate(index.chunks) if "Choose the end" in chunk.text)
    assert (int(first.argmax()), len(set(on.tolist()))) == (steps, 1)
