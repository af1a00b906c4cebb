"""Owns the commands about customers: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.command_line import REFUSED, DataDir, group, settings_for, told_failures
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.customers import importing
from bot.errors import Conflict, NotFound
from bot.privacy import elsewhere, erase, handing_out, last_copies, person
from bot.privacy.erase import Affected, Erased
from bot.privacy.export import export
from bot.privacy.last_copies import Copies
from bot.privacy.person import Person
from bot.privacy.places import Fate
from bot.storage.engine import open_database
from bot.storage.migrate import migrate

commands = group("Customers, as the shop knows them.")

Who = Annotated[str, typer.Argument(help="E-mail address, customer number, or number of a conversation or ticket.")]
EvenUnproven = Annotated[
    bool, typer.Option("--even-unproven", help="Also conversations in which somebody typed the address.")
]

BECOMES = {Fate.REMOVED: "removed", Fate.EMPTIED: "emptied, still counted", Fate.KEPT: "kept: numbers and times"}
NOT_OVERWRITTEN = (
    "The rows are gone, but the running service did not overwrite the last copies in its file within a minute. It does "
    "so at its next look or start; `python -m bot retention` after stopping it does it, too."
)
NO_COPY = {
    Copies.OVERWRITTEN: "No copy is left in the live files of the data folder.",
    Copies.ELSEWHERE: "PostgreSQL keeps dead rows until VACUUM FULL, and its write-ahead log.",
}
NOT_REACHED = (
    "Not reached from here: backups, the mailbox, what other systems took over, the person's browser, and logs of "
    "whatever runs the service."
)


@commands.callback()
def customers() -> None:
    """Customers, as the shop knows them."""


@commands.command("import")
def take_over(
    file: Annotated[Path, typer.Argument(help="CSV with a header: external_id, and any of name, email, region, …")],
    data: DataDir = None,
) -> None:
    """Take over customers from a CSV file; the same file again changes nothing. Status 1 when a line was wrong."""
    settings = settings_for(data)
    with told_failures():
        rows, wrong = importing.read_csv(file)
        database = open_database(settings.database_address)
        try:
            migrate(database)
            with database.transaction() as tx:
                done = importing.take_over(tx, rows, wrong)
        finally:
            database.close()
    for error in done.errors:
        typer.echo(f"{file}: line {error.line}: {error.message}", err=True)
    typer.echo(
        f"{done.created} new, {done.changed} changed, {done.unchanged} as they were, {len(done.errors)} not taken."
    )
    if done.errors:
        raise typer.Exit(1)


@commands.command("export")
def hand_out(
    who: Who,
    out: Annotated[Path, typer.Option(help="File to write: JSON, or .zip with the files in it.")],
    data: DataDir = None,
    even_unproven: EvenUnproven = False,
    without_notes: Annotated[
        bool, typer.Option("--without-notes", help="Leave out what the desk wrote among itself, and say so.")
    ] = False,
) -> None:
    """Write everything that is held about one person to a file (GDPR art. 15 and 20)."""
    settings = settings_for(data)
    with told_failures():
        database = open_database(settings.database_address, existing=True)
        try:
            migrate(database)
            with database.snapshot() as tx:
                found = _meant(tx, who, even_unproven=even_unproven)
                copy = export(tx, found, who, notes=not without_notes)
        finally:
            database.close()
        unreadable = handing_out.write(copy, AttachmentFiles(settings.data_dir / FOLDER), out)
    typer.echo(f"Wrote {out} about {_told(found)}, rows: {copy.rows}, files: {len(copy.files)}.")
    for path in unreadable:
        typer.echo(f"{path}: is missing or damaged on disk; a backup may have it.", err=True)
    if unreadable:
        raise typer.Exit(REFUSED)


@commands.command("erase")
def erase_person(
    who: Who,
    data: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only what would go is shown.")] = False,
    even_open: Annotated[bool, typer.Option("--even-open", help="Close tickets that are open.")] = False,
    even_unproven: EvenUnproven = False,
) -> None:
    """Erase one person everywhere and print the receipt (GDPR art. 17)."""
    settings = settings_for(data)
    with told_failures(), last_copies.opened(settings.database_address) as held:
        with held.database.snapshot() as tx:
            found = _meant(tx, who, even_unproven=even_unproven)
            _lines(erase.affected(tx, found.scope))
            _elsewhere(elsewhere.mentions(tx, found.scope, who))
            being_worked_on = person.open_tickets(tx, found.scope)
        _check_open(being_worked_on, even_open=even_open)
        if not yes:
            typer.echo(f"Nothing was changed. To erase {_told(found)}, run this again with --yes.")
            return
        with held.database.transaction() as tx:
            now = _chosen(person.find(tx, who), even_unproven=even_unproven)
            _check_open(person.open_tickets(tx, now.scope), even_open=even_open)
            done = erase.erase(tx, now.scope, now.found_by)
        files = erase.remove_files(held.database, AttachmentFiles(settings.data_dir / FOLDER), done.digests)
        copies = last_copies.overwrite(held)
    _receipt(done, files, copies)


def _meant(tx: Connection, who: str, *, even_unproven: bool) -> Person:
    """Whom the command is about; what is left out is said where it is not handed to anybody."""
    found = _chosen(person.find(tx, who), even_unproven=even_unproven)
    for one in found.unproven:
        typer.echo(f"Left out: conversation {one.conversation_id}, {one.why} (--even-unproven takes it in).", err=True)
    if not erase.affected(tx, found.scope):
        raise NotFound("Nothing is proven to be this person's: look at what was left out, then add --even-unproven.")
    return found


def _chosen(found: Person, *, even_unproven: bool) -> Person:
    return found.with_unproven() if even_unproven else found


def _told(found: Person) -> str:
    return f"the person found by {found.found_by}, conversations: {len(found.scope.conversations)}"


def _lines(places: Iterable[Affected]) -> None:
    for one in places:
        typer.echo(f"  {one.place:<16} {one.rows:>6}  {BECOMES[one.fate]} ({one.what})")


def _elsewhere(found: Iterable[elsewhere.Mention]) -> None:
    for one in found:
        typer.echo(f"Also named in {one.rows} rows of {one.place} that are others': {one.where}. Look at them.")


def _check_open(being_worked_on: tuple[str, ...], *, even_open: bool) -> None:
    if being_worked_on and not even_open:
        listed = ", ".join(being_worked_on)
        raise Conflict(f"Tickets are still open: {listed}. Close them first, or add --even-open; nothing was changed.")


def _receipt(done: Erased, files: int, copies: Copies) -> None:
    typer.echo(f"erased at {done.at}, record {done.record_id}")
    _lines(done.places)
    typer.echo(f"  {erase.FILES:<16} {files:>6}  removed")
    if copies is Copies.WAITING:
        typer.echo(NOT_OVERWRITTEN, err=True)
        raise typer.Exit(REFUSED)
    typer.echo(f"{NO_COPY[copies]} {NOT_REACHED}")
