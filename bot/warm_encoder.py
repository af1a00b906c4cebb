"""Owns loading the encoder, also beside everything else that a start does. Refuses to know what is encoded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.own_files import check_files
from bot.settings import Settings
from kb_ingest import embedder
from kb_ingest.embedder import Embedder

READY = "ready"
"""Any text: the first one makes the runtime load."""


def load_encoder(settings: Settings) -> Embedder:
    """The configured embedder; its weights are read with the first text."""
    return embedder.load(settings.embedder_model, cache_dir=settings.model_cache_dir, threads=settings.embedder_threads)


class WarmEncoder:
    """The embedder, loaded by a thread from the moment this is made: most of it happens outside the interpreter."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        """`settings` is called in the thread: whoever starts the service tells what is wrong with them."""
        pool = ThreadPoolExecutor(1, "encoder")
        self._loading = pool.submit(_warm, settings)
        pool.shutdown(wait=False)

    def ready(self) -> Embedder:
        """The embedder once it has encoded a first text; raises what loading it raised."""
        return self._loading.result()


def _warm(settings: Callable[[], Settings]) -> Embedder:
    read = settings()
    check_files(read)  # a folder that is not Answerdesk's gets no cache of models
    model = load_encoder(read)
    model.encode([READY])
    return model
