"""Threads share few heaps, counted by glibc itself in a process of their own."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from bot.allocator import HEAPS

COUNT = """
import ctypes, sys, threading
from pathlib import Path
from bot.allocator import keep_few_heaps

if "few" in sys.argv:
    assert keep_few_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(24)

def allocate():
    for _ in range(200):
        libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
print(Path(sys.argv[1]).read_text().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps heaps per thread")
def test_threads_share_few_heaps(tmp_path: Path) -> None:
    assert _heaps(tmp_path, "few") <= HEAPS < _heaps(tmp_path)


def _heaps(folder: Path, *words: str) -> int:
    """How many heaps a process has after 24 threads used memory at the same time."""
    command = [sys.executable, "-c", COUNT, str(folder / "heaps.xml"), *words]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
