"""Any sequence of edits: the index built step by step is the index built afresh, and what is erased is gone.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_ingest import build, erase
from kb_ingest.embedder import Embedder
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import NothingToRollBackTo, Store
from tests.hashing_embedder import HashingEmbedder
from tests.served import encoder

IDS = ("hub", "lock", "lamp", "plug")
VERBS = ("archive", "reactivate", "delete", "forget")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(IDS), st.integers(0, 3)),
        st.tuples(st.sampled_from(VERBS), st.sampled_from(IDS), st.just(0)),
        st.tuples(st.just("rollback"), st.just(""), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


@dataclass(frozen=True)
class Source:
    """One article as the content team has it."""

    id: str
    edition: int
    archived: bool = False

    @property
    def markdown(self) -> str:
        status = "archived" if self.archived else "published"
        front = f"id: {self.id}\ntitle: About the {self.id}\nvisibility: public\nstatus: {status}"
        parts = [
            f"## Part {part}\nPart {part} of the {self.id} blinks {self.edition * (part % 2)} times."
            for part in range(4)
        ]
        return f"---\n{front}\n---\n" + "\n\n".join(parts) + "\n"


class Desk:
    """A library and its index, edited step by step."""

    def __init__(self, root: Path, embedder: Embedder) -> None:
        self.root = root
        self.embedder = embedder
        self.store = Store(root / "index")
        self.sources = {"always": Source("always", 0)}
        self.texts: dict[str, set[str]] = {}
        self.build()

    def build(self) -> None:
        folder = self.root / "library"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for source in self.sources.values():
            (folder / f"{source.id}.md").write_text(source.markdown, encoding="utf-8")
        build.build([folder], self.store.index_dir, self.embedder)
        for chunk in self.store.current().chunks:
            self.texts.setdefault(chunk.article_id, set()).add(chunk.embedded_text)

    def afresh(self) -> KnowledgeIndex:
        with tempfile.TemporaryDirectory() as other:
            build.build([self.root / "library"], Path(other), self.embedder)
            return Store(Path(other)).current()

    def step(self, verb: str, article_id: str, edition: int) -> None:
        held = self.sources.get(article_id)
        if verb == "rollback":
            self.roll_back()
        elif verb == "forget":
            self.forget(article_id)
        else:
            if verb == "write":
                self.sources[article_id] = Source(article_id, edition)
            elif verb == "delete":
                self.sources.pop(article_id, None)
            elif held is not None:
                self.sources[article_id] = replace(held, archived=verb == "archive")
            self.build()
            assert_same(self.store.current(), self.afresh())
        for source in self.sources.values():
            if source.archived:
                self.assert_gone(source.id)

    def roll_back(self) -> None:
        before = self.store.kept()
        named = self.store.generation_id()
        try:
            now = self.store.rollback()
        except NothingToRollBackTo:
            assert before[-1] == named
            return
        assert before.index(now) == before.index(str(named)) + 1
        assert self.store.current().generation == now

    def forget(self, article_id: str) -> None:
        held = self.store.versions.has(article_id)
        whole = self.store.current()
        try:
            receipt = build.forget(self.store.index_dir, article_id)
        except build.UnknownArticle:
            assert not held
        else:
            assert held
            assert receipt.generation_after == self.store.current().generation
        assert_same(self.store.current(), erase.without(whole, [article_id]))
        self.assert_gone(article_id)
        self.sources.pop(article_id, None)

    def assert_gone(self, article_id: str) -> None:
        """No passage, vector, posting, version or kept generation holds anything of the article."""
        mark = f"About the {article_id}"
        for generation in self.store.kept():
            whole = self.store.open(generation)
            assert article_id not in whole.articles
            assert not any(mark in chunk.embedded_text for chunk in whole.chunks)
            assert article_id not in whole.lexical.vocabulary
        assert not self.store.versions.has(article_id)
        texts = sorted(self.texts.get(article_id, ()))
        assert self.store.vectors.get_many(self.embedder.digest, texts) == [None] * len(texts)
        files = [path for path in self.store.index_dir.rglob("*") if path.is_file()]
        assert not any(mark.encode() in path.read_bytes() for path in files)


def assert_same(one: KnowledgeIndex, other: KnowledgeIndex) -> None:
    """Equal to the last bit, but for the time they were made at."""
    assert one.generation == other.generation
    assert one.chunks == other.chunks
    assert one.articles == other.articles
    # A batch of another shape may round the last bit of a real vector another way; the hashing ones are equal.
    assert np.allclose(one.vectors(), other.vectors(), rtol=0, atol=1e-6)
    assert one.lexical.vocabulary == other.lexical.vocabulary
    for term in one.lexical.vocabulary:
        assert np.array_equal(one.lexical.scores([term]), other.lexical.scores([term]))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(steps=STEPS)
def test_any_sequence_of_edits_leaves_what_a_full_build_would(steps: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        desk = Desk(Path(root), HashingEmbedder())
        for step in steps:
            desk.step(*step)


def test_edits_with_the_real_model_leave_the_vectors_of_a_full_build(tmp_path: Path) -> None:
    desk = Desk(tmp_path, encoder())
    for verb, article_id, edition in [
        ("write", "hub", 1), ("write", "lock", 2), ("write", "hub", 3), ("archive", "lock", 0),
        ("reactivate", "lock", 0), ("rollback", "", 0), ("forget", "hub", 0), ("write", "hub", 3),
    ]:  # fmt: skip
        desk.step(verb, article_id, edition)
