"""Owns a folder of articles as git has it: at a revision, or staged. Refuses to read or touch the working tree."""

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


def staged(folder: Path, target: Path) -> Path:
    """The folder as the index has it, which is what a commit takes, written to `target`. Raises NoRevision."""
    place = _git(folder, "rev-parse", "--show-prefix").decode().rstrip("\n")
    names = _git(folder, "ls-files", "-z", "--cached")
    _git(folder, "checkout-index", "-z", "--stdin", f"--prefix={target.resolve()}/", given=names)
    (target / place).mkdir(parents=True, exist_ok=True)
    return target / place


def _git(folder: Path, *command: str, given: bytes = b"") -> bytes:
    whole = ["git", "-C", str(folder), *command]
    done = subprocess.run(whole, input=given, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise NoRevision(f"git {command[0]} in {folder}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
