"""Owns a disk of a few megabytes that can be filled and given room again. Refuses to simulate one: without the right to
mount, the system forbids the service to write files, which is the nearest real thing."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 2**20


@dataclass
class SmallDisk:
    """`folder` lies on it; `mounted` false: see `fill`."""

    folder: Path
    mounted: bool
    limited: int | None = None

    def fill(self, process: int, left: int = 0) -> None:
        """Something else takes the room but for `left` bytes; where nothing is mounted, no file of `process` grows
        beyond its largest one and `left`."""
        if not self.mounted:
            largest = max(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
            self.limited = process
            resource.prlimit(process, resource.RLIMIT_FSIZE, (largest + left, resource.RLIM_INFINITY))
            return
        free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
        with self._other.open("ab") as other:
            other.write(b"x" * max(0, free - left))

    def make_room(self) -> None:
        """What took the room is gone."""
        self._other.unlink(missing_ok=True)
        if self.limited is not None and Path(f"/proc/{self.limited}").exists():
            resource.prlimit(self.limited, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    @property
    def _other(self) -> Path:
        return self.folder / "somebody-elses"


@contextmanager
def small_disk(folder: Path, megabytes: int = 20) -> Iterator[SmallDisk]:
    """A disk of that size in memory, gone when the block ends."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={megabytes * MEGABYTE}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(["mount", *options], capture_output=True).returncode == 0
    try:
        yield SmallDisk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
