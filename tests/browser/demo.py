"""Owns the demonstration as a process, started as `make demo` starts it, or one that runs already. Refuses mocks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kb_ingest.embedder import default_cache_dir
from tests.served import OF_THE_SAMPLE_BASE
from tests.service_process import ROOT, START_SECONDS, free_port

ADDRESS = re.compile(r"^  (\S.*?)\s+(http://\S+)$", re.MULTILINE)
SIGN_IN = re.compile(r"Sign in to the console as (\S+) with the password (\S+)")
ENDING_SECONDS = 30


@dataclass(frozen=True)
class Demo:
    """A running demo: its root, the agent's sign-in and the addresses it printed by name."""

    url: str
    email: str
    password: str
    addresses: dict[str, str]


class DemoProcess:
    """`python -m bot demo`, which is all `make demo` runs once the environment is there."""

    def __init__(self, articles: Path, index: Path, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._told = data / "demo.out"
        self._command = [
            sys.executable, "-m", "bot", "demo", "--port", str(free_port()),
            "--source", str(articles), "--index", str(index), "--data", str(data),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Demo:
        """Start it and read from what it prints where to look."""
        own = {
            "ANSWERDESK_MODEL_CACHE_DIR": str(default_cache_dir()),
            "ANSWERDESK_CALIBRATION_FILE": str(OF_THE_SAMPLE_BASE),
            "PYTHONUNBUFFERED": "1",
        }
        with self._told.open("wb") as told:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=os.environ | own, stdout=told, stderr=told)
        deadline = time.monotonic() + START_SECONDS
        while (signed := SIGN_IN.search(self._told.read_text())) is None:
            assert self._process.poll() is None, self._told.read_text()[-4000:]
            assert time.monotonic() < deadline, self._told.read_text()[-4000:]
            time.sleep(0.1)
        addresses = dict(ADDRESS.findall(self._told.read_text()))
        return Demo(addresses["Agent console"].removesuffix("/console"), signed[1], signed[2], addresses)

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(ENDING_SECONDS)


def running(url: str, sign_in: Path) -> Demo:
    """A demo that somebody started, with the sign-in it keeps in its data folder."""
    kept = json.loads(sign_in.read_text())
    return Demo(url.rstrip("/"), kept["email"], kept["password"], {})
