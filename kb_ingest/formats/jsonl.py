"""Owns exports with one article per line, as JSON; refuses a line, never the file, for what is wrong in
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from kb_ingest.article import Problem, ProblemKind
from kb_ingest.formats.columns import field_of, id_of
from kb_ingest.formats.raw import RawArticle, Reading, Value, error

_LINE_LIMIT = 4_000_000  # bytes
_TOTAL_LIMIT = 400_000_000  # bytes after unpacking
_PROBLEM_LIMIT = 200
_STEP = 1_000_000


class BadLine(ValueError):
    """One line is no article; the message says why."""

    def __init__(self, kind: ProblemKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def read(stream: BinaryIO, source: str) -> Reading:
    """Articles of an open `.jsonl` stream. Lines over 4 MB and what follows 400 MB are left out."""
    articles: list[RawArticle] = []
    problems: list[Problem] = []
    try:
        for number, line in _lines(stream):
            try:
                if line is None or line.strip():
                    articles.append(_article(line, source, number))
            except BadLine as bad:
                problems.append(error(source, bad.kind, str(bad), number))
                if len(problems) >= _PROBLEM_LIMIT:
                    problems.append(error(source, ProblemKind.UNREADABLE, "too many bad lines: the rest is left out"))
                    break
    except (OSError, EOFError, ValueError) as broken:
        problems.append(error(source, ProblemKind.UNREADABLE, f"the file breaks off: {broken}"))
    return Reading(tuple(articles), tuple(problems))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """(line number, line), None for a line that is too long. Holds one line in memory at most."""
    number = taken = 0
    while line := stream.readline(_LINE_LIMIT + 1):
        number += 1
        taken += len(line)
        if len(line) <= _LINE_LIMIT:
            yield number, line
            continue
        while line and not line.endswith(b"\n") and taken <= _TOTAL_LIMIT:
            line = stream.readline(_STEP)
            taken += len(line)
        yield number, None
        if taken > _TOTAL_LIMIT:
            raise ValueError("more than 400 MB: split the export")


def _article(line: bytes | None, source: str, number: int) -> RawArticle:
    if line is None:
        raise BadLine(ProblemKind.TOO_LARGE, "the line is longer than 4 MB: split the article")
    record = _record(line)
    if "text" not in record:
        record = _as_columns(record, source)
    body = record.pop("text", None)
    if not isinstance(body, str):
        raise BadLine(ProblemKind.MISSING_FIELD, "the line has neither `text` (Markdown) nor `question` and `answer`")
    fields = {str(key): _value(value) for key, value in record.items() if value is not None}
    if not fields.get("id"):
        raise BadLine(ProblemKind.MISSING_FIELD, "the line has no `id`: give every article a lasting one")
    return RawArticle(body, source, str(fields["id"]), "", fields, {}, number)


def _as_columns(record: dict[str, object], source: str) -> dict[str, object]:
    """A question with its answer, under the names that a CSV may have; the question makes an id where there is none."""
    named = dict[str, object]()
    for key, value in record.items():
        named.setdefault(field_of(key), value)
    if isinstance(question := named.get("title"), str) and question.strip():
        named.setdefault("id", id_of(question, source))
    return named


def _record(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise BadLine(ProblemKind.UNREADABLE, f"the line is not UTF-8 at byte {problem.start + 1}") from None
    except (ValueError, RecursionError) as problem:
        raise BadLine(ProblemKind.UNREADABLE, f"the line is not JSON: {problem}") from None
    if not isinstance(record, dict):
        raise BadLine(ProblemKind.UNREADABLE, "the line is not a JSON object")
    return record


def _value(value: object) -> Value:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return value if isinstance(value, str) else _written(value)


def _written(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""
