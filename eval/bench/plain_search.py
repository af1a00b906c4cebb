"""Owns the baseline's search and its service: sentence-transformers, FAISS flat, one FastAPI route.

Refuses both tuning and handicaps; `python -m eval.bench.plain_search FOLDER PORT` loads nothing that it does not use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from kb_ingest.embedder import packaged_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32
VECTORS_FILE, PASSAGES_FILE = "plain.faiss", "plain.json"
_faiss: Any = faiss  # for the calls that faiss's own stubs do not describe


class Ask(BaseModel):
    """The body of a search."""

    query: str
    k: int = 5


@dataclass(frozen=True, slots=True)
class PlainIndex:
    """Rows of `vectors` are the rows of `passages`."""

    vectors: faiss.Index
    passages: tuple[Mapping[str, str], ...]


def model() -> SentenceTransformer:
    """The packaged all-MiniLM-L6-v2 as sentence-transformers runs it by default."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - seconds and 400 MB

    return SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)


def embed(encoder: SentenceTransformer, texts: Sequence[str]) -> Any:
    """Unit rows of float32, shape (n, 384)."""
    return encoder.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)


def save(folder: Path, rows: Any, passages: Sequence[Mapping[str, str]]) -> None:
    """Write what `load` reads."""
    vectors = faiss.IndexFlatIP(rows.shape[1])
    _faiss.IndexFlatIP.add(vectors, rows)
    folder.mkdir(parents=True, exist_ok=True)
    faiss.write_index(vectors, str(folder / VECTORS_FILE))
    (folder / PASSAGES_FILE).write_text(json.dumps(passages), encoding="utf-8")


def load(folder: Path) -> PlainIndex:
    """What `save` wrote."""
    vectors = faiss.read_index(str(folder / VECTORS_FILE))
    return PlainIndex(vectors, tuple(json.loads((folder / PASSAGES_FILE).read_text(encoding="utf-8"))))


def create_app(index: PlainIndex, encoder: SentenceTransformer) -> FastAPI:
    """One route, in FastAPI's thread pool as its documentation has it for work that blocks."""
    app = FastAPI()

    @app.post("/search")
    def search(ask: Ask) -> list[dict[str, Any]]:
        scores, rows = _faiss.IndexFlatIP.search(index.vectors, embed(encoder, [ask.query]), ask.k)
        found = zip(scores[0], rows[0], strict=True)
        return [{**index.passages[row], "score": float(score)} for score, row in found if row >= 0]

    return app


def serve(folder: Path, port: int) -> None:
    """Serve until a signal, as a small service usually is: uvicorn, warnings only."""
    uvicorn.run(create_app(load(folder), model()), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
