"""Owns the commands build, check, health, diff, rollback and forget: parses, calls one verb, prints a table or one
JSON object.

Refuses to decide anything. Exit codes: 0 done (of a build: bad files are listed, the rest is published), 1 `check`
found an error, 2 nothing could be done.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from kb_ingest import build as building
from kb_ingest import embedder, health_written, library, publish
from kb_ingest.article import Article, Problem, Severity, Status
from kb_ingest.checks.source_lines import with_lines
from kb_ingest.embedder import Runtime
from kb_ingest.erase import Receipt
from kb_ingest.health import examine
from kb_ingest.health_printed import print_health
from kb_ingest.parent import WhileStdinOpen, end_with_stdin

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Articles to a published knowledge index.")
_FOUND, _FAILED = 1, 2

Sources = Annotated[list[Path], typer.Option("--source", help="Folder, file or .jsonl(.gz); repeatable.")]
More = Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="More sources, after that of --source.")]
Index = Annotated[Path, typer.Option("--index", help="Folder of the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]


@app.callback()
def _logs_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s")


@app.command()
def build(
    source: Sources,
    index: Index,
    more: More = None,
    full: Annotated[bool, typer.Option("--full", help="Embed everything again.")] = False,
    as_json: Json = False,
    model: Annotated[str, typer.Option(help="A sentence-transformers model, not the packaged one.")] = "",
    runtime: Annotated[Runtime, typer.Option(help="What runs the model.")] = Runtime.AUTO,
    model_cache: Annotated[Path | None, typer.Option(help="Folder that keeps the converted model.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Only on top of this generation.")] = None,
    while_stdin_open: WhileStdinOpen = False,
) -> None:
    """Publish the sources' articles as the current generation; only what changed is embedded."""
    if while_stdin_open:
        end_with_stdin()
    with _stated_failures(), _progress_bar() as progress:
        encoder = embedder.load(model, runtime, model_cache)
        report = building.build(_all(source, more), index, encoder, full=full, progress=progress, on=on)
    if as_json:
        _print_json(_report_object(report))
        return
    console = Console()
    console.print(
        f"generation {report.generation}: {report.articles} articles{_held_back(report.held_back, 'more')}, "
        f"{report.passages} passages "
        f"({report.embedded} embedded, {report.reused} reused, {report.removed} removed), "
        f"{_gone(report.articles_removed)}{report.seconds:.1f} s",
        soft_wrap=True,
    )
    _print_problems(console, report.problems)
    for receipt in report.receipts:
        _print_receipt(console, receipt)


def _all(source: list[Path] | None, more: list[Path] | None) -> list[Path]:
    """`--source A B` as well as `--source A --source B`."""
    return [*(source or ()), *(more or ())]


@app.command()
def check(source: Sources, more: More = None, as_json: Json = False) -> None:
    """Say what is wrong with the sources, without building; status 1 when an article is left out for it."""
    with _stated_failures():
        found = library.read(_all(source, more), date.today())
    held = sum(article.status is not Status.PUBLISHED for article in found.articles)
    if as_json:
        _print_json({"articles": len(found.articles), "held_back": held, **_problems_object(found.problems)})
    else:
        console = Console()
        console.print(f"{len(found.articles)} articles{_held_back(held, 'of them')}, {len(found.problems)} findings")
        _print_problems(console, found.problems)
    if any(problem.severity is Severity.ERROR for problem in found.problems):
        raise typer.Exit(_FOUND)


@app.command()
def health(
    source: Annotated[list[Path] | None, typer.Option("--source", help="Folder, file or .jsonl(.gz).")] = None,
    more: More = None,
    index: Annotated[Path | None, typer.Option("--index", help="An index, to look at its published articles.")] = None,
    as_json: Json = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the findings to this file too.")] = None,
) -> None:
    """Say what the content team should work on first, in the sources or in what is published."""
    sources = _all(source, more)
    if not sources and index is None:
        _fail("give --source or --index")
    with _stated_failures():
        articles = building.read(sources).articles if sources else _published(index)
        report = examine(articles, date.today(), cited={})
        found = list(with_lines(report.findings, sources))
        if csv is not None:
            csv.write_text(health_written.as_csv(found), encoding="utf-8")
    report = replace(report, findings=tuple(found))
    if as_json:
        _print_json(health_written.as_object(report))
    else:
        print_health(Console(), report)


