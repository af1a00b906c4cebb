"""Owns the copilot as a child of another command. Refuses to import Chainlit."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Unavailable
from bot.serve import listen
from bot.settings import Settings

CHAINLIT = "chainlit"
ENDING_SECONDS = 8.0
LOG_FILE = "copilot.log"


@dataclass(frozen=True, slots=True)
class Child:
    """A running copilot. It reads a pipe from this process and ends when that does, kill -9 included."""

    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it; by force when it does not end by itself."""
        self.process.terminate()
        try:
            self.process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        finally:
            if self.process.stdin is not None:
                self.process.stdin.close()


def installed() -> bool:
    """Whether the optional extra `copilot` is there."""
    return importlib.util.find_spec(CHAINLIT) is not None


def free_port(host: str, wanted: int) -> int:
    """`wanted` if nobody listens on it, else any free port."""
    for port in (wanted, 0):
        try:
            with listen(host, port) as probe:
                return int(probe.getsockname()[1])
        except Unavailable:
            continue
    raise Unavailable(f"There is no free port on {host}.")


def start(settings: Settings, port: int) -> Child:
    """Start `python -m bot copilot` over the same index and data; its output goes to a file in the data folder."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    secure = "--secure-cookie" if settings.cookie_secure else "--plain-cookie"
    command = [
        sys.executable, "-m", "bot", "copilot", "--index", str(settings.index_dir), "--data", str(settings.data_dir),
        "--host", settings.host, "--port", str(port), secure, "--company", settings.company_name,
        "--while-stdin-open",
    ]  # fmt: skip
    with (settings.data_dir / LOG_FILE).open("ab") as log:
        # A group of its own: Ctrl-C reaches the parent, which then ends the child in order.
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=log, stderr=log, stdin=subprocess.PIPE, cwd=Path.cwd(), start_new_session=True
        )
    return Child(process)
