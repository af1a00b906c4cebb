"""Owns the commands that answer files of questions. Refuses to import the desk: neither needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import batch
from bot.command_line import IndexDir, group, settings_for, told_failures
from bot.pipeline import build_responder

commands = group("Files of questions.")

Questions = Annotated[Path, typer.Option(help="JSONL: id, text, context?")]
Out = Annotated[Path, typer.Option(help="JSONL to write, one line per question, in order.")]
CalibrationFile = Annotated[
    Path | None, typer.Option(help="Fitted confidence; default: ANSWERDESK_CALIBRATION_FILE.")
]


@commands.command()
def ask(questions: Questions, out: Out, index: IndexDir = None, calibration: CalibrationFile = None) -> None:
    """Answer a file of independent questions as an unknown visitor; no service needed."""
    with told_failures():
        parts = build_responder(settings_for(index=index), calibration)
        typer.echo(f"Answered {batch.answer_file(parts, questions, out)} questions into {out}.", err=True)


@commands.command()
def suggest(questions: Questions, out: Out, index: IndexDir = None, calibration: CalibrationFile = None) -> None:
    """Suggest replies for a file of tickets, from public and internal articles; no service needed."""
    with told_failures():
        parts = build_responder(settings_for(index=index), calibration)
        typer.echo(f"Suggested for {batch.suggest_file(parts, questions, out)} tickets into {out}.", err=True)
