"""Owns the process that is killed while it erases somebody. Started by test_erasure.

`erase_child.py POINT WHO DATA`: it kills itself (-9) at that point of `python -m bot customers erase WHO`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from bot.cli import app
from bot.privacy import erase, last_copies
from bot.storage import scrub
from bot.storage.tables import messages

POINTS = ("tables", "committed", "files", "rewriting")


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def at_messages(take_out: Callable[..., None]) -> Callable[..., None]:
    def until_then(tx: Any, place: Any, of: Any) -> None:
        take_out(tx, place, of)
        if place.table is messages:
            die()

    return until_then


def main(point: str, who: str, data: str) -> None:
    if point == "tables":
        erase._take_out = at_messages(erase._take_out)
    elif point == "committed":
        erase.remove_files = die
    elif point == "files":
        last_copies.overwrite = die
    else:
        scrub.STATEMENTS = (scrub.STATEMENTS[0], "SELECT die()")
        raw = scrub.closing

        def with_death(connection: Any) -> Any:
            connection.driver_connection.create_function("die", 0, die)
            return raw(connection)

        scrub.closing = with_death
    app(["customers", "erase", who, "--data", data, "--yes"])


if __name__ == "__main__":
    main(*sys.argv[1:])
