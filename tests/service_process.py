"""Owns `python -m bot serve` as a child process that can be killed and started again. Refuses to mock it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx2

from kb_ingest.embedder import default_cache_dir
from tests.loopback import NO_TLS
from tests.served import OF_THE_SAMPLE_BASE, warm

ROOT = Path(__file__).parents[1]
START_SECONDS = 120
UNLIMITED = {
    "ANSWERDESK_VISITOR_MESSAGES_PER_MINUTE": "1000000",
    "ANSWERDESK_IP_REQUESTS_PER_MINUTE": "1000000",
    "ANSWERDESK_IP_STREAMS": "1000000",
    "ANSWERDESK_SITE_MESSAGES_PER_MINUTE": "1000000",
}


_HELD: list[socket.socket] = []
"""Ports that were given out: held to the end of the run, so that no other program gets one of them by chance, not even
while the service on it is down. A service shares it: it is bound, but nobody listens."""


def free_port() -> int:
    """A port nobody listens on, and that nobody else is given."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _HELD.append(held)
    return int(held.getsockname()[1])


class ServiceProcess:
    """One service on a fixed port and data folder, whichever process runs it at the moment."""

    def __init__(self, index: Path, data: Path, program: Sequence[str] = ("-m", "bot"), **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "service.log"
        data.mkdir(parents=True, exist_ok=True)
        warm(index, data)
        self._command = [
            sys.executable, *program, "serve", "--index", str(index), "--data", str(data), "--port", str(self.port),
        ]  # fmt: skip
        own = {
            "ANSWERDESK_MODEL_CACHE_DIR": str(default_cache_dir()),
            "ANSWERDESK_CALIBRATION_FILE": str(OF_THE_SAMPLE_BASE),
            "ANSWERDESK_COMPANY_NAME": "Fernwick",
        }
        self.env = os.environ | UNLIMITED | own | env
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < deadline, self.log.read_text()[-4000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 20) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def _ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", verify=NO_TLS, trust_env=False, timeout=5).status_code == 200
        except httpx2.TransportError:
            return False
