"""Owns the command that plays scripted customers through the real turn. Refuses to judge anything itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.settings import read_settings
from eval import told_console
from eval.options import KB, Kb, Work, stated_failures
from eval.parts import workshop
from eval.progress import progress_bar
from eval.reporting import scenario_page
from eval.scenarios import play, scenario_file, view
from eval.scenarios.played import Played, Standing
from eval.scenarios.view import Summary
from eval.session import WORK, Places

SCENARIOS = Path("data/scenarios")
PAGE = "scenarios.html"
STYLES = {Standing.KNOWN: "yellow", Standing.MENDED: "green", Standing.FAILED: "bold red"}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("scenarios")(scenarios_command)


def scenarios_command(
    source: Annotated[Path, typer.Option("--scenarios", help="Scenario file or folder.")] = SCENARIOS,
    only: Annotated[list[str] | None, typer.Option(help="Only this scenario, by its id; repeatable.")] = None,
    kb: Kb = KB,
    work: Work = WORK,
) -> None:
    """Scripted customers through the real turn; status 1 when one fails that is not marked as falling short."""
    console = Console()
    places = Places(kb, (), work)
    with stated_failures():
        settings = read_settings()
        found = scenario_file.chosen(scenario_file.read([source]), only or ())
        with workshop(settings, work) as shop, progress_bar(console) as progress:
            shop.refresh([kb], places.index)
            with play.desk(settings, shop.responder(places.index), work) as assistant:
                played = play.play_all(assistant, found, progress)
    summed = view.summary(played)
    scenario_page.write(work / PAGE, summed)
    if not only:
        told_console.of_scenarios(work, summed)
    _show(console, summed)
    console.print(f"written: {work / PAGE}")
    raise typer.Exit(1 if summed.failed or (summed.missing and not only) else 0)


def _show(console: Console, summed: Summary) -> None:
    table = Table("of the grid", "", "went well", "played", title="Scenarios")
    for each in summed.values:
        table.add_row(each.dimension.lower(), each.value.value.replace("_", " "), str(each.passed), str(each.played))
    console.print(table)
    rules = Table("rule", "kept", "applied")
    for rule in summed.rules:
        rules.add_row(rule.rule, str(rule.kept), str(rule.applied))
    console.print(rules)
    for one, other in summed.missing:
        console.print(f"[bold red]never played together[/] {one} and {other}")
    for played in summed.played:
        if played.standing is not Standing.WELL:
            _show_failed(console, played)
    covered = summed.pairs - len(summed.missing)
    console.print(
        f"{summed.passed} of {len(summed.played)} scenarios went well, {summed.turns} messages; "
        f"{covered} of {summed.pairs} pairs of the grid are played"
    )


def _show_failed(console: Console, each: Played) -> None:
    scenario = each.scenario
    style = STYLES[each.standing]
    place = f"{scenario.id} ({scenario.file}:{scenario.line})"
    console.print(f"[{style}]{each.standing}[/] {place} {escape(each.broke or scenario.falls_short)}", highlight=False)
    for at, turn in enumerate(each.turns, 1):
        for check in turn.failed:
            console.print(f"  turn {at}: not “{check.rule}”: {escape(check.note)}", highlight=False)
