"""The pipeline keeps numpy's products to one thread."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from bot.one_thread import BLAS, products_on_one_thread


def _threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == BLAS}


def test_numpys_products_take_one_thread() -> None:
    assert np.ones((2, 2)).dot(np.ones(2)).sum() == 4
    threadpool_limits(2, user_api=BLAS)
    if _threads() == {1}:
        pytest.skip("this machine has one processor")
    products_on_one_thread()
    assert _threads() == {1}
