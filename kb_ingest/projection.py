"""Owns the matrix that makes token vectors short: fitted for the packaged model, drawn once for any other.

Refuses to be fitted here: `python -m eval fit-tokens` wrote the file.
"""

from __future__ import annotations

import io
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from kb_ingest.encoded import TOKEN_DIMENSIONS

_FITTED = "data/minilm_tokens_64.npy"
_SEED = 20260722


def of_packaged_model() -> NDArray[np.float32]:
    """Shape (384, TOKEN_DIMENSIONS): the principal axes of the packaged model's token vectors on public texts."""
    content = resources.files("kb_ingest").joinpath(_FITTED).read_bytes()
    fitted: NDArray[np.float32] = np.load(io.BytesIO(content), allow_pickle=False)
    return fitted


def drawn(dimensions: int) -> NDArray[np.float32]:
    """Shape (dimensions, TOKEN_DIMENSIONS): orthonormal axes, always the same ones for a number of dimensions.

    Random axes keep inner products on average (Johnson and Lindenstrauss 1984); needs at least TOKEN_DIMENSIONS.
    """
    wide = np.random.default_rng(_SEED).standard_normal((dimensions, TOKEN_DIMENSIONS))
    return np.linalg.qr(wide)[0].astype(np.float32)
