"""Proves what CI and `make promises` ask of a run: a skip fails it, and a table tells which promises were held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.nothing_skipped import ALLOWED
from tests.promise_table import PROMISES, PromiseTable, files


@pytest.mark.parametrize(("reason", "status"), [("no browser here", 1), (f"{ALLOWED}: data", 0)])
def test_a_skip_fails_the_run_unless_no_clone_holds_what_it_needs(tmp_path: Path, reason: str, status: int) -> None:
    tests = f"import pytest\ndef test_it(): pytest.skip({reason!r})\ndef test_too(): pass\n"
    run = _run(tmp_path, tests)
    assert run.returncode == status, run.stdout
    assert (f"SKIPPED, and nothing may be: test_one.py::test_it: Skipped: {reason}" in run.stdout) == bool(status)


def _run(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(tests)
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "nothing_skipped", "-p", "no:cacheprovider"]
    ours = os.environ | {"PYTHONPATH": str(ROOT / "tests"), "PYTEST_ADDOPTS": ""}
    return subprocess.run([*command, str(folder)], env=ours, capture_output=True, text=True, timeout=60, check=False)


def test_the_last_line_names_what_failed(tmp_path: Path) -> None:
    tests = "import pytest\n@pytest.fixture\ndef no(): raise OSError\ndef test_it(no): pass\ndef test_too(): assert 0\n"
    run = _run(tmp_path, tests + "def test_fine(): pass\n")
    assert run.stdout.splitlines()[-1] == "FAILED: test_one.py::test_too test_one.py::test_it"


def test_ci_lets_nothing_be_skipped() -> None:
    assert "PYTEST_ADDOPTS=--nothing-skipped\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_each_promise_has_tests_that_are_there() -> None:
    assert [name.partition(" ")[0] for name in PROMISES] == [str(number) for number in range(1, 29)]
    named = [f"tests/{file}" for each in PROMISES.values() for file in each]
    assert [file for file in (*named, *files()) if not (ROOT / file).exists()] == []


def test_the_table_tells_figure_and_standing(tmp_path: Path) -> None:
    table = PromiseTable(tmp_path / "promises.md")
    for file, outcome, printed in (
        ("faults/test_poison.py", "passed", "0 of 12\n"), ("faults/test_overload.py", "passed", "goodput 0.9"),
        ("faults/test_overload.py", "failed", "goodput 0.1"),
    ):  # fmt: skip
        table.pytest_runtest_logreport(pytest.TestReport(
            f"tests/{file}::test_it", ("", 0, ""), {}, outcome, None, "call", [("Captured stdout call", printed)],
        ))  # fmt: skip
    table.pytest_sessionfinish()
    rows = (tmp_path / "promises.md").read_text().split("\n")
    assert "| 11 poison does not act | `faults/test_poison.py` | 1 passed | 0 of 12 | yes |" in rows
    assert "| 25 overload | `faults/test_overload.py` | 1 failed, 1 passed | goodput 0.9<br>goodput 0.1 | no |" in rows
    assert "| 27 the disk is full | `faults/test_full_disk.py` |  |  | not run |" in rows
