"""Owns getting a vector for each passage while embedding as little as possible.

Refuses to embed a text twice: what the cache knows is reused, equal texts are embedded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb_ingest.embedder import Embedder
from kb_ingest.encoded import Encoded
from kb_ingest.vector_cache import VectorCache

_STEP = 256
"""Texts embedded between two writes to the cache: a killed build loses at most this much work."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """`rows`, one per text; `embedded`: how many texts had to be embedded for it."""

    rows: tuple[Encoded, ...]
    embedded: int


def of_texts(
    texts: Sequence[str], embedder: Embedder, cache: VectorCache, *, fresh: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Vectors:  # fmt: skip
    """What the model makes of `texts`: from the cache where it has them (`fresh`: never), else embedded and stored."""
    unique = list(dict.fromkeys(texts))
    known = [None] * len(unique) if fresh else cache.get_many(embedder.digest, unique)
    by_text = {text: row for text, row in zip(unique, known, strict=True) if row is not None}
    # By length, so that a step's batches hold texts of similar length.
    missing = sorted((text for text in unique if text not in by_text), key=len, reverse=True)
    for at in range(0, len(missing), _STEP):
        step = missing[at : at + _STEP]
        rows = embedder.encode_tokens(step)
        cache.put_many(embedder.digest, step, rows)
        by_text.update(zip(step, rows, strict=True))
        if progress is not None:
            progress(at + len(step), len(missing))
    return Vectors(tuple(by_text[text] for text in texts), len(missing))
