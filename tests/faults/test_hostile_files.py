"""Proves that no file stops ingestion: each bad one is reported, the good ones between them all come in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.hostile_files import SENTENCE, good_files, write_all

SEED = 20261122
_ROOT = Path(__file__).resolve().parents[2]
_READ = """
import json, psutil, re, sys, time
from datetime import date
from pathlib import Path
from kb_ingest.library import read
times, last = [], time.monotonic()
def progress(done, of):
    global last
    times.append(time.monotonic() - last)
    last = time.monotonic()
library = read([Path(sys.argv[1])], date(2026, 1, 1), progress)
print(json.dumps({
    "articles": {article.source: article.text for article in library.articles},
    "problems": [[p.file, p.kind, p.severity, p.message] for p in library.problems],
    "slowest": max(times), "children": len(psutil.Process().children(recursive=True)),
    # Not ru_maxrss: exec carries the peak of the process that started this one into it.
    "rss_mb": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000,
}))
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """All files read once, by a process of its own, so that its memory can be told."""
    folder = tmp_path_factory.mktemp("hostile")
    bad, slow = write_all(folder, SEED)
    run = subprocess.run(
        [sys.executable, "-c", _READ, str(folder)], cwd=_ROOT, capture_output=True, timeout=200, check=False
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return {**json.loads(run.stdout), "bad": bad, "slow": slow, "folder": folder}


def test_at_least_150_hostile_files(outcome: dict) -> None:
    assert len(outcome["bad"]) + len(outcome["slow"]) >= 150, SEED


def test_every_good_file_is_in(outcome: dict) -> None:
    for name in good_files():
        assert SENTENCE in outcome["articles"].get(name, ""), name


def test_good_line_between_broken_lines_is_in(outcome: dict) -> None:
    assert outcome["articles"]["lines/broken.jsonl"] == SENTENCE


def test_every_hostile_file_is_reported(outcome: dict) -> None:
    reported = {file for file, *_ in outcome["problems"]}
    assert [name for name in outcome["bad"] if name not in reported] == []


def test_no_file_takes_over_20_seconds(outcome: dict) -> None:
    assert outcome["slowest"] < 20


def test_parent_stays_under_600_mb(outcome: dict) -> None:
    assert outcome["rss_mb"] < 600


def test_nothing_from_outside_the_folder_is_read(outcome: dict) -> None:
    assert not [
        name for name, text in outcome["articles"].items() if "root:" in text or name.startswith("odd/")
    ]


def test_article_with_unreadable_visibility_is_left_out(outcome: dict) -> None:
    left_out = {
        "md/head-bad-visibility.md",
        "md/head-unclosed.md",
        "md/head-python.md",
        "md/head-bad-status.md",
    }
    assert not left_out & outcome["articles"].keys()


def test_no_child_process_is_left(outcome: dict) -> None:
    assert outcome["children"] == 0


def test_yaml_tag_runs_nothing(outcome: dict) -> None:
    assert not Path("/tmp/answerdesk-owned").exists()
