"""Owns the command `serve`. Refuses to import the other commands: a service that starts would pay for the builder, the
copilot and the demo.
"""

from __future__ import annotations

import typer

from bot import serve as serving
from bot.api import log_lines
from bot.assemble import assemble
from bot.command_line import DataDir, Host, IndexDir, Port, settings_for, told_failures
from bot.warm_encoder import WarmEncoder

# A traceback that shows local values would print passwords and customer text.
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)

PAGES = {"Help centre with the chat": "/help", "Agent console": "/console", "HTTP interface": "/docs"}
NEXT = (
    "The console needs an account: `python -m bot accounts add EMAIL --name NAME --role lead --data {data}`.\n"
    "Ctrl-C stops the service."
)
"""What is said once requests are answered; the log goes on beside it, to standard error."""


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
