"""Owns the command that measures and fits the sensitive screen. Refuses to screen by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.casebook import case_file
from bot.decision.policy import SENSITIVE_FILE, SensitivePolicy, read_sensitive
from bot.decision.screen_fit import SCREEN_FIT_FILE, write_screen_fit
from bot.settings import read_settings
from eval import dialogues
from eval.options import KB, MENDABLE, Cases, Kb, Work, case_files, stated_failures
from eval.parts import workshop
from eval.screen import own_rows, public_rows, validate
from eval.screen.rows import Row, distinct
from eval.screen.validate import Measured
from eval.session import WORK
from eval.shared_sets import SetMissing
from kb_ingest import library


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("screen")(screen_command)


def screen_command(
    write: Annotated[bool, typer.Option("--write", help="Fit on everything and write the coefficients.")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="List the texts that were judged wrongly.")] = False,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """The screen for sensitive messages, each text judged by a fit without it; needs the public sets."""
    console = Console()
    with stated_failures():
        settings = read_settings()
    with stated_failures(), workshop(settings, work) as shop:
        policy = read_sensitive(settings.policies_dir / SENSITIVE_FILE)
        data = validate.table(_rows(policy, kb, cases), shop.encoder)
        measured = validate.measure(data, policy)
        console.print(shares(measured))
        if wrong:
            _list_wrong(console, data.rows, measured)
        if write:
            path = settings.policies_dir / SCREEN_FIT_FILE
            write_screen_fit(path, validate.final(data, policy, measured))
            console.print(f"written: {path}, {path.stat().st_size} bytes")


def shares(measured: Measured) -> Table:
    """What is recognised of each group."""
    shown = Table("group", "texts", "flagged", "by an expression")
    for share in measured.shares:
        shown.add_row(share.group, str(share.rows), f"{share.flagged:.3f}", f"{share.by_expression:.3f}")
    return shown


def _rows(policy: SensitivePolicy, kb: Path, cases: list[Path] | None) -> Sequence[Row]:
    try:
        public = list(public_rows.rows())
    except SetMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(MENDABLE) from missing
    own = [*own_rows.of_policy(policy), *own_rows.of_cases(case_file.read(case_files(cases)))]
    own += [*own_rows.of_written(policy), *own_rows.of_dialogues(dialogues.read())]
    articles = library.read([kb], date.today()).articles
    questions = own_rows.of_questions(articles, policy)
    return distinct([*own, *public, *own_rows.of_headings(kb), *questions])


def _list_wrong(console: Console, rows: Sequence[Row], measured: Measured) -> None:
    for row, flagged in zip(rows, measured.flagged, strict=True):
        if row.weight and flagged != (row.category is not None):
            console.print(f"{row.group} [{row.category}] {row.text[:160]}", markup=False)
