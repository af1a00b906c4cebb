"""Owns the commands about what has not reached the help desk: parse, call a verb, print. Refuses to send anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.command_database import command_database
from bot.command_line import DataDir, group
from bot.integrations import delivery_queue
from bot.integrations.delivery_queue import Letter
from bot.storage import clock

commands = group("What has not reached the help desk outside.")


@commands.command("list")
def list_letters(
    every: Annotated[bool, typer.Option("--all", help="Those that will be tried again, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    data: DataDir = None,
) -> None:
    """What was given up: key, tries, last error. It can be sent again."""
    with _transaction(data) as tx:
        letters = delivery_queue.undelivered(tx, limit, dead_only=not every)
    for letter in letters:
        typer.echo(_line(letter))
    if not letters:
        typer.echo("Nothing waits to be sent again." if every else "Nothing was given up.")


@commands.command("replay")
def replay(
    key: Annotated[str | None, typer.Argument(help="Only this one; without it, everything that was given up.")] = None,
    data: DataDir = None,
) -> None:
    """Have what was given up sent again, by the running service, with a fresh schedule."""
    with _transaction(data) as tx:
        amount = delivery_queue.replay(tx, clock.now(), key)
    typer.echo(f"{amount} will be sent again.")


def _line(letter: Letter) -> str:
    standing = "given up" if letter.dead else f"next try {letter.due}"
    return f"{letter.key}\t{letter.attempts} tries\t{standing}\t{letter.last_error}"


@contextmanager
def _transaction(data: DataDir) -> Iterator[Connection]:
    with command_database(data) as database, database.transaction() as tx:
        yield tx
