"""Owns reading files of one JSON object a line, strictly: every fault is named with file and line.

Refuses to know what an object means: case_file.py and the evaluation's scenarios do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from bot.casebook.fields import BadField


class Placed(Protocol):
    """What was read from a line; ids are used once over all files."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...


Item = TypeVar("Item", bound=Placed)


class BadCases(Exception):
    """The files have faults; `faults` are sentences that start with file:line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Collected(Generic[Item]):
    """What can be read, in order of file name and line, and what is wrong with the other lines."""

    items: tuple[Item, ...]
    faults: tuple[str, ...]


def files(paths: Sequence[Path]) -> list[Path]:
    """Every file, sorted; a folder stands for its *.jsonl."""
    found = (sorted(filter(Path.is_file, path.glob("*.jsonl"))) if path.is_dir() else [path] for path in paths)
    return [path for group in found for path in group]


def read(what: str, paths: Sequence[Path], parse: Callable[[str, str, int], Item]) -> tuple[Item, ...]:
    """Every item of all files; `what` names one. Raises BadCases with every fault, or when there is none at all."""
    found = collect(paths, parse)
    if found.faults or not found.items:
        raise BadCases(found.faults or [f"no {what} found in {', '.join(map(str, paths))}"])
    return found.items


def collect(paths: Sequence[Path], parse: Callable[[str, str, int], Item]) -> Collected[Item]:
    """The same, with the faults beside the items; `parse` gets line, file name and number and raises BadField."""
    items: list[Item] = []
    faults: list[str] = []
    for path in files(paths):
        try:
            written = lines(path)
        except OSError as error:
            faults.append(f"{path}: cannot be read: {error.strerror}")
            continue
        for number, line in enumerate(written, 1):
            try:
                if line.strip():
                    items.append(parse(line, path.name, number))
            except BadField as fault:
                faults.append(f"{path.name}:{number}: {fault}")
    return Collected(tuple(items), (*faults, *_twice(items)))


def lines(path: Path) -> list[str]:
    """The lines of a file as version control counts them: a JSON text may hold other separators. What is no UTF-8 is
    left for `value_of` to refuse."""
    whole = path.read_bytes().decode("utf-8", "surrogateescape")
    return whole.removesuffix("\n").split("\n") if whole else []


def value_of(line: str) -> Any:
    """What the line says. Raises BadField for what is no JSON, and for characters that no page could show."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadField("holds bytes or escapes that are no text: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadField(f"is not JSON: {error}") from error
    return value


def _twice(items: Sequence[Placed]) -> Iterator[str]:
    first: dict[str, Placed] = {}
    for item in items:
        earlier = first.setdefault(item.id, item)
        if earlier is not item:
            yield f"{item.file}:{item.line}: id {item.id!r} is taken by {earlier.file}:{earlier.line}"
