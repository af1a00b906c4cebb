"""Owns the commands about customers: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.customers import importing
from bot.serve_cli import DataDir, settings_for, told_failures
from bot.storage.engine import open_database
from bot.storage.migrate import migrate

commands = typer.Typer(no_args_is_help=True, help="Customers, as the shop knows them.")


@commands.callback()
def customers() -> None:
    """Customers, as the shop knows them."""


@commands.command("import")
def take_over(
    file: Annotated[Path, typer.Argument(help="CSV with a header: external_id, and any of name, email, region, …")],
    data: DataDir = None,
) -> None:
    """Take over customers from a CSV file; the same file again changes nothing. Status 1 when a line was wrong."""
    settings = settings_for(data)
    with told_failures():
        rows, wrong = importing.read_csv(file)
        database = open_database(settings.database_address)
        try:
            migrate(database)
            with database.transaction() as tx:
                done = importing.take_over(tx, rows, wrong)
        finally:
            database.close()
    for error in done.errors:
        typer.echo(f"{file}: line {error.line}: {error.message}", err=True)
    typer.echo(
        f"{done.created} new, {done.changed} changed, {done.unchanged} as they were, {len(done.errors)} not taken."
    )
    if done.errors:
        raise typer.Exit(1)
