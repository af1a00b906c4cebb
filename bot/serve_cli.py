"""Owns the command `serve` and what every command shares: options, settings, told failures.

Refuses to import the other commands: a service that starts would pay for the builder, the copilot and the demo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from bot import serve as serving
from bot.api import log_lines
from bot.assemble import assemble
from bot.errors import BadRequest, DeskError
from bot.settings import Settings
from bot.warm_encoder import WarmEncoder

# A traceback that shows local values would print passwords and customer text.
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)

DataDir = Annotated[Path | None, typer.Option("--data", help="Data folder; default: ANSWERDESK_DATA_DIR.")]
IndexDir = Annotated[Path | None, typer.Option("--index", help="Index folder; default: ANSWERDESK_INDEX_DIR.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default: ANSWERDESK_HOST.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on, 0 for any; default: ANSWERDESK_PORT.")]

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
    with told_failures():
        serving.serve(lambda: assemble(settings, warm.ready, serving=True), settings.host, settings.port)


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
        try:
            return Settings(**given)
        except ValidationError as error:
            # Without the value: it may be a secret.
            told = (f"{_called(str(each['loc'][0]), given)}: {each['msg']}." for each in error.errors())
            raise BadRequest("\n".join(told)) from error


def _called(setting: str, given: Mapping[str, Any]) -> str:
    """A setting's name where whoever set it wrote it."""
    in_environment = f"{Settings.model_config['env_prefix']}{setting.upper()}"
    return _OPTIONS.get(setting, setting) if setting in given else in_environment


@contextmanager
def told_failures() -> Iterator[None]:
    """An error a person can act on is printed and ends the command with status 1."""
    try:
        yield
    except DeskError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from error
