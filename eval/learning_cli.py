"""Owns the commands by which the desk gets better: calibrate, shared, assist, spans, trust.

Refuses to judge anything itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.casebook import trade_off as kept_trade_off
from bot.decision import calibration_of_base
from bot.retrieval.ranking import LONG_FROM
from bot.settings import read_settings
from eval import assist, assist_view, calibration_view, dialogues, shared, shared_sets, spans, trust, trust_view
from eval import calibrate as calibrating
from eval.calibrate import Fitted
from eval.calibration import file as calibration_file
from eval.calibration import goes_on, open_questions, samples, trade_off
from eval.calibration.samples import Sample
from eval.options import KB, MENDABLE, Cases, Kb, Work, places, stated_failures
from eval.parts import Workshop, workshop
from eval.session import WORK, open_session
from eval.shared_sets import BASELINES, DIALOGUES, WITH_ANSWERS, SetMissing

OWN = "data/eval"
"""Name of our own cases among the sets of a calibration."""
OPEN = "unanswered questions of authors"
WIDE = 160
CALIBRATION = Path("data/calibration/default.json")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("calibrate")(calibrate_command)
    app.command("shared")(shared_command)
    app.command("assist")(assist_command)
    app.command("spans")(spans_command)
    app.command("trust")(trust_command)


def calibrate_command(
    max_wrong: Annotated[float, typer.Option(help="Most wrong among the answered.")] = 0.05,
    confidence: Annotated[float, typer.Option(help="How sure that bound must be.")] = 0.95,
    out: Annotated[Path | None, typer.Option(help="File to write; default: beside the one in use.")] = None,
    l2: Annotated[float, typer.Option(help="Penalty on the weights.")] = calibrating.L2,
    feature: Annotated[list[str] | None, typer.Option(help="Signal, or a*b; repeatable.")] = None,
    answer_from: Annotated[float | None, typer.Option(help="Threshold chosen by a person.")] = None,
    max_open: Annotated[float, typer.Option(help="Most of the authors' unanswered questions answered.")] = 0.1,
    carried: Annotated[bool, typer.Option("--shared", help="For unlabelled bases: fit on the public sets.")] = False,
    per_set: Annotated[int, typer.Option(help="Questions drawn from each public set.")] = 300,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print only; the calibration stays.")] = False,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Fit the confidence on the base's tune split and choose the answering threshold by a finite-sample bound."""
    console = Console()
    wanted = calibrating.Wanted(max_wrong, confidence, l2, tuple(feature or ()), answer_from, max_open)
    with stated_failures():
        settings = read_settings()
        neutral = work / "neutral.json"
        calibration_file.write_neutral(neutral, settings.calibration_file)
    blank = settings.model_copy(update={"calibration_file": neutral})
    with stated_failures(), open_session(places(kb, cases, work), blank) as session:
        index, before = session.subject.responder.live.current(), session.subject.responder.calibration
        if carried:
            found = [each for name in BASELINES for each in _shared_samples(name, session.workshop, per_set)]
            fitted = calibrating.carry_over(found, before, wanted, index.generation)
        else:
            usable = [case for case in session.cases if samples.usable(case)]
            found = list(samples.of_cases(session.observe(usable), OWN))
            unanswered = list(open_questions.of_unanswered(session.subject.responder, OPEN))
            fitted = calibrating.calibrate(found, unanswered, before, wanted, index.generation)
            written = dialogues.read(), dialogues.read(dialogues.OPEN)
            followed = list(goes_on.observed(session.subject.responder, *written))
            fitted = fitted.going_on(goes_on.fit(followed, fitted.calibration, samples.open_share(found)))
        known_by = () if carried else calibration_of_base.marks(index.articles)
    _print(console, fitted, None if carried else OWN)
    if not carried:
        areas = {case.id: case.area for case in session.cases}
        mine = fitted.estimates[: len(found)]
        offered = trade_off.trade_off(found, mine, areas, confidence, index.generation, kb.name)
        kept_trade_off.write(settings.data_dir / kept_trade_off.FILE, offered)
        console.print(f"what other targets would give: {settings.data_dir / kept_trade_off.FILE}")
    if not dry_run:
        own = CALIBRATION.parent / calibration_of_base.FOLDER / f"{kb.name}.json"
        target = out or (CALIBRATION if carried else own)
        calibration_file.write(target, fitted.calibration, fitted.provenance, known_by)
        console.print(f"written: {target}")


