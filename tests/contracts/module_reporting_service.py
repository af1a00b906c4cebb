"""Owns `serve` that writes down, as it ends, which modules it had loaded. Refuses to change anything else."""

from __future__ import annotations

import atexit
import sys
from pathlib import Path

from bot.serve_cli import app


def _report() -> None:
    data = Path(sys.argv[sys.argv.index("--data") + 1])
    (data / "modules.txt").write_text("\n".join(sorted(sys.modules)))


if __name__ == "__main__":
    atexit.register(_report)
    app(sys.argv[2:])
