"""Owns the HTML report: gathers what the page shows and renders it into one file.

Refuses scripts and network requests: the file can be mailed and opened anywhere.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval.comparison import Comparison
from eval.knowledge import Knowledge
from eval.reporting import page
from eval.reporting.judged import Fate
from eval.result import RunResult
from eval.result_file import Baseline

TEMPLATE = "report.html"


def write(
    path: Path, run: RunResult, comparison: Comparison | None, baseline: Baseline | None, kb: Path,
    knowledge: Knowledge,
) -> None:  # fmt: skip
    """Render the report of a run to `path`; articles are linked as files in `kb`."""
    shown = page.gather(run, comparison, baseline, page.Links(path, kb, knowledge))
    loader = PackageLoader("eval.reporting", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    templates.filters["words"] = words
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(templates.get_template(TEMPLATE).render(page=shown, Fate=Fate), encoding="utf-8")


def words(name: str) -> str:
    """A name from code as people read it."""
    return name.replace("_", " ")
