"""Owns `python -m eval impact`: reads the options, calls the story, shows what came of it. Refuses to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from bot.casebook.case import Case
from bot.settings import read_settings
from eval import impact as story
from eval import impact_json, impact_view
from eval.edits import git_range, override
from eval.impact import Impact
from eval.options import KB, Cases, Kb, Work, case_files, stated_failures
from eval.parts import workshop
from eval.reporting import impact_page
from eval.session import WORK
from kb_ingest.parent import WhileStdinOpen, end_with_stdin

only_impact = typer.Typer(add_completion=False)
"""The command by itself: it starts without the imports of the others, and knows no desk whose log it could read."""
LogReader = Callable[[], Sequence[Case]]
"""What a context has as its object where there is one."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("impact")(impact_command)


@only_impact.command()
def impact_command(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Articles as edited; default: the --kb folder.")] = None,
    against: Annotated[str, typer.Option(help="Git revision or range: articles as they were there.")] = "",
    staged: Annotated[bool, typer.Option("--staged", help="Articles as edited are those that git has staged.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    by: Annotated[str, typer.Option("--override", help="Your name: publish although cases get worse.")] = "",
    reason: Annotated[str, typer.Option(help="Why; needed with --override.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Ask every case again, not only those in reach.")] = False,
    log: Annotated[bool, typer.Option("--log", help="Also what customers asked the desk of late.")] = False,
    kb: Kb = KB,
    cases: Cases = None,
    work: Work = WORK,
    while_stdin_open: WhileStdinOpen = False,
) -> None:
    """What an edit does to the answers, asking only the cases in its reach; 1 if a pinned or answered one gets
    worse.
    """
    read_log: LogReader | None = context.obj
    if while_stdin_open:
        end_with_stdin()
    if bool(by.strip()) != bool(reason.strip()):
        raise typer.BadParameter("--override NAME and --reason WHY go together")
    if staged and (folder is not None or ".." in against):
        raise typer.BadParameter("--staged has its own edited articles: leave out FOLDER and the end of a range")
    if log and read_log is None:
        raise typer.BadParameter("--log reads a desk's database, which only the whole program `python -m eval` does")
    if folder is None and not against and not staged:
        raise typer.BadParameter("name the edited FOLDER, or a revision with --against, or --staged")
    ends = _staged(against or "HEAD", kb) if staged else _ends(folder, against, kb)
    with stated_failures(), workshop(read_settings(), work) as shop, ends as (before, after):
        real = read_log() if log and read_log else ()
        found = story.impact(shop, case_files(cases), before, after, log=real, everything=everything)
    page = work / "impact" / "impact.html"
    if as_json:
        found = found.without_customers_words()  # whoever reads the JSON may keep it
        typer.echo(impact_json.text(found))
    impact_page.write(page, found, folder or kb)
    if not as_json:
        impact_view.show(Console(), found)
        typer.echo(f"written: {page}")
    raise typer.Exit(_status(found, work / "impact", by, reason))


def _status(found: Impact, folder: Path, by: str, reason: str) -> int:
    """1 when cases in the way of publishing are not overridden; an override is logged and its name printed."""
    if not found.blocking:
        return 0
    if not by:
        return 1
    logged = override.log(folder, by, reason, found.generation, [one.now.id for one in found.blocking])
    typer.echo(f"overridden by {logged.by}: {logged.reason} ({folder / override.FILE})", err=True)
    return 0


@contextmanager
def _ends(folder: Path | None, against: str, kb: Path) -> Iterator[tuple[Path, Path]]:
    """The folder before the edit and the one after it; what git holds is exported for as long as it is needed."""
    now = folder or kb
    if not against:
        yield kb, now
        return
    first, last = git_range.ends(kb, against)
    with TemporaryDirectory(prefix="answerdesk-impact-") as home:
        before = git_range.export(kb, first, Path(home) / "before")
        yield before, git_range.export(kb, last, Path(home) / "after") if last else now


@contextmanager
def _staged(revision: str, kb: Path) -> Iterator[tuple[Path, Path]]:
    """The folder at the revision, and as the next commit would have it."""
    with TemporaryDirectory(prefix="answerdesk-impact-") as home:
        yield git_range.export(kb, revision, Path(home) / "before"), git_range.staged(kb, Path(home) / "after")
