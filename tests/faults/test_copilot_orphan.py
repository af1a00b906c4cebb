"""A copilot that another command started does not outlive it, not even after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.loopback import NO_TLS
from tests.patience import until
from tests.service_process import free_port

ROOT = Path(__file__).parents[2]
PARENT = """
import sys, time
from pathlib import Path
from bot.copilot import process
from bot.settings import Settings
index, data, port = sys.argv[1:]
child = process.start(Settings(index_dir=Path(index), data_dir=Path(data), cookie_secure=False), int(port))
print(child.process.pid, flush=True)
time.sleep(600)
"""
START_SECONDS, END_SECONDS = 90.0, 15.0


def _up(port: int) -> bool:
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/health", verify=NO_TLS, trust_env=False, timeout=5)
        return answer.status_code == 200
    except httpx2.TransportError:
        return False


def _gone(pid: int) -> bool:
    """Ended, though perhaps nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("serving", [False, pytest.param(True, marks=pytest.mark.full)])
def test_the_copilot_ends_when_its_parent_is_killed(small_index: Path, tmp_path: Path, serving: bool) -> None:
    """While it still starts, and while it serves."""
    port = free_port()
    command = [sys.executable, "-c", PARENT, str(small_index), str(tmp_path), str(port)]
    ours = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ours) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            assert not serving or until(lambda: _up(port), START_SECONDS)
            parent.kill()
            assert until(lambda: _gone(child), END_SECONDS)
            assert not _up(port)
        finally:
            parent.kill()
            if not _gone(child):
                os.kill(child, signal.SIGKILL)
