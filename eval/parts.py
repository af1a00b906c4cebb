"""Owns the pipeline as evaluation runs it: the service's own assembly, with a memory of vectors in front of the model.

Refuses parts of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.pipeline import build_responder
from bot.respond import Responder
from bot.retrieval.batching import SharedEncoder
from bot.settings import Settings
from eval.vector_memory import RememberingEncoder
from kb_ingest import build, embedder
from kb_ingest.build import BuildReport
from kb_ingest.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Workshop:
    """The encoder of the service, as the index builder and as the pipeline use it."""

    settings: Settings
    embedder: Embedder
    encoder: SharedEncoder
    work_dir: Path

    def refresh(self, sources: Sequence[Path], index_dir: Path) -> BuildReport:
        """Publish the sources as they are now; only what changed is embedded."""
        return build.build(sources, index_dir, self.embedder, may_shrink=True)

    def responder(self, index_dir: Path) -> Responder:
        """The pipeline on the generation published in `index_dir`."""
        places = {"index_dir": index_dir, "data_dir": self.work_dir}
        built = build_responder(self.settings.model_copy(update=places))
        return replace(built, encoder=self.encoder, screen=built.screen.hearing(self.encoder))


@contextmanager
def workshop(settings: Settings, work_dir: Path) -> Iterator[Workshop]:
    """The encoder with the vectors of earlier runs in `work_dir`; what is new is kept at the end."""
    loaded = embedder.load(
        settings.embedder_model, cache_dir=settings.model_cache_dir, threads=settings.embedder_threads
    )
    remembering = RememberingEncoder(loaded, work_dir / "vectors")
    try:
        yield Workshop(settings, loaded, SharedEncoder(remembering), work_dir)
    finally:
        remembering.keep()
