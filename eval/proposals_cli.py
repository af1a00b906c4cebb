"""Owns the commands between the console's proposals and the folder of cases: harvest, proposals.

Refuses to judge a case: people do, in the console.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.casebook import book, proposals
from bot.casebook.case_line import to_json
from bot.casebook.proposals import ProposalStatus, Source
from bot.settings import Settings
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate
from eval import candidate_file, harvest
from eval.harvest import Candidate
from eval.options import stated_failures
from eval.session import CASES, WORK

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
    """Candidate cases from handoffs and thumbs down, personal data removed; a person completes them."""
    with stated_failures(), _database_of(data) as database:
        with database.snapshot() as tx:
            candidates = harvest.harvest(tx, since)
        if propose:
            with database.transaction() as tx:
                new = sum(_proposed(tx, candidate) for candidate in candidates)
            typer.echo(f"{new} new proposals in the console")
    candidate_file.write(out, candidates)
    typer.echo(f"{len(candidates)} candidates written to {out}; fill in articles and spans, then add them to data/eval")


def proposals_command(
    out: Annotated[Path, typer.Option(help="JSONL file to write.")] = WORK / "accepted.jsonl",
    data: Annotated[Path | None, typer.Option("--data", help="Data folder of the service.")] = None,
    cases: Annotated[Path, typer.Option("--cases", help="Folder of cases that may have them already.")] = CASES,
) -> None:
    """Cases that were accepted in the console and are not in the folder yet, one a line."""
    with stated_failures(), _database_of(data) as database, database.snapshot() as tx:
        accepted = proposals.every(tx, ProposalStatus.ACCEPTED)
    left = book.pending(book.read(cases), accepted)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(f"{to_json(each.line, labelled=True)}\n" for each in left), encoding="utf-8")
    for each in left:
        typer.echo(f"{each.line.id}: {each.source}, accepted by {each.decided_by} on {(each.decided_at or '')[:10]}")
    typer.echo(f"{len(left)} cases written to {out}")


@contextmanager
def _database_of(data: Path | None) -> Iterator[Database]:
    settings = Settings() if data is None else Settings().model_copy(update={"data_dir": data})
    database = open_database(settings.database_address, existing=True)
    try:
        migrate(database)
        yield database
    finally:
        database.close()


def _proposed(tx: Connection, candidate: Candidate) -> bool:
    """False when it was proposed before, whatever became of it."""
    stored = proposals.propose(
        tx,
        Source.HARVESTED,
        candidate_file.to_line(candidate),
        HARVEST,
        conversation_id=candidate.conversation_id,
        key=candidate.id,
    )
    return stored is not None
