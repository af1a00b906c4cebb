"""Owns the child process that parses what can attack a parser: PDF, DOCX, HTML.

Reads one JSON line per file, `{"path", "source"}`, and answers one line each; what no reader foresaw is told as
`{"fault"}`, the last line. Refuses to write files, to use more memory or processor time than its limits, and to answer
with more than a few megabytes.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import resource
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from kb_ingest.article import ProblemKind
from kb_ingest.formats import docx, html, pdf
from kb_ingest.formats.raw import Reading, refused

MEMORY_LIMIT = 640_000_000  # bytes of address space, of which Python and its libraries take about 150 MB
CPU_LIMIT = 12  # seconds for one file
OUTPUT_LIMIT = 8_000_000  # characters of one answer
_FAULT_LIMIT = 8_000
READERS: Mapping[str, Callable[[bytes, str], Reading]] = {
    ".pdf": pdf.read, ".docx": docx.read, ".html": html.read, ".htm": html.read, ".xhtml": html.read,
}  # fmt: skip


def main() -> None:
    """Serve requests from standard input until it ends."""
    sys.excepthook = _confess
    logging.disable(logging.CRITICAL)  # the libraries' warnings about broken files are answered as problems
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        request = json.loads(line)
        _allow_cpu()
        sys.stdout.write(_answer(Path(request["path"]), request["source"]) + "\n")
        sys.stdout.flush()


def _confess(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    told = "".join(traceback.format_exception(kind, fault, trace))
    sys.stdout.write(json.dumps({"fault": told[-_FAULT_LIMIT:]}) + "\n")
    sys.stdout.flush()


def _allow_cpu() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_LIMIT, hard))


def _answer(path: Path, source: str) -> str:
    answer = json.dumps(dataclasses.asdict(_read(path, source)))
    if len(answer) > OUTPUT_LIMIT:
        answer = json.dumps(
            dataclasses.asdict(refused(source, ProblemKind.TOO_LARGE, "the article is too large: split it"))
        )
    return answer


def _read(path: Path, source: str) -> Reading:
    try:
        return READERS[path.suffix.lower()](path.read_bytes(), source)
    except MemoryError:
        return refused(source, ProblemKind.TOO_LARGE, "the file needs too much memory to read: save it again, smaller")
    except RecursionError:
        return refused(source, ProblemKind.UNREADABLE, "the file is nested too deeply: save it again")
    except OSError as problem:
        return refused(source, ProblemKind.UNREADABLE, f"the file cannot be read: {problem.strerror}")


if __name__ == "__main__":
    main()
