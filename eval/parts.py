"""Owns wiring the pipeline for evaluation from the same settings as the service. Refuses parts of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.decision.confidence import read_calibration
from bot.decision.policy import read_sensitive, read_small_talk
from bot.decision.sensitive import SensitiveScreen
from bot.respond import Responder
from bot.retrieval.batching import SharedEncoder
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import read_variants
from bot.settings import Settings
from eval.vector_memory import RememberingEncoder
from kb_ingest import build, embedder
from kb_ingest.article import Visibility
from kb_ingest.build import BuildReport
from kb_ingest.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Workshop:
    """The encoder of the service, as the index builder and as the pipeline use it."""

    settings: Settings
    embedder: Embedder
    encoder: SharedEncoder

    def refresh(self, sources: list[Path], index_dir: Path) -> BuildReport:
        """Publish the sources as they are now; only what changed is embedded."""
        return build.build(sources, index_dir, self.embedder)

    def responder(self, index_dir: Path) -> Responder:
        """The pipeline on the generation published in `index_dir`."""
        live = LiveIndex(index_dir)
        titles = [a.title for a in live.current().articles.values() if a.visibility is Visibility.PUBLIC]
        calibration = read_calibration(self.settings.calibration_file)
        policies = self.settings.policies_dir
        sensitive = read_sensitive(policies / "sensitive.yaml")
        return Responder(
            live,
            self.encoder,
            SensitiveScreen(sensitive, self.encoder, titles, calibration.sensitive_from),
            read_small_talk(policies / "small_talk.yaml"),
            read_variants(policies / "variants.yaml"),
            calibration,
        )


@contextmanager
def workshop(settings: Settings, work_dir: Path) -> Iterator[Workshop]:
    """The encoder with the vectors of earlier runs in `work_dir`; what is new is kept at the end."""
    loaded = embedder.load(
        settings.embedder_model, cache_dir=settings.model_cache_dir, threads=settings.embedder_threads
    )
    remembering = RememberingEncoder(loaded, work_dir / "vectors")
    try:
        yield Workshop(settings, loaded, SharedEncoder(remembering))
    finally:
        remembering.keep()
