"""Owns the choice of the reader by the ending of a file's name; refuses unknown formats. Never raises for a
bad file.
"""

from __future__ import annotations

import gzip
import zlib

from kb_ingest.article import Problem, ProblemKind, Severity
from kb_ingest.formats import csv_faq, jsonl, markdown
from kb_ingest.formats.files import SIZE_LIMITS, SourceFile, TooLarge, check_size, content
from kb_ingest.formats.raw import Reading, refused
from kb_ingest.formats.sandbox import Sandbox

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_TABLES = frozenset({".csv", ".tsv"})


def read(file: SourceFile, sandbox: Sandbox) -> Reading:
    """All articles of one file, and what was wrong with it."""
    if file.refusal:
        return refused(file.name, ProblemKind.UNREADABLE, file.refusal)
    if file.ending not in SIZE_LIMITS:
        return _unknown(file)
    try:
        return _by_ending(file, sandbox)
    except TooLarge as problem:
        return refused(file.name, ProblemKind.TOO_LARGE, str(problem))
    except OSError as problem:
        return refused(file.name, ProblemKind.UNREADABLE, f"the file cannot be read: {problem.strerror or problem}")


def _by_ending(file: SourceFile, sandbox: Sandbox) -> Reading:
    if file.ending in _MARKDOWN:
        return markdown.read(content(file), file.name)
    if file.ending in _TABLES:
        return csv_faq.read(content(file), file.name)
    check_size(file)
    if file.ending == ".jsonl":
        with file.path.open("rb") as stream:
            return jsonl.read(stream, file.name)
    if file.ending == ".jsonl.gz":
        return _packed(file)
    return sandbox.read(file.path, file.name)


def _packed(file: SourceFile) -> Reading:
    try:
        with gzip.open(file.path, "rb") as stream:
            return jsonl.read(stream, file.name)  # type: ignore[arg-type]  # a GzipFile is a binary stream
    except zlib.error:
        return refused(file.name, ProblemKind.UNREADABLE, "the archive is damaged: export it again")


def _unknown(file: SourceFile) -> Reading:
    known = "Markdown, HTML, DOCX, PDF, CSV, JSONL"
    message = f"ignored: files ending in `{file.ending or file.path.name}` are not read: use {known}"
    return Reading(problems=(Problem(file.name, None, message, ProblemKind.UNKNOWN_FORMAT, Severity.WARNING),))
