"""The gate asks the team's cases as they are to be: with what was accepted in the console, where nobody commits it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.casebook import case_file, proposals
from bot.casebook.case_line import of_json, to_json
from bot.casebook.proposals import Source
from bot.publishing import gate_cases, impact, impact_job
from bot.publishing.impact import Kind
from bot.publishing.workbench import Workbench
from tests.unit.bot.publishing.scene import Scene

LINE = json.dumps({
    "id": "lamp-hours", "kind": "answerable", "voice": "plain", "area": "lamp", "reason": "hours",
    "text": "How long does the lamp burn?",
    "expect": {"decision": ["answer"], "articles": ["lamp"], "spans": ["30 hours"], "sensitive": None, "must_not": []},
})  # fmt: skip


def accept(scene: Scene, line: str) -> None:
    with scene.database.transaction() as tx:
        proposal = proposals.propose(tx, Source.EDITED, of_json(line), "Wim")
        assert proposal is not None
        proposals.accept(tx, proposal.id, proposal.line, "Lena")


def asked(scene: Scene, bench: Workbench) -> dict[str, bool]:
    with scene.database.snapshot() as tx:
        folder = gate_cases.folder(tx, bench, bench.folder / impact_job.CASES)
    return {case.id: case.pinned for case in case_file.read([folder])}


def test_what_was_accepted_is_asked_at_once_and_counts_as_another_look(scene: Scene) -> None:
    (scene.bench.settings.cases_dir / "few.jsonl").write_text(f"{LINE}\n", encoding="utf-8")
    assert asked(scene, scene.bench) == {"lamp-hours": False}
    held = scene.held("lamp")
    with scene.database.snapshot() as tx:
        before = impact.key_of(tx, scene.bench, held, Kind.PUBLISH, held.text)
    accept(scene, to_json(replace(of_json(LINE), pinned=True)))
    accept(scene, LINE.replace("lamp-hours", "lamp-new"))
    assert asked(scene, scene.bench) == {"lamp-hours": True, "lamp-new": False}
    with scene.database.snapshot() as tx:
        assert impact.key_of(tx, scene.bench, held, Kind.PUBLISH, held.text) != before
    assert case_file.read([scene.bench.settings.cases_dir])[0].pinned is False


def test_with_articles_in_git_the_folder_is_the_truth(scene: Scene, tmp_path: Path) -> None:
    (scene.bench.settings.cases_dir / "few.jsonl").write_text(f"{LINE}\n", encoding="utf-8")
    accept(scene, to_json(replace(of_json(LINE), pinned=True)))
    settings = scene.bench.settings.model_copy(update={"articles_dir": str(tmp_path)})
    assert asked(scene, replace(scene.bench, settings=settings)) == {"lamp-hours": False}
