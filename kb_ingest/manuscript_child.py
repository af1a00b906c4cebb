"""Owns the process that reads authors' Markdown for a service: one JSON line in, one out, until the input ends.

Refuses to trust what it reads: its memory is limited, and whoever waits for it kills it when it takes too long.
Started as `python -m kb_ingest.manuscript_child`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

from kb_ingest import article_record, manuscript
from kb_ingest.article import Severity
from kb_ingest.manuscript import Manuscript

MOST_BYTES = 1_500_000_000


def answer(line: str) -> str:
    """`{"path", "text", "changes"?, "body"?}` → the file (changed first, where that is asked for) taken apart."""
    asked = json.loads(line)
    text = asked["text"]
    if "changes" in asked:
        text = manuscript.rewrite(text, _typed(asked["changes"]), asked.get("body"))
    return json.dumps({"text": text} | _plain(manuscript.read(asked["path"], text)))


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    for line in sys.stdin:
        sys.stdout.write(answer(line) + "\n")
        sys.stdout.flush()


def _typed(changes: Mapping[str, str | list[str]]) -> dict[str, str | tuple[str, ...]]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}


def _plain(found: Manuscript) -> dict[str, Any]:
    return {
        "fields": {name: list(value) if isinstance(value, tuple) else value for name, value in found.fields.items()},
        "body": found.body,
        "article": article_record.to_line(found.article) if found.article else None,
        "findings": [
            {
                "place": each.place,
                "line": each.problem.line,
                "message": each.problem.message,
                "blocks": each.problem.severity is Severity.ERROR,
            }
            for each in found.findings
        ],
    }


if __name__ == "__main__":
    main()
