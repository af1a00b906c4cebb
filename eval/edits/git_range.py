"""Owns a folder of articles as it was at a revision: exported by `git archive`. Refuses to touch the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path


class NoRevision(Exception):
    """Git cannot give the folder at that revision; the message says why."""


def ends(folder: Path, git_range: str) -> tuple[str, str | None]:
    """The revision before and the one after, None for the folder as it is now: `A`, `A..B`, `A..`, or `A...B`, which
    starts where B left A. Raises NoRevision."""
    first, dots, last = git_range.partition("...") if "..." in git_range else git_range.partition("..")
    if dots == "...":
        first = _git(folder, "merge-base", "--end-of-options", first or "HEAD", last or "HEAD").decode().strip()
    return first or "HEAD", last or None


def export(folder: Path, revision: str, target: Path) -> Path:
    """The folder at the revision, written to `target`. Raises NoRevision."""
    content = _git(folder, "archive", "--format=tar", "--end-of-options", revision, ".")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(target, filter="data")
    return target


def _git(folder: Path, *command: str) -> bytes:
    done = subprocess.run(["git", "-C", str(folder), *command], capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise NoRevision(f"git {command[0]} in {folder}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
