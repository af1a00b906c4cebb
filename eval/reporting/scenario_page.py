"""Owns the transcripts of played scenarios as one HTML file. Refuses scripts and network requests: it can be mailed."""

from __future__ import annotations

from pathlib import Path

from eval.reporting import written
from eval.scenarios.view import Summary

TEMPLATE = "scenarios.html"


def write(path: Path, summed: Summary) -> None:
    """Render the page to `path`."""
    written.page(path, TEMPLATE, summed=summed)
