"""Owns the JSON log lines of the service. Refuses message text, personal data and the words of exceptions."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from io import TextIOBase
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

CODE = re.compile(r"[\w.:/{}+\-]{1,120}", re.ASCII)
LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}")
REMOVED = "[removed]"
OWN_WORDS = frozenset({"event", "frames", "why"})
FRAMES = 12
CHATTY = "uvicorn.error"


class Unobstructive(TextIOBase):
    """A stream that loses a line where it cannot be written: the log often lies on the very disk that is full, and what
    was done for a customer must not fail for the line about it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """All of the text, or nobody misses it."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """The same."""
        with suppress(OSError):
            self._stream.flush()


def configure(level: str) -> None:
    """Send every line of this process to stderr as one JSON object; `level` is a name such as INFO."""
    stderr = cast(TextIO, Unobstructive(sys.stderr))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        frames_only,
        redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stderr),
    )
    handler = logging.StreamHandler(stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    # Libraries speak up when something is wrong; of the server we also want to know when it starts and stops.
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(CHATTY).setLevel(level)


def redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Numbers and codes stay; a text with spaces, an e-mail address or a long number is not for the log."""
    for key, value in line.items():
        if not key.startswith("_"):
            line[key] = _kept(key, value)
    return line


def _kept(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    if key in OWN_WORDS:
        return value if isinstance(value, list) else LONG_NUMBER.sub(REMOVED, _without_addresses(text))
    return text if CODE.fullmatch(text) and not LONG_NUMBER.fullmatch(text) else REMOVED


def _without_addresses(text: str) -> str:
    return " ".join(REMOVED if "@" in word else word for word in text.split(" "))


def frames_only(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An exception as its type and where it was: its message may quote what a customer wrote."""
    error = line.pop("exc_info", None)
    raised = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
    if isinstance(raised, BaseException):
        line["error"] = type(raised).__name__
        line["frames"] = _frames(raised.__traceback__)
    return line


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(trace)[-FRAMES:]]
