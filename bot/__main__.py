"""Owns `python -m bot`. Refuses to be imported for anything else: the commands are in cli.py."""

from __future__ import annotations

from bot.cli import app

if __name__ == "__main__":
    app(prog_name="python -m bot")
