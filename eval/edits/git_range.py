"""Owns a folder of articles as it was at a revision: exported by `git archive`. Refuses to touch the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path


class NoRevision(Exception):
    """Git cannot give the folder at that revision; the message says why."""


def ends(git_range: str) -> tuple[str, str | None]:
    """The revision before and the one after; None for the folder as it is now: `A`, `A..B` or `A..`."""
    first, dots, last = git_range.replace("...", "..").partition("..")
    return first or "HEAD", last or None if dots else None


def export(folder: Path, revision: str, target: Path) -> Path:
    """The folder at the revision, written to `target`. Raises NoRevision."""
    command = ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", revision, "."]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise NoRevision(f"{folder} at {revision!r}: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(target, filter="data")
    return target
