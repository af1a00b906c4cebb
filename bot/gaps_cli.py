"""Owns the commands of the gap ledger: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from bot.assemble import assemble
from bot.command_line import DataDir, IndexDir, group, settings_for, told_failures
from bot.gaps import check as checking
from bot.gaps import keep, view
from bot.gaps.ledger import Finding, GapStatus
from bot.gaps.view import Detail, Line
from bot.turn import Assistant

commands = group("What customers ask and no article answers.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
COMMAND_LINE = "command line"


@commands.command("list")
def list_gaps(
    every: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    contradicted: Annotated[bool, typer.Option(help="Only where people say otherwise.")] = False,
    as_json: AsJson = False,
    index: IndexDir = None,
    data: DataDir = None,
) -> None:
    """Find new gaps, ask the known ones again where a generation is new, and list the open ones, costliest first."""
    with _desk(index, data) as desk:
        keep.renew(desk.responder, desk.database)
        with desk.database.snapshot() as tx:
            status = None if every else GapStatus.OPEN
            lines = view.lines(tx, desk.live, status, contradicted=contradicted)
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        typer.echo(_one_line(line))
    if not lines:
        typer.echo("No gap is kept." if every else "No gap is open.")


@commands.command("show")
def show_gap(gap_id: str, as_json: AsJson = False, index: IndexDir = None, data: DataDir = None) -> None:
    """One gap: its wordings, what a person said, and the draft that may close it."""
    with _desk(index, data) as desk, desk.database.snapshot() as tx:
        seen = view.detail(tx, desk.live, gap_id)
    typer.echo(json.dumps(asdict(seen), ensure_ascii=False) if as_json else _page(seen))


@commands.command("check")
def check_gap(gap_id: str, as_json: AsJson = False, index: IndexDir = None, data: DataDir = None) -> None:
    """Ask its wordings again on the generation in service; status 1 when it does not pass."""
    with _desk(index, data) as desk:
        found = keep.check_now(desk.responder, desk.database, gap_id)
    typer.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else _checked(found))
    if found.failing:
        raise typer.Exit(1)


@commands.command("close")
def close_gap(
    gap_id: str,
    although: Annotated[bool, typer.Option("--although", help="A fifth may fail: they ask something else.")] = False,
    index: IndexDir = None,
    data: DataDir = None,
) -> None:
    """Close it, if its wordings pass now; else say what still fails, with status 1."""
    with _desk(index, data) as desk:
        keep.close(desk.responder, desk.database, gap_id, COMMAND_LINE, although=although)
    typer.echo(f"Closed {gap_id}.")


@commands.command("dismiss")
def dismiss_gap(gap_id: str, index: IndexDir = None, data: DataDir = None) -> None:
    """Hold the article to be right where people say otherwise; it opens again when somebody says so anew."""
    with _desk(index, data) as desk:
        keep.dismiss(desk.database, gap_id, COMMAND_LINE)
    typer.echo(f"Dismissed {gap_id}.")


@contextmanager
def _desk(index: IndexDir, data: DataDir) -> Iterator[Assistant]:
    with told_failures():
        desk = assemble(settings_for(data, index), existing=True)
        try:
            yield desk
        finally:
            desk.database.close()


def _one_line(line: Line) -> str:
    trend = f"{line.this_week} this week, {line.week_before} before"
    mark = "  CONTRADICTED" if line.gap.contradicted else ""
    place = line.gap.article_id or "no article"
    return f"{line.gap.id}\t{line.gap.status}\t{line.size} ({trend})\t{line.minutes} min\t{place}\t{line.title}{mark}"


def _page(seen: Detail) -> str:
    told = [f"  {'passed' if each.passed else each.failing or 'not checked'}\t{each.text}" for each in seen.wordings]
    said = ["", "A person said:", seen.said] if seen.said else []
    against = seen.contradiction
    differs = ["", f"Contradicts “{against.against}”: {against.differs}"] if against else []
    cases = (each.json for each in seen.cases)
    return "\n".join([_one_line(seen.line), *told, *said, *differs, "", seen.patch.markdown, *cases])


def _what(number: int) -> str:
    return f"message {number}" if number > 0 else f"search {-number}"


def _checked(found: Finding) -> str:
    told = [f"  {checked.failing or 'passed'}\t{_what(checked.number)}" for checked in found.wordings]
    verdict = "does not pass" if not checking.passes(found) else "passes in part" if found.failing else "passes"
    return "\n".join([f"{found.gap_id} {verdict} on generation {found.generation}.", *told])
