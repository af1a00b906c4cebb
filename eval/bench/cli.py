"""Owns the command line of the bench: options, progress, exit status. Refuses to measure."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.bench import corpus, plan, report
from eval.bench import run as running

app = typer.Typer(add_completion=False, help="Speed and memory against a plain baseline measured in the same run.")


@app.command()
def bench(
    source: Annotated[Path | None, typer.Option(help="Pack or folder; default: the shared pack, else data/kb.")] = None,
    articles: Annotated[int, typer.Option(min=0, help="Only so many articles; 0: all.")] = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each measurement.")] = 9,
    out: Annotated[Path, typer.Option(help="JSON file to write.")] = Path("var/bench.json"),
    quick: Annotated[bool, typer.Option("--quick", help="Seconds instead of minutes; no figures to quote.")] = False,
) -> None:
    """Measure both sides in turn and print the ratios; status 1 when the same question got other bytes."""
    console = Console(width=None if sys.stdout.isatty() else report.WIDTH)
    told = Console(stderr=True)
    chosen = plan.quick() if quick else plan.thorough(articles, rounds)
    with tempfile.TemporaryDirectory(prefix="answerdesk-bench-") as work:
        result = running.run(
            source or corpus.default_source(), chosen, Path(work),
            lambda row: told.print(f"{row.name}: {row.ratio:.2f}× {row.verdict}", highlight=False),
        )  # fmt: skip
    report.write(out, result)
    report.show(console, result)
    console.print(f"written: {out}")
    raise typer.Exit(0 if result.sameness.kept else 1)
