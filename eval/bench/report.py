"""Owns how a run is told: a table on the terminal, one JSON file. Refuses to soften a row that falls short."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.storage import clock
from eval.bench.measure import Good, Row, Verdict
from eval.bench.sameness import Sameness
from kb_ingest.cpu import matrix_precision

STYLES = {Verdict.OK: "green", Verdict.SHORT: "bold red", Verdict.NO_TARGET: "dim"}
WIDTH = 130
"""Columns of the table in a log, where no terminal says how many there are."""
BUSY_SHARE = 1.25
"""Runnable processes per processor from which on the machine counts as loaded by others before the run."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured; `load` is the average of the minute before and after the run, in runnable processes."""

    processors: int
    memory_gb: float
    precision: str
    python: str
    system: str
    load_before: float
    load_after: float

    @property
    def busy(self) -> bool:
        """Whether others were using the machine when the run began."""
        return self.load_before > BUSY_SHARE * self.processors


@dataclass(frozen=True, slots=True)
class Result:
    """A whole run. `rows` in the order in which they were measured."""

    corpus: str
    articles: int
    machine: Machine
    rows: tuple[Row, ...]
    sameness: Sameness


def machine(load_before: float) -> Machine:
    """This machine now; `load_before` from `load_now` when the run began."""
    return Machine(
        processors=os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        precision=matrix_precision(),
        python=platform.python_version(),
        system=platform.system(),
        load_before=load_before,
        load_after=load_now(),
    )


def load_now() -> float:
    """Runnable processes, average of the last minute."""
    return round(os.getloadavg()[0], 1)


def write(path: Path, result: Result) -> None:
    """The run as JSON, its verdicts included."""
    rows = [asdict(row) | {"verdict": row.verdict} for row in result.rows]
    sameness = asdict(result.sameness) | {"kept": result.sameness.kept}
    content = asdict(result) | {"at": clock.now(), "rows": rows, "sameness": sameness}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def show(console: Console, result: Result) -> None:
    """Print the table, and what has to be known to read it."""
    about = result.machine
    title = f"{result.articles} articles of {result.corpus}; {about.processors} processors, encoder {about.precision}"
    table = Table("", "ours", "baseline", "ratio", "by CPU time", "target", "", "rounds", title=title)
    for row in result.rows:
        table.add_row(*_cells(row))
    console.print(table)
    console.print(_told(result.sameness), highlight=False)
    if about.busy:
        console.print(
            f"[yellow]Others were using this machine (load {about.load_before} before, {about.load_after} after, on "
            f"{about.processors} processors): read ratios, not seconds.[/]"
        )


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≤" if row.good is Good.SMALL_SHARE else "≥"
    return (
        row.name,
        f"{row.ours:.4g} {row.unit}",
        f"{row.plain:.4g} {row.unit}",
        f"{row.ratio:.2f}×",
        "" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}×",
        "" if row.target is None else f"{sign} {row.target:g}×",
        f"[{STYLES[row.verdict]}]{row.verdict}[/]",
        str(row.rounds),
    )


def _told(same: Sameness) -> str:
    mark = "[green]OK[/]" if same.kept else "[bold red]FALLS SHORT[/]"
    return (
        f"Same question, same bytes: {mark}: asked {same.times} times, {same.different} different answer(s); "
        f"{same.after_restart} changed by a restart; "
        f"{same.in_company} of {same.others} changed by a restart and by questions asked at the same time"
    )
