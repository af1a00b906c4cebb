"""Who answers from an index is known as long as it lives, and no longer; a receipt waits for it, but not for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb_ingest import build, readers
from kb_ingest.erase import Place
from kb_ingest.publish import Store
from kb_ingest.readers import Reader, followed
from tests.hashing_embedder import HashingEmbedder

OLD, NEW = "1" * 8, "2" * 8
DIES = """
import os, signal, sys
from pathlib import Path
from kb_ingest.readers import Reader
reader = Reader(Path(sys.argv[1]), "killed")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_is_waited_for_until_all_have_followed(tmp_path: Path) -> None:
    first, second = Reader(tmp_path, "first"), Reader(tmp_path, "second")
    first.tell(NEW, {})
    second.tell(OLD, {})
    later = threading.Timer(0.2, second.tell, (NEW, {"drafts": {"lock": 2}}))
    later.start()
    standing = {each.process: each for each in followed(tmp_path, NEW, 60)}
    later.join()
    assert {each.generation for each in standing.values()} == {NEW}
    assert standing["second"].taken_back == {"drafts": {"lock": 2}}
    first.close()
    second.close()
    assert followed(tmp_path, NEW, 5) == ()


def test_one_that_was_killed_is_not_waited_for(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False)
    assert followed(tmp_path, NEW, 5) == ()
    assert list((tmp_path / "readers").iterdir()) == []


def test_a_receipt_names_who_has_not_followed_and_counts_what_was_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "PATIENCE", 1.5)
    (tmp_path / "kb").mkdir()
    for name in ("hub", "lock"):
        (tmp_path / "kb" / f"{name}.md").write_text(f"---\nid: {name}\ntitle: About {name}\n---\nThe {name} is green.")
    index = tmp_path / "index"
    before = build.build([tmp_path / "kb"], index, HashingEmbedder()).generation
    reader, stuck = Reader(index, "service"), Reader(index, "stuck")
    stuck.tell(before, {})
    found: list[str] = []

    def follow() -> None:
        found.append(Store(index).generation_id() or "")
        reader.tell(found[0], {Place.DRAFTS: {"lock": 2, "hub": 1}})

    later = threading.Timer(0.5, follow)
    later.start()
    receipt = build.forget(index, "lock")
    later.join()
    assert receipt.generation_after == found[0]
    assert {one.process: one.at is None for one in receipt.processes} == {"service": False, "stuck": True}
    assert {each.place: each.removed for each in receipt.places}[Place.DRAFTS] == 2
    reader.close()
    stuck.close()
