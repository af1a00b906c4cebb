"""Owns a broken service for a negative control: it lets everybody in. Refuses to be imported."""

from __future__ import annotations

from bot.api import overload
from bot.cli import app

if __name__ == "__main__":
    overload.BEFORE_AN_ANSWER = overload.OF_ONE_NETWORK = overload.BEFORE_ANYTHING = 1_000_000
    app()
