"""Owns the command line of the evaluation: parse, call one story, print. Refuses to judge anything itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import DeskError
from bot.settings import Settings
from bot.storage import clock
from eval import calibrate as calibrating
from eval import calibration_view, case_file, result_file, shared_sets, split, terminal
from eval import run as running
from eval import shared as sharing
from eval.calibration import file as calibration_file
from eval.calibration import samples
from eval.calibration.samples import Sample
from eval.case import Kind, Split
from eval.case_file import BadCases
from eval.comparison import compare as compare_runs
from eval.parts import Workshop, workshop
from eval.progress import progress_bar
from eval.result_file import Acceptance, BadResultFile
from eval.session import CASES, KB, WORK, Places, open_session
from eval.shared_sets import BASELINES, SetMissing
from kb_ingest.build import NothingToBuild
from kb_ingest.publish import Locked

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Cases through the real pipeline.")

Kb = Annotated[Path, typer.Option("--kb", help="Folder of articles.")]
Cases = Annotated[list[Path] | None, typer.Option("--cases", help="Case file or folder; repeatable.")]
Work = Annotated[Path, typer.Option("--work", help="Folder for the index, vectors and results.")]
Baseline = Annotated[Path, typer.Option("--baseline", help="The committed baseline.")]
BASELINE = Path("data/eval/baseline.json")
OWN = "data/eval"
"""Name of our own cases among the sets of a calibration."""


@app.command()
def run(
    split_only: Annotated[Split | None, typer.Option("--split", help="Only this split.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    baseline: Baseline = BASELINE,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Every case through the real pipeline, compared with the baseline; status 1 on a regression."""
    console = Console()
    with _stated_failures(), open_session(Places(kb, _cases(cases), work), Settings()) as session:
        chosen = [c for c in session.cases if split_only in (None, c.belongs_to) and (not kind or c.kind in kind)]
        with progress_bar(console) as progress:
            done = running.evaluate(session, chosen, baseline, progress)
    terminal.show(console, done.run, done.comparison, done.baseline)
    for path in done.files:
        console.print(f"written: {path}")
    raise typer.Exit(1 if done.failed else 0)


@app.command()
def compare(before: Path, now: Path) -> None:
    """Compare two result files; status 1 on a regression."""
    with _stated_failures():
        result = result_file.read(now)
        comparison = compare_runs(result, result_file.read(before))
    terminal.show(Console(), result, comparison, None)
    raise typer.Exit(1 if comparison.regressed else 0)


@app.command()
def accept(
    by: Annotated[str, typer.Option(help="Who accepts it.")],
    reason: Annotated[str, typer.Option(help="Why the new figures are right.")],
    baseline: Baseline = BASELINE,
    result: Annotated[Path | None, typer.Option(help="Result file; default: the latest run.")] = None,
    work: Work = WORK,
) -> None:
    """Make the latest whole run the baseline that later runs are held against."""
    with _stated_failures():
        taken = result_file.read(result or work / f"{running.LATEST}.json")
        acceptance = Acceptance(by, reason, clock.now())
        result_file.write_baseline(baseline, result_file.Baseline(taken, acceptance))
    typer.echo(f"{baseline}: {len(taken.cases)} cases of generation {taken.generation}, accepted by {by}")


@app.command("split")
def split_command(
    cases: Cases = None, check: Annotated[bool, typer.Option(help="Only say what is wrong.")] = False
) -> None:
    """Write the tune/test split into the case files; a second call changes nothing."""
    with _stated_failures():
        files = [
            path for given in _cases(cases) for path in (sorted(given.glob("*.jsonl")) if given.is_dir() else [given])
        ]
        wrong = split.wrong(case_file.read(files))
        for case in wrong:
            typer.echo(f"{case.file}:{case.line}: {case.id} belongs to {case.belongs_to}")
        if check:
            raise typer.Exit(1 if wrong else 0)
        typer.echo(f"{sum(split.write(path) for path in files)} lines changed")


@app.command()
def calibrate(
    max_wrong: Annotated[float, typer.Option(help="Most wrong among the answered.")] = 0.05,
    confidence: Annotated[float, typer.Option(help="How sure that bound must be.")] = 0.95,
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("data/calibration/default.json"),
    l2: Annotated[float, typer.Option(help="Penalty on the weights.")] = calibrating.L2,
    feature: Annotated[list[str] | None, typer.Option(help="Signal, or a*b; repeatable. Default: all.")] = None,
    shared: Annotated[bool, typer.Option("--shared", help="Fit on the public sets too.")] = False,
    shared_per_set: Annotated[int, typer.Option(help="Questions drawn from each public set.")] = 150,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print, write nothing.")] = False,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Fit the confidence on the tune split and choose the answering threshold by a finite-sample bound."""
    console = Console()
    wanted = calibrating.Wanted(max_wrong, confidence, l2, tuple(feature or ()))
    with _stated_failures(), open_session(Places(kb, _cases(cases), work), Settings()) as session:
        found = list(samples.of_cases(session.observe([c for c in session.cases if samples.usable(c)]), OWN))
        for name in BASELINES if shared else ():
            found += _shared_samples(name, session.workshop, work, shared_per_set)
        responder = session.subject.responder
        fitted = calibrating.calibrate(found, OWN, responder.calibration, wanted, responder.live.current().generation)
    for shown in (
        calibration_view.weights(fitted),
        calibration_view.sets(fitted),
        calibration_view.thresholds(fitted, OWN),
    ):
        console.print(shown)
    console.print(fitted.provenance.guarantee)
    if not dry_run:
        calibration_file.write(out, fitted.calibration, fitted.provenance)
        console.print(f"written: {out}")


@app.command()
def shared(work: Work = WORK) -> None:
    """Retrieval on the public sets beside the project, against their published baseline."""
    shown = Table("set", "questions", "R@1", "baseline", "MRR@10", "baseline")
    scores = []
    with _stated_failures(), workshop(Settings(), work) as shop:
        for name, baseline in BASELINES.items():
            try:
                score = sharing.measure(shop, shared_sets.read(name), work.parent / "shared")
            except SetMissing as missing:
                typer.echo(str(missing))
                continue
            scores.append((score.recall_at_1, baseline.recall_at_1, score.mrr_at_10, baseline.mrr_at_10))
            shown.add_row(name, str(score.questions), *(f"{figure:.3f}" for figure in scores[-1]))
    if scores:
        means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
        shown.add_row("mean", "", *(f"{mean:.3f}" for mean in means), style="bold")
        Console().print(shown)


def _shared_samples(name: str, shop: Workshop, work: Path, at_most: int) -> list[Sample]:
    try:
        return list(sharing.samples(shop, shared_sets.read(name), work.parent / "shared", at_most))
    except SetMissing as missing:
        typer.echo(str(missing))
        return []


def _cases(given: list[Path] | None) -> tuple[Path, ...]:
    return tuple(given or (CASES,))


@contextmanager
def _stated_failures() -> Iterator[None]:
    """What a person can mend is printed and ends with status 2; anything else is a fault of ours and a
    traceback.
    """
    try:
        yield
    except (BadCases, BadResultFile, DeskError, NothingToBuild, Locked) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
