"""Owns an edit's impact as one HTML file. Refuses scripts and network requests: it can be mailed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.casebook.plain_text import shows
from eval.edits.missing import Missing
from eval.edits.told import Change
from eval.impact import Impact
from eval.reporting import written
from kb_ingest.words import compared

TEMPLATE = "impact.html"


@dataclass(frozen=True, slots=True)
class Place:
    """A file of an article seen from the page, and the line of a sentence in it, None where it is not on one line."""

    href: str
    line: int | None


class Places:
    """From what an answer lacks to where it stands in `folder`, the articles as edited."""

    def __init__(self, page: Path, folder: Path) -> None:
        self._page = page.parent.resolve()
        self._folder = folder.resolve()

    def of(self, lost: Missing) -> Place | None:
        """None where no file has it."""
        file = self._folder / lost.file
        if not lost.file or not file.is_file():
            return None
        href = Path(os.path.relpath(file, self._page)).as_posix()
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if lost.is_said else []
        return Place(href, next((at for at, line in enumerate(lines, 1) if shows(line, lost.sentence)), None))


def write(path: Path, found: Impact, folder: Path) -> None:
    """Render the impact to `path`; articles are linked as files of `folder`."""
    places = Places(path, folder)
    written.page(path, TEMPLATE, found=found, changes=list(Change), compared=compared, place=places.of)
