"""Owns what every command shares: options, settings, told failures, groups of commands.

Refuses to import what any of them does: each would pay for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.errors import BadPolicy, BadRequest, DeskError, NotFound, of_system
from bot.settings import Settings, read_settings
from kb_ingest.embedder import NoModel

DataDir = Annotated[Path | None, typer.Option("--data", help="Data folder; default: ANSWERDESK_DATA_DIR.")]
IndexDir = Annotated[Path | None, typer.Option("--index", help="Index folder; default: ANSWERDESK_INDEX_DIR.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default: ANSWERDESK_HOST.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on, 0 for any; default: ANSWERDESK_PORT.")]

REFUSED = 1
GIVEN_WRONG = 2
"""Exit status as the other packages and typer have it: nothing was done, something has to be mended first."""

_OPTIONS = {"data_dir": "--data", "index_dir": "--index", "host": "--host", "port": "--port"}
"""What a setting is called where it was given on the command line."""


def group(told: str) -> typer.Typer:
    """Commands under one name, or under none. A traceback that shows local values would print passwords and customer
    text."""
    return typer.Typer(add_completion=False, no_args_is_help=True, help=told, pretty_exceptions_show_locals=False)


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
