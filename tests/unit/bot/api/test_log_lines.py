"""What a log line may say."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest
import structlog

from bot.api.log_lines import configure, frames_only, redact


def _line(**values: object) -> dict[str, object]:
    return dict(redact(None, "info", dict(values)))


def test_prose_addresses_and_long_numbers_are_removed_whatever_their_key() -> None:
    line = _line(
        text="my camera is broken",
        note="jo@example.com",
        number="4111111111111111",
        phone="+44 20 7946 0000",
        nested={"text": "hello there"},
    )
    assert set(line.values()) == {"[removed]"}


def test_codes_numbers_and_flags_stay() -> None:
    kept = {"route": "/v1/tickets/{ticket_id}/claim", "status": 201, "ms": 1.5, "ok": True, "none": None}
    assert _line(**kept) == kept


@pytest.mark.parametrize("card", ["4111111111111111", "5500 0055 5555 5559", "3782-822463-10005"])
def test_card_numbers_are_removed_even_from_the_event(card: str) -> None:
    assert card not in str(_line(event=f"refused {card} twice"))


def test_an_exception_is_its_type_and_place_never_its_words() -> None:
    try:
        raise ValueError("the customer wrote: my password is hunter2")
    except ValueError as error:
        line = frames_only(None, "error", {"event": "failed", "exc_info": error})
    assert line["error"] == "ValueError"
    assert "test_log_lines.py" in str(line["frames"])
    assert "hunter2" not in json.dumps(line)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    configured, handlers = structlog.get_config(), list(logging.getLogger().handlers)
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure("INFO")
    yield written
    structlog.configure(**configured)
    logging.getLogger().handlers[:] = handlers


def test_our_lines_and_other_libraries_lines_are_json_without_personal_data(lines: io.StringIO) -> None:
    structlog.get_logger().info("request", route="/v1/search", query="where is my parcel")
    try:
        raise RuntimeError("jo@example.com said something")
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application from jo@example.com")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["event"] for line in written] == ["request", "Exception in ASGI application from [removed]"]
    assert written[0]["level"] == "info"
    assert written[1]["error"] == "RuntimeError"
    assert "parcel" not in lines.getvalue()
    assert "jo@" not in lines.getvalue()


def test_a_line_says_when(lines: io.StringIO) -> None:
    structlog.get_logger().info("request")
    assert datetime.fromisoformat(json.loads(lines.getvalue())["timestamp"]).year >= 2024


def test_a_log_on_a_full_disk_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    configured, handlers = structlog.get_config(), list(logging.getLogger().handlers)
    device = io.FileIO("/dev/full", "w")  # unbuffered: what cannot be written is not kept to be tried again
    with device, monkeypatch.context() as patch:
        full = io.TextIOWrapper(device, write_through=True)  # type: ignore[type-var]
        patch.setattr(sys, "stderr", full)
        configure("INFO")
        structlog.get_logger().error("turn_failed")
        logging.getLogger("uvicorn.error").warning("a library's line")
        structlog.configure(**configured)
        logging.getLogger().handlers[:] = handlers
        with pytest.raises(OSError, match="No space"):
            full.write("the device is as full as it says\n")
