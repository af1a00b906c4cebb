"""Owns the command of the retention policy: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from bot.command_line import REFUSED, DataDir, settings_for, told_failures
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.privacy import last_copies, retention
from bot.privacy.last_copies import Copies
from bot.privacy.retention_policy import FILE, Stock, read_retention
from bot.storage import clock


def retain(
    data: DataDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
) -> None:
    """Erase what is older than data/policies/retention.yaml keeps it; the running service does so once a day."""
    settings, now = settings_for(data), clock.now()
    with told_failures():
        policy = read_retention(settings.policies_dir)
        with last_copies.opened(settings.database_address) as held:
            if dry_run:
                with held.database.snapshot() as tx:
                    _lines("would be erased", retention.overdue(tx, policy, now))
                return
            files = AttachmentFiles(settings.data_dir / FOLDER)
            _lines("erased", retention.apply(held.database, policy, files, now))
            copies = last_copies.overwrite(held)
    if copies is Copies.WAITING:
        typer.echo("The running service did not overwrite the last copies within a minute; it tries again.", err=True)
        raise typer.Exit(REFUSED)


def _lines(what: str, rows: Mapping[Stock, int]) -> None:
    for stock, count in rows.items():
        typer.echo(f"{stock}: {count} {what}")
    if not rows:
        typer.echo(f"Nothing is older than {FILE} keeps it.")
