"""A look of the gate or a build that the service started does not outlive it, not even after kill -9: the next start
makes it again in the same folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import until

ROOT = Path(__file__).parents[2]
SERVICE = """
import sys
from bot.publishing.impact_job import Running
Running().run([sys.executable, "-m", *sys.argv[1:]], 600)
"""
START_SECONDS, END_SECONDS = 60.0, 15.0


def _child(parent: int) -> int | None:
    """The process that it started and that runs our program already."""
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"--while-stdin-open" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return int(pid)
    return None


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("which", ["impact", "build"])
def test_what_the_service_runs_beside_itself_ends_when_it_is_killed(tmp_path: Path, which: str) -> None:
    kb = str(ROOT / "data" / "kb")
    command = {
        "impact": ["eval", "impact", kb, "--kb", kb, "--work", str(tmp_path), "--all", "--json"],
        "build": ["kb_ingest", "build", "--source", kb, "--index", str(tmp_path / "index"), "--full"],
    }[which]
    ours = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SERVICE, *command], cwd=ROOT, env=ours) as service:
        assert until(lambda: _child(service.pid) is not None, START_SECONDS)
        child = _child(service.pid)
        assert child is not None
        try:
            # It has begun: its first files are there.
            assert until(lambda: any(tmp_path.iterdir()) or _gone(child), START_SECONDS)
            assert not _gone(child)
            service.kill()
            assert until(lambda: _gone(child), END_SECONDS)
        finally:
            service.kill()
            if not _gone(child):
                os.kill(child, signal.SIGKILL)
