"""Owns `python -m eval.bench`. Refuses to be imported for anything else: the command is in cli.py."""

from __future__ import annotations

from eval.bench.cli import app

if __name__ == "__main__":
    app(prog_name="python -m eval.bench")
