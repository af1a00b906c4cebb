"""What comes in from outside, however it is written, is read in a time that grows with its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.casebook.plain_text import normal
from kb_ingest.checks import headings, source_lines, variants
from kb_ingest.cuts import lines
from kb_ingest.statements import reading
from kb_ingest.statements.figures import figures_of

LENGTH = 30_000
MOST_SECONDS = 1.0


@pytest.mark.parametrize(
    ("read", "piece"),
    [
        (headings._PLACEHOLDER.match, "."),
        (headings._PLACEHOLDER.match, "lorem ipsum "),
        (lambda text: source_lines._TARGET.sub("", text), "]("),
        (lambda text: variants._DATED.sub("", text), "\n"),
        (lambda text: reading._ASIDE.sub("", text), " "),
        (reading._CLAUSES.split, " "),
        (lambda text: lines(text, (0, len(text))), "\t"),
        (figures_of, "A-"),
        (figures_of, "Version 3 m "),
        (normal, "\n"),
    ],
)
def test_a_piece_said_over_and_over_takes_no_longer(read: Callable[[str], object], piece: str) -> None:
    text = f"{piece * (LENGTH // len(piece))}x"
    before = time.thread_time()
    read(text)
    assert time.thread_time() - before < MOST_SECONDS
