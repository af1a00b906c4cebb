"""Owns taking over customers from a shop's own list: what each line says, what is wrong with it. Refuses to guess.

A line is taken whole or not at all; lines that are wrong keep nobody else out. The same list again changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from bot.customers import records
from bot.customers.identity import TOLD, Identity, problem
from bot.errors import BadRequest

NUMBER = "external_id"
COLUMNS = (NUMBER, *TOLD)
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """A customer as the list has it, with the line where it stands."""

    line: int
    told: Identity


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that was not taken, and what to mend."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a list."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: tuple[Wrong, ...] = field(default=())


def read_csv(path: Path) -> tuple[tuple[Row, ...], tuple[Wrong, ...]]:
    """The rows and the wrong lines of a CSV file with a header; BadRequest when it cannot be read as one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"{path}: is not UTF-8; save it as UTF-8 first.") from error
    lines = _lines(path, text)
    header = [name.strip().lower() for name in next(lines, (1, []))[1]]
    _check_header(path, header)
    found = list(_rows(lines, header))
    return tuple(one for one in found if isinstance(one, Row)), tuple(one for one in found if isinstance(one, Wrong))


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each record, with the line where it begins: a cell in quotes may go over several."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise BadRequest(f"{path}: line {start}: {error}.") from error


def _check_header(path: Path, header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or NUMBER not in header or len(set(header)) < len(header):
        raise BadRequest(
            f"{path}: line 1: the columns must be {NUMBER} and any of {', '.join(TOLD)}, each once"
            + (f"; unknown: {', '.join(unknown)}." if unknown else ".")
        )


def _rows(lines: Iterable[tuple[int, list[str]]], header: list[str]) -> Iterator[Row | Wrong]:
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) == len(header):
            given = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield Row(line, _identity(given))
        else:
            yield Wrong(line, f"has {len(cells)} cells, the header has {len(header)}.")


def _identity(given: dict[str, str]) -> Identity:
    optional = {name: given.get(name) or None for name in ("region", "plan", "language", "tier")}
    return Identity(given[NUMBER], given.get("name", ""), given.get("email", ""), **optional)


def take_over(tx: Connection, rows: Iterable[Row], wrong: Iterable[Wrong] = ()) -> Imported:
    """Store every good row. What a row leaves out stays as it was; `wrong` is what was wrong before."""
    done, errors, seen = Imported(), list(wrong), dict[str, int]()
    for row in rows:
        found = problem(row.told, NUMBER) or _twice(row, seen)
        if found:
            errors.append(Wrong(row.line, found))
        else:
            done = _counted(tx, row.told, done)
    return replace(done, errors=tuple(sorted(errors, key=lambda error: error.line)))


def _counted(tx: Connection, told: Identity, done: Imported) -> Imported:
    before = records.find(tx, told.external_id)
    after = records.upsert(tx, told)
    if before is None:
        return replace(done, created=done.created + 1)
    if before == after:
        return replace(done, unchanged=done.unchanged + 1)
    return replace(done, changed=done.changed + 1)


def _twice(row: Row, seen: dict[str, int]) -> str:
    first = seen.setdefault(row.told.external_id, row.line)
    return "" if first == row.line else f"{NUMBER} stands in line {first} already."
