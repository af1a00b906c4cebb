"""Owns the command `serve` and what every command shares: options, settings, told failures.

Refuses to import the other commands: a service that starts would pay for the builder, the copilot and the demo.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot import serve as serving
from bot.api import log_lines
from bot.assemble import assemble
from bot.errors import BadPolicy, BadRequest, DeskError, NotFound, of_system
from bot.settings import Settings, read_settings
from bot.warm_encoder import WarmEncoder
from kb_ingest.embedder import NoModel

# A traceback that shows local values would print passwords and customer text.
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)

DataDir = Annotated[Path | None, typer.Option("--data", help="Data folder; default: ANSWERDESK_DATA_DIR.")]
IndexDir = Annotated[Path | None, typer.Option("--index", help="Index folder; default: ANSWERDESK_INDEX_DIR.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default: ANSWERDESK_HOST.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on, 0 for any; default: ANSWERDESK_PORT.")]

REFUSED = 1
GIVEN_WRONG = 2
"""Exit status as the other packages and typer have it: nothing was done, something has to be mended first."""

PAGES = {"Help centre with the chat": "/help", "Agent console": "/console", "HTTP interface": "/docs"}
NEXT = (
    "The console needs an account: `python -m bot accounts add EMAIL --name NAME --role lead --data {data}`.\n"
    "Ctrl-C stops the service."
)
"""What is said once requests are answered; the log goes on beside it, to standard error."""

_OPTIONS = {"data_dir": "--data", "index_dir": "--index", "host": "--host", "port": "--port"}
"""What a setting is called where it was given on the command line."""


@app.command()
def serve(
    context: typer.Context, index: IndexDir = None, data: DataDir = None, host: Host = None, port: Port = None
) -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    settings = settings_for(data, index, host, port)
    log_lines.configure(settings.log_level)
    warm = context.obj if isinstance(context.obj, WarmEncoder) else WarmEncoder(lambda: settings)

    def tell(port: int) -> None:
        for name, path in PAGES.items():
            typer.echo(serving.page_line(name, settings.host, port, path))
        typer.echo(NEXT.format(data=settings.data_dir))

    with told_failures():
        serving.serve(lambda: assemble(settings, warm.ready, serving=True), settings.host, settings.port, tell)


def settings_for(
    data: Path | None = None,
    index: Path | None = None,
    host: str | None = None,
    port: int | None = None,
    **fixed: Any,
) -> Settings:
    """The environment's settings with what was given on the command line, and what the command fixes.

    A setting that cannot be is named and ends the command.
    """
    named: dict[str, Any] = {"data_dir": data, "index_dir": index, "host": host, "port": port, **fixed}
    given = {name: value for name, value in named.items() if value is not None}
    with told_failures():
        return read_settings(_OPTIONS, **given)


@contextmanager
def told_failures() -> Iterator[None]:
    """An error a person can act on is printed and ends the command: with GIVEN_WRONG when what was given, or a file it
    names, has to be mended, with REFUSED when it is not possible now.
    """
    try:
        yield
    except (BadRequest, NotFound, BadPolicy) as error:
        _end(error.detail, GIVEN_WRONG, error)
    except DeskError as error:
        _end(error.detail, REFUSED, error)
    except NoModel as error:
        _end(str(error), GIVEN_WRONG, error)
    except OSError as error:
        _end(of_system(error), GIVEN_WRONG, error)
    except UnicodeEncodeError as error:
        _end(f"Text that cannot be written as {error.encoding}: {error.reason}.", GIVEN_WRONG, error)


def _end(told: str, status: int, error: Exception) -> NoReturn:
    typer.echo(told, err=True)
    raise typer.Exit(status) from error
