"""Owns question-and-answer exports as CSV: finds the columns by their usual names; refuses rows, not
files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from kb_ingest.article import Problem, ProblemKind
from kb_ingest.formats.columns import field_of, id_of
from kb_ingest.formats.decode import NotText, decode
from kb_ingest.formats.raw import RawArticle, Reading, Value, error, refused, warning

_DELIMITERS = ",;\t|"
_PROBLEM_LIMIT = 200


def read(data: bytes, source: str) -> Reading:
    """One article per row: the question is its title, the answer (Markdown or HTML) its text."""
    try:
        text, note = decode(data)
    except NotText as problem:
        return refused(source, ProblemKind.UNREADABLE, str(problem))
    rows = _rows(text)
    first = next(rows, None)
    if first is None or isinstance(first[1], str):
        return refused(
            source, ProblemKind.EMPTY if first is None else ProblemKind.UNREADABLE, "the CSV has no first row"
        )
    columns = _columns(first[1])
    if "title" not in columns or "text" not in columns:
        return refused(
            source, ProblemKind.MISSING_FIELD, "name the columns `question` and `answer` in the first row", 1
        )
    articles: list[RawArticle] = []
    problems: list[Problem] = [warning(source, ProblemKind.BAD_VALUE, note)] if note else []
    for line, row in rows:
        taken = _article(row, columns, source, line)
        if isinstance(taken, RawArticle):
            articles.append(taken)
        elif taken is not None:
            problems.append(taken)
        if len(problems) >= _PROBLEM_LIMIT:
            problems.append(error(source, ProblemKind.UNREADABLE, "too many bad rows: the rest is left out", line))
            break
    if not articles and not problems:
        return refused(source, ProblemKind.EMPTY, "the CSV has no row below the names of its columns")
    return Reading(tuple(articles), tuple(problems))


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line, cells), or (line, what is wrong) for a row that cannot be read."""
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=_delimiter(text))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield line, str(problem)
            continue
        if any(cell.strip() for cell in row):
            yield line, row


def _delimiter(text: str) -> str:
    head = text[:20_000].lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=head.count)


def _columns(names: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for number, name in enumerate(names):
        columns.setdefault(field_of(name), number)
    return columns


def _article(
    row: Sequence[str] | str, columns: Mapping[str, int], source: str, line: int
) -> RawArticle | Problem | None:
    if isinstance(row, str):
        return error(source, ProblemKind.UNREADABLE, f"the row cannot be read: {row}", line)
    cells = {field: row[number].strip() for field, number in columns.items() if number < len(row) and field}
    question, answer = cells.get("title", ""), cells.pop("text", "")
    if not question or not answer:
        missing = "question" if not question else "answer"
        return error(source, ProblemKind.MISSING_FIELD, f"the row has no {missing}", line)
    fields: dict[str, Value] = {field: cell for field, cell in cells.items() if cell}
    return RawArticle(answer, source, id_of(question, source), question, fields, {}, line)
