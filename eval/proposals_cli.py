"""Owns the commands between the console's proposals and the folder of cases: harvest, proposals.

Refuses to judge a case: people do, in the console.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.casebook import book, proposals
from bot.casebook.book import Book
from bot.casebook.case_line import to_json
from bot.casebook.line_file import BadCases
from bot.casebook.proposals import ProposalStatus
from bot.errors import BadRequest
from bot.gaps import harvest
from bot.gaps.propose import candidate as propose_one
from bot.settings import read_settings
from bot.storage import clock
from eval import candidate_file
from eval.desk_database import desk_database
from eval.options import stated_failures
from eval.session import WORK
from kb_ingest.durable import replace_file

HARVEST = "harvest"
"""Who proposes what the command finds."""


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("harvest")(harvest_command)
    app.command("proposals")(proposals_command)


def harvest_command(
    out: Annotated[Path, typer.Option(help="JSONL file to write.")] = WORK / "harvest.jsonl",
    since: Annotated[str, typer.Option(help="Only from this time on, UTC, ISO 8601.")] = "",
    data: Annotated[Path | None, typer.Option("--data", help="Data folder of the service.")] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Also put them before the content team, in the console.")
    ] = False,
) -> None:
    """Candidate cases from conversations, personal data removed; a person completes them."""
    with stated_failures(), desk_database(data) as database:
        with database.snapshot() as tx:
            candidates = tuple(harvest.harvest(tx, _moment(since) if since else ""))
        if propose:
            with database.transaction() as tx:
                new = sum(propose_one(tx, candidate, HARVEST) for candidate in candidates)
            typer.echo(f"{new} new proposals in the console")
        candidate_file.write(out, candidates)
    typer.echo(f"{len(candidates)} candidates written to {out}; fill in articles and spans, then add them to data/eval")


def proposals_command(
    out: Annotated[Path, typer.Option(help="JSONL file to write.")] = WORK / "accepted.jsonl",
    data: Annotated[Path | None, typer.Option("--data", help="Data folder of the service.")] = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", help="Folder of cases that may have them already.")
    ] = None,
) -> None:
    """Cases that were accepted in the console and are not in the folder yet, one a line."""
    with stated_failures():
        with desk_database(data) as database, database.snapshot() as tx:
            accepted = proposals.every(tx, ProposalStatus.ACCEPTED)
        left = book.pending(_readable(cases or read_settings().cases_dir), accepted)
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_file(out, "".join(f"{to_json(each.line, labelled=True)}\n" for each in left).encode())
    for each in left:
        typer.echo(f"{each.line.id}: {each.source}, accepted by {each.decided_by} on {(each.decided_at or '')[:10]}")
    typer.echo(f"{len(left)} cases written to {out}")


def _readable(cases: Path) -> Book:
    """The folder, or none yet. A file in it that cannot be read may have what would be written once more."""
    if cases.exists() and not cases.is_dir():
        raise BadRequest(f"--cases {cases}: is no folder.")
    found = book.read(cases)
    if found.found.faults:
        raise BadCases(found.found.faults)
    return found


def _moment(given: str) -> str:
    """A time as somebody writes it, as the database has it: a date alone is its midnight, no zone is UTC."""
    try:
        at = datetime.fromisoformat(given)
        return clock.write(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise BadRequest(f"--since {given}: is no time; write it as 2026-11-22 or 2026-11-22T08:00.") from error
