"""Owns the HTML report: gathers what the page shows and renders it into one file.

Refuses scripts and network requests: the file can be mailed and opened anywhere.
"""

from __future__ import annotations

from pathlib import Path

from bot.casebook.trade_off import TradeOff
from eval.comparison import Comparison
from eval.knowledge import Knowledge
from eval.reporting import page, written
from eval.reporting.judged import Fate
from eval.result import RunResult
from eval.result_file import Baseline

TEMPLATE = "report.html"


def write(
    path: Path, run: RunResult, comparison: Comparison | None, baseline: Baseline | None, kb: Path,
    knowledge: Knowledge, offered: TradeOff | None = None,
) -> None:  # fmt: skip
    """Render the report of a run to `path`; articles are linked as files in `kb`."""
    shown = page.gather(run, comparison, baseline, page.Links(path, kb, knowledge), offered)
    written.page(path, TEMPLATE, page=shown, Fate=Fate)
