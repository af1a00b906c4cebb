"""Owns how many heaps the C library keeps for the threads of a service: two. Refuses to allocate.

By default glibc gives forty threads sixteen heaps or more, each of which keeps what its largest question took: some
100 MB in all.
"""

from __future__ import annotations

import ctypes

HEAPS = 2
_M_ARENA_MAX = -8  # glibc's malloc.h


def keep_few_heaps() -> bool:
    """Call it before threads are started. False where the C library is not glibc: there is nothing to limit."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, HEAPS))
