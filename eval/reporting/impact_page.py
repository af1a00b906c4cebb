"""Owns an edit's impact as one HTML file. Refuses scripts and network requests: it can be mailed."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval.edits.told import Change
from eval.impact import Impact
from kb_ingest.words import compared

TEMPLATE = "impact.html"


def write(path: Path, found: Impact) -> None:
    """Render the impact to `path`."""
    loader = PackageLoader("eval.reporting", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = templates.get_template(TEMPLATE).render(found=found, changes=list(Change), compared=compared)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
