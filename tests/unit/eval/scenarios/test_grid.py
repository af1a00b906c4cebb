"""Every pair of the grid of situations is played, by a small set that is the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

from eval.scenarios import grid
from eval.scenarios.grid import Cell, Inquiry, Mind, Objective, Touchpoint

PRINT = "from eval.scenarios import grid; print(*(c.values for c in grid.covering()), sep='\\n')"


def test_the_covering_array_has_every_pair_and_not_many_rows() -> None:
    wanted = {
        (one, other) for a, b in combinations((Touchpoint, Inquiry, Mind, Objective), 2) for one in a for other in b
    }
    rows = grid.covering()
    had = {pair for row in rows for pair in combinations(row.values, 2)}
    assert had == wanted
    assert grid.pairs() == wanted
    # No array can have fewer rows than the two largest dimensions have pairs: 35.
    assert len(Inquiry) * len(Mind) <= len(rows) <= 40


def test_what_is_missing_is_named() -> None:
    assert grid.missing(grid.covering()) == ()
    rows = [row for row in grid.covering() if (row.inquiry, row.mind) != (Inquiry.BILLING, Mind.WORRIED)]
    assert (Inquiry.BILLING, Mind.WORRIED) in grid.missing(rows)
    one = Cell(Touchpoint.EMAIL, Inquiry.ORDER, Mind.CALM, Objective.CHOOSE)
    assert len(grid.missing([one])) == len(grid.pairs()) - 6


def test_the_array_is_the_same_in_every_process() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
