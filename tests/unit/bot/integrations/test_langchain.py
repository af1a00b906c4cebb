"""LangChain's own conformance suite on our store, and what our store and retriever promise beyond it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests.vectorstores import VectorStoreIntegrationTests

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.integrations.langchain import AnswerdeskEmbeddings, HybridRetriever, KnowledgeVectorStore
from bot.retrieval.batching import SharedEncoder
from bot.retrieval.live_index import LiveIndex
from kb_ingest import build as building
from tests.hashing_embedder import HashingEmbedder

PUBLIC = "---\nid: hub\ntitle: Reset the hub\n---\n\nHold the reset button of the hub for ten seconds.\n"
SECRET = "---\nid: int-hub\ntitle: Hub playbook\nvisibility: internal\n---\n\nHub reset button canary for agents.\n"
AGENT = Viewer(Role.AGENT)


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:.*is marked with '@pytest.mark.asyncio'")
class TestConformance(VectorStoreIntegrationTests):
    """Every test of LangChain's suite, sync and async, none skipped."""

    @pytest.fixture
    def vectorstore(self) -> VectorStore:  # type: ignore[override]
        return KnowledgeVectorStore(self.get_embeddings())


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> LiveIndex:
    folder = tmp_path_factory.mktemp("kb")
    (folder / "hub.md").write_text(PUBLIC)
    (folder / "int-hub.md").write_text(SECRET)
    building.build([folder], folder / "index", HashingEmbedder())
    return LiveIndex(folder / "index")


@pytest.fixture
def encoder() -> SharedEncoder:
    return SharedEncoder(HashingEmbedder())


def test_the_retriever_shows_internal_passages_to_staff_only(live: LiveIndex, encoder: SharedEncoder) -> None:
    question = "hub reset button canary agents"
    public = HybridRetriever(live=live, encoder=encoder, viewer=PUBLIC_VISITOR).invoke(question)
    staff = HybridRetriever(live=live, encoder=encoder, viewer=AGENT).invoke(question)
    assert [document.metadata["article_id"] for document in public] == ["hub"]
    assert [document.metadata["article_id"] for document in staff] == ["int-hub", "hub"]


def test_a_retrieved_passage_names_the_span_it_came_from(live: LiveIndex, encoder: SharedEncoder) -> None:
    (found,) = HybridRetriever(live=live, encoder=encoder).invoke("reset the hub")
    article = live.current().articles["hub"]
    about = found.metadata
    assert article.text[about["start"] : about["end"]] == found.page_content
    assert (about["version"], about["title"], about["visibility"]) == (article.version, "Reset the hub", "public")


def test_a_store_over_the_index_embeds_nothing_again_and_hides_internal_passages(live: LiveIndex) -> None:
    embedder = HashingEmbedder()
    store = KnowledgeVectorStore.from_index(live.current(), AnswerdeskEmbeddings(embedder))
    assert embedder.encoded == []
    assert [document.metadata["article_id"] for document in store.similarity_search("hub canary", k=9)] == ["hub"]
    staff = KnowledgeVectorStore.from_index(live.current(), AnswerdeskEmbeddings(embedder), AGENT)
    assert len(staff.similarity_search("hub canary", k=9)) == 2


def test_a_filter_is_applied_before_ranking() -> None:
    store = KnowledgeVectorStore.from_texts(
        ["red hub", "red lamp", "blue sea"], AnswerdeskEmbeddings(HashingEmbedder()), [{"n": n} for n in range(3)]
    )
    found = store.similarity_search("red", k=1, filter=lambda document: document.metadata["n"] == 2)
    assert [document.page_content for document in found] == ["blue sea"]


def test_scores_are_cosines_and_relevance_lies_between_zero_and_one() -> None:
    store = KnowledgeVectorStore.from_texts(["red hub", "blue sea"], AnswerdeskEmbeddings(HashingEmbedder()))
    (same, cosine), (_, lower) = store.similarity_search_with_score("red hub", k=2)
    assert same.page_content == "red hub"
    assert cosine == pytest.approx(1.0, abs=1e-5)
    assert lower < cosine
    assert all(0 <= score <= 1 for _, score in store.similarity_search_with_relevance_scores("red hub"))


def test_marginal_relevance_prefers_the_unlike() -> None:
    texts = ["red hub light", "red hub light", "red sea"]
    store = KnowledgeVectorStore.from_texts(texts, AnswerdeskEmbeddings(HashingEmbedder()))
    found = store.max_marginal_relevance_search("red hub light", k=2, lambda_mult=0.1)
    assert sorted(document.page_content for document in found) == ["red hub light", "red sea"]


def test_a_found_document_is_a_copy() -> None:
    store = KnowledgeVectorStore.from_texts(["red hub"], AnswerdeskEmbeddings(HashingEmbedder()), ids=["1"])
    store.similarity_search("red")[0].metadata["x"] = 1
    assert store.get_by_ids(["1"]) == [Document("red hub", id="1")]


def test_the_service_does_not_load_langchain(tmp_path: Path) -> None:
    """In a fresh process: assembling the desk without a model imports no LangChain."""
    code = "import sys, bot.assemble, bot.app; print([m for m in sys.modules if m.startswith('langchain')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
