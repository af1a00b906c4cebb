"""Owns the commands that fit what retrieval uses: the ranker's weights, the axes of the token vectors, how much turns
count; and what tells a message that needs an article.

Refuses to write code: the weights printed are put into `bot/retrieval/ranking.py`, `bot/retrieval/dialogue.py` and
`bot/assist/needed.py` by a person, and the axes into `kb_ingest/data` with a new model digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from bot.assist import needed
from bot.assist.suggest import Sources
from bot.retrieval import dialogue
from bot.retrieval.ranking import names
from bot.settings import read_settings
from eval import dialogue_fit, dialogues, needed_fit, ranking_fit, shared_sets, token_axes
from eval.dialogue_fit import Fitted
from eval.options import KB, MENDABLE, Cases, Kb, Work, places, stated_failures
from eval.parts import Workshop
from eval.ranking_fit import Example, Worth
from eval.session import WORK, open_session
from eval.shared import drawn_from, responder_for
from eval.shared_sets import BASELINES, DIALOGUES, SetMissing, SharedSet
from kb_ingest import projection

OWN = "data/eval"
PER_SET = 600
TURNS = 1000
LIKELY = 0.5


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("fit-ranking")(fit_ranking_command)
    app.command("fit-tokens")(fit_tokens_command)
    app.command("fit-dialogue")(fit_dialogue_command)
    app.command("fit-needed")(fit_needed_command)


def fit_ranking_command(
    per_set: Annotated[int, typer.Option(help="Questions drawn from each public set.")] = PER_SET,
    feature: Annotated[list[str] | None, typer.Option(help="Only these features; repeatable.")] = None,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Fit the ranker on the tune split and the public sets; each set is measured with weights fitted on the others."""
    console = Console()
    with stated_failures(), open_session(places(kb, cases, work), read_settings()) as session:
        sets = {OWN: list(ranking_fit.of_cases(session.subject.responder, session.cases))}
        for name in BASELINES:
            sets |= _shared(name, session.workshop, per_set)
    chosen = tuple(feature or ())
    fitted = ranking_fit.fit(sets, chosen)
    console.print(_worths({name: _left_out(sets, name, chosen) for name in sets}))
    weights = Table("feature", "in use", "fitted on all")
    for name, present, new in zip(names(), ranking_fit.present_weights(), fitted, strict=True):
        weights.add_row(name, f"{present:.3f}", f"{new:.3f}")
    console.print(weights)


def fit_tokens_command(
    out: Annotated[Path, typer.Argument(help="File to write, .npy.")],
) -> None:
    """Fit the axes of the token vectors on the public sets' articles; says how far they are those in use."""
    with stated_failures():
        axes = token_axes.fit([found for name in BASELINES for found in _read(name)])
    np.save(out, axes)
    typer.echo(f"written: {out}; {token_axes.agreement(projection.of_packaged_model(), axes):.4f} of the axes in use")


def fit_dialogue_command(kb: Kb = KB, cases: Cases = None, work: Work = WORK) -> None:
    """Fit how probably a message needs the turns before it; the values go into `bot/retrieval/dialogue.py` by hand."""
    console = Console()
    (name,) = DIALOGUES
    with stated_failures(), open_session(places(kb, cases, work), read_settings()) as session:
        found = _read(name)
        if not found:
            raise typer.Exit(MENDABLE)
        public = dialogues.of_public(found[0].questions)
        turns = list(dialogue_fit.turns(responder_for(session.workshop, found[0]), public))
        own, written = session.subject.responder, dialogues.read()
        messages = [*dialogues.needed(own, written, session.cases), *dialogues.unneeded(own, written, session.cases)]
        turns += dialogue_fit.turns(own, messages)
    console.print(_fitted(dialogue_fit.fit(turns, dialogue)))
    right = Table("messages left out of the fit", "number", "R@1 with the values in use")
    for kind, (number, recall) in dialogue_fit.shares(turns, lambda each: each.first).items():
        right.add_row(kind, str(number), f"{recall:.3f}")
    console.print(right)


def fit_needed_command(
    per_set: Annotated[int, typer.Option(help="Questions drawn from each public set for comparison.")] = 150,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
) -> None:
    """Fit how probably a message needs an article; the values go into `bot/assist/needed.py` by hand."""
    console = Console()
    (name,) = DIALOGUES
    with stated_failures(), open_session(places(kb, cases, work), read_settings()) as session:
        try:
            found, telling = shared_sets.read(name), shared_sets.read_turns()
        except SetMissing as missing:
            typer.echo(str(missing))
            raise typer.Exit(MENDABLE) from missing
        shop, own = session.workshop, Sources.of(session.subject.responder)
        turns = list(needed_fit.of_dialogues(Sources.of(responder_for(shop, found)), found.questions))
        turns += needed_fit.of_cases(own, session.cases)
        turns += needed_fit.of_telling(own, drawn_from(telling, TURNS))
        for other in (each for name in BASELINES for each in _read(name)):
            drawn = drawn_from(other.questions, per_set)
            turns += needed_fit.of_answerable(Sources.of(responder_for(shop, other)), other.name, drawn)
    console.print(_fitted(dialogue_fit.fit(turns, needed)))
    table = Table("messages left out of the fit", "number", "rather needing an article")
    for kind, (number, share) in dialogue_fit.shares(turns, lambda each: each.signals.probability >= LIKELY).items():
        table.add_row(kind, str(number), f"{share:.3f}")
    console.print(table)


def _fitted(fitted: Fitted) -> Table:
    table = Table("constant", "in use", "fitted")
    for constant, value in fitted.fitted.items():
        table.add_row(constant, f"{fitted.in_use[constant]:.2f}", f"{value:.2f}")
    table.add_row("AUROC, left out", f"{fitted.auroc_in_use:.3f}", f"{fitted.auroc:.3f}")
    table.add_row("AUROC, cross-validated", "", f"{fitted.auroc_folds:.3f}")
    return table


def _read(name: str) -> list[SharedSet]:
    try:
        return [shared_sets.read(name)]
    except SetMissing as missing:
        typer.echo(str(missing))
        return []


def _shared(name: str, shop: Workshop, per_set: int) -> dict[str, list[Example]]:
    examples: list[Example] = []
    for found in _read(name):
        questions = drawn_from([question for question in found.questions if question.relevant], per_set)
        examples += ranking_fit.of_shared(responder_for(shop, found), questions)
    sentences = [each for each in examples if not each.brief]
    return {name: sentences} if sentences else {}


def _left_out(sets: dict[str, list[Example]], name: str, features: Sequence[str]) -> tuple[Worth, Worth]:
    """What the weights in use, and those fitted on the other sets, are worth on one set."""
    others = {other: examples for other, examples in sets.items() if other != name}
    return (
        ranking_fit.worth(sets[name], ranking_fit.present_weights()),
        ranking_fit.worth(sets[name], ranking_fit.fit(others, features)),
    )


def _worths(found: dict[str, tuple[Worth, Worth]]) -> Table:
    table = Table("set left out", "R@1 in use", "fitted on the others", "MRR@10 in use", "fitted on the others")
    for name, (present, fitted) in found.items():
        figures = (present.recall_at_1, fitted.recall_at_1, present.mrr_at_10, fitted.mrr_at_10)
        table.add_row(name, *(f"{figure:.3f}" for figure in figures))
    columns = [(p.recall_at_1, f.recall_at_1, p.mrr_at_10, f.mrr_at_10) for p, f in found.values()]
    means = [sum(column) / len(column) for column in zip(*columns, strict=True)]
    table.add_row("mean", *(f"{mean:.3f}" for mean in means))
    return table
