"""Owns a change of one file as `git apply` takes it. Refuses to run git: the text is all there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

_NO_END = "\\ No newline at end of file"
_PLAIN = frozenset(range(0x21, 0x7F)) - {0x22, 0x5C}


def patch(place: str, old: str | None, new: str) -> str:
    """From `old` (None: there is no such file) to `new`; `place` is the path from the repository's root."""
    if old == new:
        return ""
    before, after = _quoted(f"a/{place}"), _quoted(f"b/{place}")
    head = [f"diff --git {before} {after}"]
    if old is None:
        head.append("new file mode 100644")
        before = "/dev/null"
    hunks = list(unified_diff(_lines(old or ""), _lines(new), before, after, lineterm=""))
    return "".join(f"{line}\n" for line in (*head, *(part for line in hunks for part in _ended(line))))


def place_in_repository(folder: Path, path: str) -> str:
    """The path of a file of the folder, from the root of the repository that holds the folder."""
    whole = (folder / path).resolve()
    for above in folder.resolve().parents:
        if (above / ".git").exists() and not (folder / ".git").exists():
            return whole.relative_to(above).as_posix()
    return path


def _lines(text: str) -> list[str]:
    """Lines as git has them: only a line feed ends one, and the last may lack it."""
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, *([f"{last}\n{_NO_END}"] if last else [])]


def _ended(line: str) -> Iterator[str]:
    yield from line.split("\n")


def _quoted(name: str) -> str:
    """Git writes a name with odd characters as a C string."""
    if all(byte in _PLAIN for byte in name.encode()):
        return name
    escaped = json.dumps(name, ensure_ascii=False)[1:-1]
    return '"' + "".join(c if ord(c) < 0x7F else "".join(f"\\{b:03o}" for b in c.encode()) for c in escaped) + '"'