def _published(index: Path | None) -> Sequence[Article]:
    return tuple(publish.Store(index).current().articles.values()) if index else ()


@app.command()
def diff(source: Sources, index: Index, more: More = None, as_json: Json = False) -> None:
    """Say what a build would change, without building."""
    with _stated_failures():
        difference = building.diff(_all(source, more), index)
    ids = {name: list(getattr(difference, name)) for name in ("added", "changed", "removed", "archived")}
    if as_json:
        _print_json({**ids, **_problems_object(difference.problems)})
        return
    console = Console()
    for name, found in ids.items():
        console.print("\n  ".join([f"{len(found)} {name}", *found]), markup=False)
    _print_problems(console, difference.problems)


@app.command()
def rollback(index: Index, as_json: Json = False) -> None:
    """Make the generation before the current one current again."""
    with _stated_failures():
        generation = publish.Store(index).rollback()
    if as_json:
        _print_json({"generation": generation})
    else:
        Console().print(f"current generation is now {generation}")


@app.command()
def forget(article_id: str, index: Index, as_json: Json = False) -> None:
    """Remove an article from everything derived from it and print the receipt."""
    with _stated_failures():
        receipt = building.forget(index, article_id)
    if as_json:
        _print_json(asdict(receipt))
        return
    _print_receipt(Console(), receipt)
    Console().print(
        "Remove it from the sources too: the next build brings back what is still there. Where articles are written in "
        "the console, its record of this one follows by itself, and plans to publish it are refused.",
        soft_wrap=True,
    )


@contextmanager
def _stated_failures() -> Iterator[None]:
    try:
        yield
    except (
        library.NoSource, building.NothingToBuild, building.UnknownArticle, building.Overtaken,
        publish.NoGeneration, publish.NothingToRollBackTo, publish.Locked, embedder.NoModel, OSError,
    ) as error:  # fmt: skip
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    Console(stderr=True).print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(_FAILED)


@contextmanager
def _progress_bar() -> Iterator[building.Progress | None]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[building.Stage, TaskID] = {}

        def show(stage: building.Stage, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage.value, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def _held_back(count: int, which: str) -> str:
    """Nobody should have to guess from the numbers that an export's drafts are not published."""
    return f" ({count} {which} held back: draft or archived)" if count else ""


def _gone(articles: int) -> str:
    return f"{articles} articles out of service, " if articles else ""


def _report_object(report: building.BuildReport) -> dict[str, object]:
    numbers = asdict(report)
    names = ("generation", "articles", "passages", "embedded", "reused", "removed", "held_back", "articles_removed")
    return {
        **{name: numbers[name] for name in names},
        **_problems_object(report.problems),
        "receipts": numbers["receipts"],
        "seconds": round(report.seconds, 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _problems_object(problems: Sequence[Problem]) -> dict[str, object]:
    def listed(severity: Severity) -> list[dict[str, object]]:
        return [
            {"file": problem.file, "line": problem.line, "message": problem.message, "kind": problem.kind}
            for problem in problems
            if problem.severity is severity
        ]

    return {"errors": listed(Severity.ERROR), "warnings": listed(Severity.WARNING)}


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _print_problems(console: Console, problems: Sequence[Problem]) -> None:
    for problem in problems:
        # One problem a line, however long: a log is searched, and a path that is cut is found by nobody.
        console.print(problem.told, markup=False, highlight=False, soft_wrap=True)


def _print_receipt(console: Console, receipt: Receipt) -> None:
    console.print(f"removed {receipt.article_id!r} at {receipt.at}", markup=False)
    console.print(f"  generation {receipt.generation_before} -> {receipt.generation_after}", markup=False)
    for place in receipt.places:
        console.print(f"  {place.place.value}: {place.removed}", markup=False)
    for one in receipt.processes:
        said = f"without it since {one.at}" if one.at else "STILL ANSWERS WITH IT: end it, or look at its log"
        console.print(f"  {one.process}: {said}", markup=False)
    if not receipt.processes:
        console.print("  no service is running: suggestions and draft replies from it go at the next start")
