"""Owns `serve` that writes down each name it looks up and each address it connects to. Refuses to change it."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.cli import app

WATCHED = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")

if __name__ == "__main__":
    report = (Path(sys.argv[sys.argv.index("--data") + 1]) / "reached.txt").open("a", buffering=1)

    def _note(event: str, about: tuple[object, ...]) -> None:
        if event in WATCHED:
            print(event, *map(str, about[-4:]), file=report)

    sys.addaudithook(_note)
    app()
