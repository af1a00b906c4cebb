"""The encoder of a service is ready when the service is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.settings import Settings
from bot.warm_encoder import WarmEncoder, load_encoder
from kb_ingest.embedder import default_cache_dir

TEXTS = ["How do I reset Hub 2?", "It does not turn on. What shall I do about it?", "hub"]


@pytest.fixture
def settings() -> Settings:
    return Settings(model_cache_dir=default_cache_dir())


def test_a_warm_encoder_has_its_weights(settings: Settings) -> None:
    model = WarmEncoder(lambda: settings).ready()
    assert "_compiled" in vars(model) or "_loaded" in vars(model)


def test_what_goes_wrong_while_loading_is_raised_to_who_waits(tmp_path: Path) -> None:
    warm = WarmEncoder(lambda: Settings(embedder_model=str(tmp_path / "no model")))
    with pytest.raises(Exception, match="no model"):
        warm.ready()


def test_a_question_has_the_vector_that_it_had_in_the_index(settings: Settings) -> None:
    """Built with all threads, asked with one."""
    alone = load_encoder(settings.model_copy(update={"embedder_threads": 1}))
    assert np.array_equal(load_encoder(settings).encode(TEXTS), alone.encode(TEXTS))
