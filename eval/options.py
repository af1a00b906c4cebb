"""Owns the options that several commands share, and how a failure that a person can mend is told.

Refuses commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.casebook.line_file import BadCases
from bot.errors import DeskError, of_system
from bot.settings import read_settings
from eval.edits.git_range import NoRevision
from eval.result_file import BadResultFile, NotAccepted
from eval.session import KB, Places
from kb_ingest.build import NothingToBuild
from kb_ingest.embedder import NoModel
from kb_ingest.library import NoSource
from kb_ingest.publish import Locked

MENDABLE = 2
"""Exit status when nothing was measured because something has to be mended first; 1 is a regression."""

Kb = Annotated[Path, typer.Option("--kb", help="Folder of articles.")]
Cases = Annotated[list[Path] | None, typer.Option("--cases", help="Case file or folder; repeatable.")]
Work = Annotated[Path, typer.Option("--work", help="Folder for the index, vectors and results.")]
Baseline = Annotated[Path, typer.Option("--baseline", help="The committed baseline.")]
BASELINE = Path("data/eval/baseline.json")


def places(kb: Path, cases: list[Path] | None, work: Path) -> Places:
    """The folders of a command."""
    return Places(kb, case_files(cases), work)


def case_files(given: list[Path] | None) -> tuple[Path, ...]:
    """The case files or folders asked for, else the team's."""
    return tuple(given or (read_settings().cases_dir,))


@contextmanager
def stated_failures() -> Iterator[None]:
    """Print what a person can mend and end with MENDABLE; anything else is a fault of ours and a traceback.
    """
    try:
        yield
    except (
        BadCases, BadResultFile, DeskError, NoModel, NoSource, NothingToBuild, Locked, NoRevision, NotAccepted,
    ) as error:  # fmt: skip
        typer.echo(str(error), err=True)
        raise typer.Exit(MENDABLE) from error
    except OSError as error:
        typer.echo(of_system(error), err=True)
        raise typer.Exit(MENDABLE) from error


__all__ = ["BASELINE", "KB", "Baseline", "Cases", "Kb", "Work", "case_files", "places", "stated_failures"]
