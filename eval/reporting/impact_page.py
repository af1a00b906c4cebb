"""Owns an edit's impact as one HTML file. Refuses scripts and network requests: it can be mailed."""

from __future__ import annotations

from pathlib import Path

from eval.edits.told import Change
from eval.impact import Impact
from eval.reporting import written
from kb_ingest.words import compared

TEMPLATE = "impact.html"


def write(path: Path, found: Impact) -> None:
    """Render the impact to `path`."""
    written.page(path, TEMPLATE, found=found, changes=list(Change), compared=compared)
