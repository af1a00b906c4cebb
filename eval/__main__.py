"""Owns `python -m eval`. Refuses to be imported for anything else: the commands are in cli.py."""

from __future__ import annotations

from eval.cli import app

if __name__ == "__main__":
    app(prog_name="python -m eval")
