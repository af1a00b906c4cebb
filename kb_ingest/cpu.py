"""Owns the one question asked of the processor: in which precision does it multiply matrices fastest?

Refuses to guess: where the answer cannot be read, it is 32-bit floats.
"""

from __future__ import annotations

from pathlib import Path

_FAST_BF16 = frozenset({"amx_bf16", "avx512_bf16"})


def matrix_precision(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """ "bf16" where the processor has instructions for it, else "f32" (OpenVINO's names)."""
    return "bf16" if _FAST_BF16 & _flags(cpuinfo) else "f32"


def _flags(cpuinfo: Path) -> frozenset[str]:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())
