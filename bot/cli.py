"""Owns the command line of the desk: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import demo as demonstration
from bot.accounts_cli import commands as account_commands
from bot.api import log_lines
from bot.articles_cli import commands as article_commands
from bot.batch_cli import ask, suggest
from bot.command_database import command_database
from bot.command_line import DataDir, Host, IndexDir, Port, group, settings_for, told_failures
from bot.copilot import run as staff_copilot
from bot.customers_cli import commands as customer_commands
from bot.gaps_cli import commands as gap_commands
from bot.mail_cli import commands as mail_commands
from bot.outbox_cli import commands as outbox_commands
from bot.recall.findings import find, known
from bot.recall.listing import lines, listing
from bot.retention_cli import retain
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VARIANTS_FILE, read_variants
from bot.serve_cli import serve
from bot.storage.backup import back_up
from bot.storage.migrate import migrate as bring_up
from bot.storage.record import encode
from kb_ingest.parent import WhileStdinOpen

app = group("The support desk.")
app.add_typer(account_commands, name="accounts")
app.add_typer(gap_commands, name="gaps")
app.add_typer(customer_commands, name="customers")
app.add_typer(outbox_commands, name="outbox")
app.add_typer(mail_commands, name="mail")
app.add_typer(article_commands, name="articles")

COPILOT_PORT = 8001


@app.command()
def migrate(data: DataDir = None) -> None:
    """Bring the database to the newest revision."""
    with command_database(data, migrated=False, existing=False) as database:
        typer.echo(f"The database is at revision {bring_up(database)}.")


@app.command()
def backup(target: Path, data: DataDir = None) -> None:
    """Copy the SQLite database to a new file; the service may be running."""
    with command_database(data, migrated=False) as database:
        typer.echo(f"Wrote {target} ({back_up(database, target):,} bytes).")


app.command("retention")(retain)
app.command()(serve)
app.command()(ask)
app.command()(suggest)


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
def recall(
    article_id: Annotated[str | None, typer.Argument(help="Only answers from this article.")] = None,
    index: IndexDir = None,
    data: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the customers who were told what their article does not say any more; /console/recall puts it right."""
    with command_database(data) as database, database.snapshot() as tx:
        settings = settings_for(data, index)
        live, variants = LiveIndex(settings.index_dir), read_variants(settings.policies_dir / VARIANTS_FILE)
        if article_id is not None:
            known(tx, live, article_id)
        found = listing(live.current().generation, find(tx, live, variants, article_id))
    typer.echo(encode(found) if as_json else "\n".join(lines(found)))
