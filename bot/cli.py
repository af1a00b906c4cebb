"""Owns the command line of the desk: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot import batch
from bot import demo as demonstration
from bot.access import STAFF, Role
from bot.api import log_lines
from bot.articles_cli import commands as article_commands
from bot.copilot import run as staff_copilot
from bot.customers_cli import commands as customer_commands
from bot.desk import accounts
from bot.gaps_cli import commands as gap_commands
from bot.mail_cli import commands as mail_commands
from bot.outbox_cli import commands as outbox_commands
from bot.pipeline import build_responder
from bot.recall.findings import find, known
from bot.recall.listing import lines, listing
from bot.retention_cli import retain
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VARIANTS_FILE, read_variants
from bot.serve_cli import DataDir, Host, IndexDir, Port, serve, settings_for, told_failures
from bot.storage.backup import back_up
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate as bring_up
from bot.storage.record import encode
from kb_ingest.parent import WhileStdinOpen

# A traceback that shows local values would print passwords and customer text.
app = typer.Typer(no_args_is_help=True, help="The support desk.", pretty_exceptions_show_locals=False)
account_commands = typer.Typer(no_args_is_help=True, help="People who may sign in to the console.")
app.add_typer(account_commands, name="accounts")
app.add_typer(gap_commands, name="gaps")
app.add_typer(customer_commands, name="customers")
app.add_typer(outbox_commands, name="outbox")
app.add_typer(mail_commands, name="mail")
app.add_typer(article_commands, name="articles")

Questions = Annotated[Path, typer.Option(help="JSONL: id, text, context?")]
Out = Annotated[Path, typer.Option(help="JSONL to write, one line per question, in order.")]
CalibrationFile = Annotated[
    Path | None, typer.Option(help="Fitted confidence; default: ANSWERDESK_CALIBRATION_FILE.")
]

COPILOT_PORT = 8001
PEOPLE = [str(role) for role in Role if role in STAFF]


def _staff(role: str) -> Role:
    """Other roles are programs and visitors, who have no account."""
    if role not in PEOPLE:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(PEOPLE)}.")
    return Role(role)


@app.command()
def migrate(data: DataDir = None) -> None:
    """Bring the database to the newest revision."""
    with _database(data, migrated=False, existing=False) as database:
        typer.echo(f"The database is at revision {bring_up(database)}.")


@app.command()
def backup(target: Path, data: DataDir = None) -> None:
    """Copy the SQLite database to a new file; the service may be running."""
    with _database(data, migrated=False) as database:
        typer.echo(f"Wrote {target} ({back_up(database, target):,} bytes).")


app.command("retention")(retain)
app.command()(serve)


@app.command()
def demo(
    index: IndexDir = None,
    data: DataDir = None,
    host: Host = None,
    port: Port = None,
    source: Annotated[Path, typer.Option(help="Articles to show.")] = Path("data/kb"),
) -> None:
    """Run everything over the sample articles and print where to look."""
    settings = settings_for(data, index, host, port, cookie_secure=False, log_level="WARNING")
    log_lines.configure(settings.log_level)
    with told_failures():
        demonstration.run(source, settings, typer.echo)


@app.command()
def copilot(
    index: IndexDir = None,
    data: DataDir = None,
    host: Host = None,
    port: Annotated[int, typer.Option(help="Port to listen on, 0 for any.")] = COPILOT_PORT,
    origin: Annotated[
        list[str] | None, typer.Option(help="Origin under which browsers find it behind a proxy; repeatable.")
    ] = None,
    secure_cookie: Annotated[
        bool | None, typer.Option("--secure-cookie/--plain-cookie", help="Default: ANSWERDESK_COOKIE_SECURE.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Whose it is; default: ANSWERDESK_COMPANY_NAME.")] = None,
    while_stdin_open: WhileStdinOpen = False,
) -> None:
    """Run the staff copilot, a chat over public and internal articles, until SIGTERM or Ctrl-C."""
    settings = settings_for(data, index, host, cookie_secure=secure_cookie, company_name=company)
    with told_failures():
        staff_copilot.run(settings, port, tuple(origin or ()), while_stdin_open=while_stdin_open)


@app.command()
def ask(questions: Questions, out: Out, index: IndexDir = None, calibration: CalibrationFile = None) -> None:
    """Answer a file of independent questions as an unknown visitor; no service needed."""
    with told_failures():
        parts = build_responder(settings_for(index=index), calibration)
        typer.echo(f"Answered {batch.answer_file(parts, questions, out)} questions into {out}.", err=True)


@app.command()
def suggest(questions: Questions, out: Out, index: IndexDir = None, calibration: CalibrationFile = None) -> None:
    """Suggest replies for a file of tickets, from public and internal articles; no service needed."""
    with told_failures():
        parts = build_responder(settings_for(index=index), calibration)
        typer.echo(f"Suggested for {batch.suggest_file(parts, questions, out)} tickets into {out}.", err=True)


@app.command()
def recall(
    article_id: Annotated[str | None, typer.Argument(help="Only answers from this article.")] = None,
    index: IndexDir = None,
    data: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the customers who were told what their article does not say any more; /console/recall puts it right."""
    with _database(data) as database, database.snapshot() as tx:
        settings = settings_for(data, index)
        live, variants = LiveIndex(settings.index_dir), read_variants(settings.policies_dir / VARIANTS_FILE)
        if article_id is not None:
            known(tx, live, article_id)
        found = listing(live.current().generation, find(tx, live, variants, article_id))
    typer.echo(encode(found) if as_json else "\n".join(lines(found)))


@account_commands.command("add")
def add_account(
    email: str,
    name: Annotated[str, typer.Option(help="The name customers see beside a reply.")],
    password: Annotated[
        str,
        typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="10 characters or more."),
    ],
    role: Annotated[Role, typer.Option(parser=_staff, metavar="|".join(PEOPLE), help="Who they are.")] = Role.AGENT,
    data: DataDir = None,
) -> None:
    """Add a person; the password is asked for unless given."""
    with _database(data, existing=False) as database, database.transaction() as tx:
        account = accounts.add(tx, email, name, role, password)
        typer.echo(f"Added {account.email} as {account.role}.")


@account_commands.command("list")
def list_accounts(data: DataDir = None) -> None:
    """List every account."""
    with _database(data) as database, database.snapshot() as tx:
        for account in accounts.every(tx):
            standing = "disabled" if account.disabled else "active"
            typer.echo(f"{account.email}\t{account.name}\t{account.role}\t{standing}")


@account_commands.command("disable")
def disable_account(email: str, data: DataDir = None) -> None:
    """Forbid sign-in and end the person's sessions."""
    with _database(data) as database, database.transaction() as tx:
        typer.echo(f"Disabled {accounts.disable(tx, email).email}.")


@contextmanager
def _database(data: Path | None, *, migrated: bool = True, existing: bool = True) -> Iterator[Database]:
    """The database for one command; only those that begin one may name a folder that has none."""
    with told_failures():
        database = open_database(settings_for(data).database_address, existing=existing)
        try:
            if migrated:
                bring_up(database)
            yield database
        finally:
            database.close()
