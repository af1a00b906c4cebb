"""Which sentence, step or row answers, on the real encoder; and what of it the help centre's search shows."""

from __future__ import annotations

import numpy as np
import pytest

from bot.answering.decisive import decisive
from bot.portal.search_view import BEFORE, _excerpt
from bot.retrieval.passage import Passage
from eval.spans import holds
from kb_ingest import embedder
from kb_ingest.article import Article
from kb_ingest.build import build
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder
from tests.served import encoder

HUB = """---
id: hub
title: Pump hub
---

The hub has two aerials and a lamp. It is delivered with a cable of 2 metres. The guarantee ends after three years.
It must stay below 45 °C, in summer too.

| Colour of the lamp | What it means |
|---|---|
| Blue | Waiting for the app |
| Red | The water tank is empty |

1. Unplug the hub.
2. Press the small button for 20 seconds.
"""
ENCODER = encoder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    folder = tmp_path_factory.mktemp("decisive")
    (folder / "kb").mkdir()
    (folder / "kb/hub.md").write_text(HUB, encoding="utf-8")
    (folder / "kb/bare.md").write_text("---\nid: bare\ntitle: Bare\n---\n\n## Only\n\n## Headings\n", encoding="utf-8")
    build([folder / "kb"], folder / "index", ENCODER)
    return Store(folder / "index").current()


def passages(index: KnowledgeIndex, article_id: str) -> list[Passage]:
    article = index.articles[article_id]
    return [Passage(index.chunks[row], article, 0.0, 0.0, 0.0) for row in index.rows_of(article_id).tolist()]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how long is the cable?", "It is delivered with a cable of 2 metres."),
        ("when does the guarantee run out", "The guarantee ends after three years."),
        ("which colour when the water tank is empty?", "| Red | The water tank is empty |"),
        ("which button do I press and how long?", "2. Press the small button for 20 seconds."),
    ],
)
def test_the_sentence_the_step_or_the_row_that_says_it(question: str, answer: str, index: KnowledgeIndex) -> None:
    start, end = decisive(index, ENCODER, question, passages(index, "hub"))
    assert index.articles["hub"].text[start:end] == answer


def test_headings_alone_are_taken_whole(index: KnowledgeIndex) -> None:
    (only,) = passages(index, "bare")
    assert decisive(index, ENCODER, "what?", [only]) == (only.chunk.start, only.chunk.end)


def test_the_first_piece_where_the_encoder_does_not_know_places(index: KnowledgeIndex) -> None:
    class Unplaced(HashingEmbedder):
        encode_tokens = ENCODER.encode_tokens

        def piece_spans(self, text: str) -> np.ndarray:
            return np.empty((0, 2), np.int64)

    start, end = decisive(index, Unplaced(), "how long is the cable?", passages(index, "hub"))
    assert index.articles["hub"].text[start:end] == "The hub has two aerials and a lamp."


def test_both_runtimes_place_the_pieces_that_they_encode_alike() -> None:
    text = "Hub\nReset the E-107 hub – naïvely, at 45 °C!"
    fast, reference = ENCODER, embedder.load(runtime=embedder.Runtime.TORCH)
    assert fast.piece_spans(text).tolist() == reference.piece_spans(text).tolist()
    assert len(fast.piece_spans(text)) == len(fast.encode_tokens([text])[0].pieces)
    assert [text[start:end] for start, end in fast.piece_spans(text)[:3].tolist()] == ["Hub", "Reset", "the"]


def test_an_excerpt_begins_with_the_sentence_that_answers() -> None:
    text = "The hub has two aerials.\n\nIt must stay below 45 °C. It is white."
    article = Article("hub", "Hub", text)
    assert _excerpt(article, text, "It must stay below 45 °C.") == BEFORE + "It must stay below 45 °C. It is white."
    assert _excerpt(article, text, "The hub has two aerials.").startswith("The hub has")
    rows = "| Lamp | Meaning |\n|---|---|\n| Blue | Waiting |\n| Red | Tank is empty |"
    table = Article("hub", "Hub", rows)
    assert _excerpt(table, rows, "| Red | Tank is empty |") == BEFORE + "Lamp: Red, Meaning: Tank is empty."


def test_a_sentence_holds_an_answer_or_stands_in_a_longer_one() -> None:
    assert holds("It took 308 points.", ("308",))
    assert holds("to answer your questions.", ("To answer your questions. To ship.",))
    assert not holds("It took 307 points.", ("308",))
    assert not holds("", ("308",))
