"""Hybrid search: what may not be seen is never ranked, codes and devices count, long briefs lean on their words."""

from __future__ import annotations

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.retrieval import ranking
from bot.retrieval.question import Known, Question
from bot.retrieval.search import search
from bot.retrieval.visible import visible_rows
from kb_ingest import build as building
from kb_ingest.article import Article, Visibility
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder

ARTICLES = {
    "returns-us": ("Return an order", "us", "public", "You can return an order within 30 days of delivery."),
    "returns-uk": ("Return an order", "uk", "public", "You can return an order within 45 days of delivery."),
    "refund-limits": ("Refund limits", "", "internal", "Agents may refund an order up to 50 dollars canary7."),
    "code-c204": ("Camera code C-204", "", "public", "The code C-204 means that the signal is weak."),
    "code-c201": ("Camera code C-201", "", "public", "The code C-201 means that the password is wrong."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    source = tmp_path_factory.mktemp("kb")
    for identifier, (title, region, visibility, text) in ARTICLES.items():
        limits = f"region: [{region}]\n" if region else ""
        head = f"---\nid: {identifier}\ntitle: {title}\nvisibility: {visibility}\n{limits}---\n"
        (source / f"{identifier}.md").write_text(f"{head}\n{text}\n", encoding="utf-8")
    folder = source / "index"
    building.build([source], folder, HashingEmbedder())
    return Store(folder).current()


def found(index: KnowledgeIndex, text: str, viewer: Viewer = PUBLIC_VISITOR, **known: str) -> list[str]:
    question = Question(text, text, known=Known(**known))
    return [hit.article.id for hit in search(index, HashingEmbedder(), question, viewer).hits]


def test_internal_articles_are_only_found_by_staff(index: KnowledgeIndex) -> None:
    words = ARTICLES["refund-limits"][3]
    assert "refund-limits" not in found(index, words)
    assert found(index, words, Viewer(Role.AGENT))[0] == "refund-limits"


def test_the_mask_hides_rows_from_visitors_and_other_regions(index: KnowledgeIndex) -> None:
    def shown(viewer: Viewer, known: Known) -> set[str]:
        mask = visible_rows(index, viewer, known)
        return {chunk.article_id for chunk, visible in zip(index.chunks, mask, strict=True) if visible}

    assert shown(PUBLIC_VISITOR, Known()) == set(ARTICLES) - {"refund-limits"}
    assert shown(PUBLIC_VISITOR, Known(region="uk")) == set(ARTICLES) - {"refund-limits", "returns-us"}
    assert shown(Viewer(Role.SERVICE), Known()) == set(ARTICLES)


def test_a_known_region_leaves_the_other_variant_out(index: KnowledgeIndex) -> None:
    assert "returns-us" not in found(index, "return an order", region="uk")
    assert found(index, "return an order", region="uk")[0] == "returns-uk"


def test_an_error_code_decides_between_twins(index: KnowledgeIndex) -> None:
    assert found(index, "camera says C-201 code")[0] == "code-c201"
    assert found(index, "camera says C-204 code")[0] == "code-c204"


def test_the_same_question_gives_the_same_result(index: KnowledgeIndex) -> None:
    question = Question("return", "return an order within days")
    first = search(index, HashingEmbedder(), question, PUBLIC_VISITOR)
    assert all(search(index, HashingEmbedder(), question, PUBLIC_VISITOR) == first for _ in range(3))


def test_weights_add_up_to_one_so_that_scores_compare() -> None:
    for weights in (ranking.SENTENCE, ranking.BRIEF):
        assert sum(getattr(weights, name) for name in ranking.names()) == pytest.approx(1.0)


def test_a_device_that_was_named_counts_for_its_articles() -> None:
    lock = Article("a", "A", "text", product=("latch-lock",), visibility=Visibility.PUBLIC)
    assert ranking._product(frozenset({"latch-lock"}), lock) == 1.0
    assert ranking._product(frozenset({"siren"}), lock) == 0.0
    assert ranking._product(frozenset(), lock) == 0.5