def _print(console: Console, fitted: Fitted, own: str | None) -> None:
    console.print(calibration_view.weights(fitted))
    console.print(calibration_view.sets(fitted))
    console.print(calibration_view.thresholds(fitted, own))
    if fitted.goes_on:
        console.print(calibration_view.going_on(fitted.goes_on))
    console.print(fitted.provenance.guarantee)


def shared_command(work: Work = WORK) -> None:
    """Retrieval on the public sets beside the project, against their published baseline."""
    shown = Table("set", "questions", "R@1", "baseline", "MRR@10", "baseline")
    scores = []
    with stated_failures(), workshop(read_settings(), work) as shop:
        for name, baseline in (BASELINES | DIALOGUES).items():
            try:
                score = shared.measure(shop, shared_sets.read(name))
            except SetMissing as missing:
                typer.echo(str(missing))
                continue
            figures = (score.recall_at_1, baseline.recall_at_1, score.mrr_at_10, baseline.mrr_at_10)
            shown.add_row(name, str(score.questions), *(f"{figure:.3f}" for figure in figures))
            if name in BASELINES:
                scores.append(figures)
    if scores:
        means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
        shown.add_row("mean of the first eight", "", *(f"{mean:.3f}" for mean in means), style="bold")
        Console().print(shown)


def assist_command(
    at_most: Annotated[int, typer.Option(min=50, help="Messages drawn from the set.")] = 1500, work: Work = WORK
) -> None:
    """The suggestions beside a ticket on the public dialogues, against their targets; status 1 when they are less sure
    or less right. How soon they come depends on the machine and is only told."""
    (name,) = DIALOGUES
    with stated_failures(), workshop(read_settings(), work) as shop:
        try:
            score = assist.measure(shop, shared_sets.read(name), at_most)
        except SetMissing as missing:
            typer.echo(str(missing))
            raise typer.Exit(MENDABLE) from missing
    Console().print(assist_view.table(name, score))
    raise typer.Exit(0 if score.well else 1)


def spans_command(work: Work = WORK) -> None:
    """Which sentence is held to answer, on public sets that have the words of their answers."""
    shown = Table("set", "questions", "article given", "end to end", "words", "all that is shown", "words")
    with stated_failures(), workshop(read_settings(), work) as shop:
        for name in WITH_ANSWERS:
            try:
                found = spans.measure(shop, shared_sets.read(name))
            except SetMissing as missing:
                typer.echo(str(missing))
                continue
            of_sentence, of_all = (f"{number:.0f}" for number in found.words)
            shares = [f"{share:.3f}" for share in (found.given, found.end_to_end, found.shown)]
            shown.add_row(name, str(found.questions), *shares[:2], of_sentence, shares[2], of_all)
    if shown.row_count:
        Console().print(shown)


def trust_command(
    per_set: Annotated[int, typer.Option(help="Questions drawn from each public set.")] = 600,
    splits: Annotated[int, typer.Option(help="Random splits that try the bound.")] = trust.SPLITS,
    work: Work = WORK,
) -> None:
    """How far the confidence carries over: each public set judged by a fit and a threshold of the others."""
    with stated_failures(), workshop(read_settings(), work) as shop:
        drawn = [each for name in BASELINES for each in _shared_samples(name, shop, per_set)]
    if not drawn:
        typer.echo("No public set lies beside the project: there is nothing to measure.", err=True)
        raise typer.Exit(MENDABLE)
    # As in what carries over: briefs are ranked by weights of their own.
    found = trust.measure([each for each in drawn if each.signals.words < LONG_FROM], splits)
    Console(width=WIDE).print(trust_view.table(found))


def _shared_samples(name: str, shop: Workshop, at_most: int) -> list[Sample]:
    try:
        return list(shared.samples(shop, shared_sets.read(name), at_most))
    except SetMissing as missing:
        typer.echo(str(missing))
        return []
