"""Owns the child process that reads authors' Markdown: started on first use, kept, killed when it takes too long.

Refuses to parse in the service itself: what an author pastes may be anything, and the readers weigh more than a service
should.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Unavailable
from bot.storage.record import decode
from kb_ingest import article_record
from kb_ingest.article import Article

PATIENCE_SECONDS = 20.0
COMMAND = (sys.executable, "-m", "kb_ingest.manuscript_child")

BODY = "body"
"""The place of what is about no field."""
Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a manuscript: `place` is a field's name or `body`; `line` counts from 1 in the file; `blocks`:
    a build would leave the article out."""

    place: str
    line: int | None
    message: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A Markdown file taken apart. `article` is None where a build would leave it out."""

    text: str
    fields: Mapping[str, Value]
    body: str
    article: Article | None
    findings: tuple[Finding, ...]

    def field(self, name: str) -> str:
        """A field as one text, empty where it is not there."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    fields: Mapping[str, Value]
    body: str
    article: str | None
    findings: tuple[Finding, ...]


class Reader:
    """Reads and changes manuscripts, one at a time. Both verbs raise Unavailable when the child does not answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def read(self, path: str, text: str) -> Read:
        """The file as it stands."""
        return self._ask({"path": path, "text": text})

    def rewrite(self, path: str, text: str, changes: Mapping[str, Value], body: str | None = None) -> Read:
        """The file with these fields and this body; an empty value takes the field out. Other lines stay."""
        return self._ask({"path": path, "text": text, "changes": changes, "body": body})

    def close(self) -> None:
        """End the child; the next question starts another."""
        with self._lock:
            self._end()

    def _ask(self, question: Mapping[str, object]) -> Read:
        with self._lock:
            answer = self._said(json.dumps(question) + "\n")
        found = decode(_Answer, answer)
        article = article_record.of_line(found.article) if found.article else None
        return Read(found.text, found.fields, found.body, article, found.findings)

    def _said(self, line: str) -> str:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        child = self._child
        overdue = threading.Timer(PATIENCE_SECONDS, child.kill)
        overdue.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(line)
            child.stdin.flush()
            said = child.stdout.readline()
        except OSError:
            said = ""
        finally:
            overdue.cancel()
        if not said:
            self._end()
            raise Unavailable("The article could not be read: it is too large or too deeply nested. Make it simpler.")
        return said

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
