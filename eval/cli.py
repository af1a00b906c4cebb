"""Owns the command line of the evaluation: run, compare, accept, split; the rest is in learning_cli.

Refuses to judge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.casebook import case_file, line_file
from bot.casebook.case import Kind, Split
from bot.settings import read_settings
from bot.storage import clock
from eval import (
    fitting_cli,
    impact_cli,
    learning_cli,
    proposals_cli,
    result_file,
    scenarios_cli,
    screen_cli,
    split,
    terminal,
    told_console,
)
from eval import run as running
from eval.asked_of_late import asked_of_late
from eval.comparison import compare as compare_runs
from eval.options import BASELINE, KB, Baseline, Cases, Kb, Work, case_files, places, stated_failures
from eval.progress import progress_bar
from eval.reporting import compare_page
from eval.result_file import Acceptance
from eval.session import WORK, open_session

app = typer.Typer(add_completion=False, no_args_is_help=True)
learning_cli.register(app)
impact_cli.register(app)
screen_cli.register(app)
fitting_cli.register(app)
scenarios_cli.register(app)
proposals_cli.register(app)


@app.callback()
def beside_a_desk(context: typer.Context) -> None:
    """Cases through the real pipeline."""
    context.obj = asked_of_late


@app.command()
def run(
    only: Annotated[Split | None, typer.Option("--split", help="Only this split.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    baseline: Baseline = BASELINE,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Every case through the real pipeline, compared with the baseline; status 1 on a regression."""
    console = Console()
    with stated_failures():
        settings = read_settings()
        before = result_file.read_baseline(baseline)  # a broken one is told before the minutes of a run
        with open_session(places(kb, cases, work), settings) as session, progress_bar(console) as progress:
            wanted = [each for each in session.cases if only in (None, each.belongs_to)]
            chosen = [each for each in wanted if not kind or each.kind in kind]
            done = running.evaluate(session, chosen, before, progress)
    told_console.of_run(work, baseline)
    terminal.show(console, done.run, done.comparison, done.baseline)
    for path in done.files:
        console.print(f"written: {path}")
    raise typer.Exit(1 if done.failed else 0)


@app.command()
def compare(
    before: Annotated[Path | None, typer.Argument(help="Result file; default: the run before the latest.")] = None,
    now: Annotated[Path | None, typer.Argument(help="Result file; default: the latest run.")] = None,
    work: Work = WORK,
) -> None:
    """Two runs side by side, in the terminal and as a page; status 1 on a regression."""
    with stated_failures():
        old = result_file.read(before or work / f"{running.PREVIOUS}.json")
        new = result_file.read(now or work / f"{running.LATEST}.json")
    comparison = compare_runs(new, old)
    terminal.show(Console(), new, comparison, None)
    compare_page.write(work / compare_page.FILE, old, new, comparison)
    typer.echo(f"written: {work / compare_page.FILE}")
    raise typer.Exit(1 if comparison.regressed else 0)


@app.command()
def accept(
    by: Annotated[str, typer.Option(help="Who accepts it.")],
    reason: Annotated[str, typer.Option(help="Why the new figures are right.")],
    baseline: Baseline = BASELINE,
    result: Annotated[Path | None, typer.Option(help="Result file; default: the latest run.")] = None,
    fewer: Annotated[bool, typer.Option("--fewer", help="Cases of the present baseline are gone for good.")] = False,
    work: Work = WORK,
) -> None:
    """Make a run the baseline that later runs are held against."""
    with stated_failures():
        taken = result_file.read(result or work / f"{running.LATEST}.json")
        before = result_file.read_baseline(baseline)
        made = result_file.accepted(taken, before, Acceptance(by, reason, clock.now()), fewer=fewer)
        result_file.write_baseline(baseline, made)
        if (work / f"{running.LATEST}.json").exists():
            told_console.of_run(work, baseline)
    typer.echo(f"{baseline}: {len(taken.cases)} cases of generation {taken.generation}, accepted by {by}")


@app.command("split")
def split_command(
    cases: Cases = None, check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False
) -> None:
    """Write the tune/test split into the case files; a second call changes nothing."""
    with stated_failures():
        files = line_file.files(case_files(cases))
        wrong = split.wrong(case_file.read(files))
    for case in wrong:
        typer.echo(f"{case.file}:{case.line}: {case.id} belongs to {case.belongs_to}")
    if check:
        raise typer.Exit(1 if wrong else 0)
    typer.echo(f"{sum(split.write(path) for path in files)} lines changed")
