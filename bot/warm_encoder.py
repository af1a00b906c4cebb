"""Owns loading the encoder, also beside everything else that a start does. Refuses to know what is encoded."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.settings import Settings
from kb_ingest import embedder
from kb_ingest.embedder import Embedder

READY = "ready"
"""Any text: the first one makes the runtime load."""


def load_encoder(settings: Settings) -> Embedder:
    """The configured embedder for many texts at once; its weights are read with the first of them."""
    return embedder.load(settings.embedder_model, cache_dir=settings.model_cache_dir, threads=settings.embedder_threads)


def load_serving_encoder(settings: Settings) -> Embedder:
    """The configured embedder for questions; its vectors are the same to the bit."""
    threads = serving_threads(settings.embedder_threads, os.cpu_count() or 1)
    return embedder.load(settings.embedder_model, cache_dir=settings.model_cache_dir, threads=threads)


def serving_threads(wanted: int, processors: int) -> int:
    """What was `wanted`; 0: half of the processors.

    A question is too short to keep two of them busy, and the others answer the questions that are encoded already.
    """
    return wanted or max(1, processors // 2)


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
    model = load_serving_encoder(settings())
    model.encode([READY])
    return model
