"""Owns how many threads numpy's matrix products take: one. Refuses to touch the encoder's threads.

A question's products are small. With several threads they hardly gain, and the idle ones spin for the next product:
on two processors that took four times the processor time of the whole search, most of it from the encoder.
"""

from __future__ import annotations

from threadpoolctl import threadpool_limits

BLAS = "blas"


def products_on_one_thread() -> None:
    """For the whole process, from now on. A sum in one order also gives the same bytes on every machine."""
    threadpool_limits(1, user_api=BLAS)
