"""Owns the folder of cases as the console sees it, and the patch that accepted proposals make of it.

Refuses to write: in a folder under version control a person applies the patch and commits it.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bot.casebook import line_file
from bot.casebook.case import Case
from bot.casebook.case_file import parse
from bot.casebook.case_line import CaseLine, of_json, to_json
from bot.casebook.line_file import Collected
from bot.casebook.proposals import Proposal
from bot.errors import NotFound
from bot.storage import file_stamps

ADDED = "z_added.jsonl"
"""The file that takes cases which are new."""


OPEN_END = "\n\\ No newline at end of file"
"""How a patch says that nothing ends the last line; without it `git apply` refuses."""


@dataclass(frozen=True, slots=True)
class Book:
    """The cases of a folder; `there` false when there is no such folder."""

    folder: Path
    there: bool
    found: Collected[Case]

    @property
    def ids(self) -> frozenset[str]:
        """The ids in use."""
        return frozenset(case.id for case in self.found.items)

    def case(self, case_id: str) -> Case:
        """One case; NotFound without it."""
        for case in self.found.items:
            if case.id == case_id:
                return case
        raise NotFound("There is no such case.")

    def line(self, case: Case) -> CaseLine:
        """The case as it is written in its file."""
        return of_json(_lines(self.folder / case.file)[case.line - 1])


def read(folder: Path) -> Book:
    """The folder as it is now; read again only when a file changed."""
    paths = line_file.files([folder]) if folder.is_dir() else []
    return Book(folder, folder.is_dir(), _collected(tuple(paths), tuple(file_stamps.of(paths))))


def pending(book: Book, accepted: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Accepted proposals that the folder does not have yet, oldest first; of several for a case the newest counts."""
    latest = {proposal.line.id: proposal for proposal in sorted(accepted, key=lambda each: each.decided_at or "")}
    lines = {case.id: book.line(case) for case in book.found.items if case.id in latest}
    return tuple(proposal for case_id, proposal in latest.items() if lines.get(case_id) != proposal.line)


def patch(book: Book, accepted: Sequence[Proposal]) -> str:
    """A unified diff, for `git apply` in the folder's repository, that brings what is pending into the files."""
    edits = _edits(book, accepted)
    in_order = sorted(edits, key=lambda name: (name == ADDED, name))
    return "".join(_diff(book.folder, name, edits[name]) for name in in_order)


def merged(book: Book, accepted: Sequence[Proposal]) -> Mapping[str, str]:
    """Every file of the folder, by name, with what is pending in it."""
    edits = _edits(book, accepted)
    own = (path.name for path in line_file.files([book.folder]) if book.there)
    lines = {name: edits.get(name, _Edits()).of(_lines(book.folder / name)) for name in (*own, *edits)}
    return {name: "".join(f"{line}\n" for line in found) for name, found in lines.items()}


@dataclass(frozen=True, slots=True)
class _Edits:
    """What becomes of one file: lines by place, from 0, and lines at its end."""

    changed: dict[int, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)

    def of(self, lines: Sequence[str]) -> list[str]:
        return [self.changed.get(at, line) for at, line in enumerate(lines)] + self.added


def _edits(book: Book, accepted: Sequence[Proposal]) -> Mapping[str, _Edits]:
    """By name of the file, for what is pending."""
    places = {case.id: case for case in book.found.items}
    edits = defaultdict[str, _Edits](_Edits)
    for proposal in pending(book, accepted):
        line = to_json(proposal.line, labelled=True)
        at = places.get(proposal.line.id)
        if at is None:
            edits[ADDED].added.append(line)
        else:
            edits[at.file].changed[at.line - 1] = line
    return edits


@lru_cache(maxsize=4)
def _collected(paths: tuple[Path, ...], _stamps: tuple[str, ...]) -> Collected[Case]:
    return line_file.collect(paths, parse)


def _diff(folder: Path, name: str, edits: _Edits) -> str:
    lines = _lines(folder / name)
    whole = not lines or (folder / name).read_bytes().endswith(b"\n")
    before = lines if whole else [*lines[:-1], lines[-1] + OPEN_END]
    now = edits.of(lines if edits.added else before)
    place = (folder / name).as_posix().lstrip("/")
    old = f"a/{place}" if before else "/dev/null"
    return "".join(_with_ends(difflib.unified_diff(before, now, old, f"b/{place}", n=1, lineterm="")))


def _with_ends(lines: Iterator[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _lines(path: Path) -> list[str]:
    return line_file.lines(path) if path.exists() else []
