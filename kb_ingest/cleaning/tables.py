"""Owns Markdown tables: which lines are one, and how its rows are written; refuses other column layouts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_RULE = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")
_LEAD = re.compile(r"[ \t>]*")


def rows_from(lines: Sequence[str], first: int) -> int:
    """How many lines from `first` on form a table: 0 where none starts there."""
    if "|" not in lines[first] or first + 1 >= len(lines) or not _is_rule(lines[first + 1]):
        return 0
    count = 2
    while first + count < len(lines) and "|" in lines[first + count] and lines[first + count].strip(" \t>"):
        count += 1
    return count


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _RULE.match(line) is not None


def table(lines: Sequence[str], plain: Callable[[str], str]) -> str:
    """Canonical rows of a table; `plain` cleans one cell. Empty where every cell is."""
    rows = [[_cell(cell, plain) for cell in _cells(line)] for line in (lines[0], *lines[2:])]
    width = max(len(row) for row in rows)
    if not any(cell for row in rows for cell in row):
        return ""
    written = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([written[0], "|" + "---|" * width, *(row for row in written[1:] if row.strip("| "))])


def _cells(line: str) -> list[str]:
    lead = _LEAD.match(line)
    inner = line[lead.end() if lead else 0 :].rstrip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return _BAR.split(inner)


def _cell(cell: str, plain: Callable[[str], str]) -> str:
    return " ".join(plain(cell.replace("\\|", "|")).split()).replace("|", "\\|")
