"""Planted gaps among thousands of ordinary questions are found, closed only by what helps, and reopened."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.errors import Conflict
from bot.gaps import keep, ledger
from bot.gaps.ledger import GapStatus
from tests.conftest import ROOT
from tests.unit.bot.gaps.scene import Planted, Scene, article, planted

KB = ROOT / "data" / "kb"
ASKED = 3000
MOSTLY = 0.6
"""A gap is a planted one when most of its wordings are."""


def front_matter() -> list[dict[str, list[str]]]:
    read = (yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0][4:]) for path in sorted(KB.rglob("*.md")))
    return [each for each in read if each.get("visibility") == "public" and each.get("status") == "published"]


def ordinary(count: int) -> list[str]:
    """One question of each article that it leaves open, and enough of those that the articles answer."""
    chance = random.Random(3)
    lone = [chance.choice(each["unanswered"]) for each in front_matter() if each.get("unanswered")]
    answered = [question for each in front_matter() for question in each.get("questions") or ()]
    return lone + chance.sample(answered, count - len(lone))


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_twenty_planted_gaps_among_3000_questions(tmp_path: Path) -> None:
    gaps = planted()
    kb, index = tmp_path / "kb", tmp_path / "index"
    shutil.copytree(KB, kb)
    from kb_ingest import build, embedder

    build.build([kb], index, embedder.load())
    asked: list[tuple[str, Planted | None]] = [(text, gap) for gap in gaps.values() for text in gap.wordings]
    asked += [(text, None) for text in ordinary(ASKED - len(asked))]
    random.Random(4).shuffle(asked)
    of = {text: gap.id for text, gap in asked if gap}
    with Scene(kb, index, tmp_path / "data") as scene:
        for text, gap in asked:
            # A person answers every handoff; only the customers of the gaps dislike a wrong answer.
            scene.ask(text, gap.answer if gap else None)
        found = keep.renew(scene.parts, scene.database).found
        known: dict[str, str] = {}
        spurious = 0
        for gap_id in found:
            texts = scene.texts(gap_id)
            planted_id, count = Counter(of.get(text, "") for text in texts).most_common(1)[0]
            if planted_id and count >= MOSTLY * len(texts):
                known.setdefault(planted_id, gap_id)
            else:
                spurious += 1
                print("spurious", sorted(texts))
        print(f"found {len(known)} of {len(gaps)}, spurious {spurious}")
        _closing(scene, gaps, known)
        assert len(known) >= 18
        assert spurious <= 3


def _closing(scene: Scene, gaps: dict[str, Planted], known: dict[str, str]) -> None:
    closed = 0
    for planted_id, gap_id in known.items():
        gap = gaps[planted_id]
        with pytest.raises(Conflict):
            keep.close(scene.parts, scene.database, gap_id, "Sam")
    for planted_id in known:
        gap = gaps[planted_id]
        (scene.kb / f"fix-{planted_id}.md").write_text(
            article(f"fix-{planted_id}", gap.wordings[0].strip("?").capitalize(), gap.answer, gap.wordings[:3])
        )
    scene.publish("nothing", article("nothing", "Nothing new", "There is nothing new this week at all."))
    for planted_id, gap_id in known.items():
        try:
            keep.close(scene.parts, scene.database, gap_id, "Sam")
            closed += 1
        except Conflict as refused:
            print(planted_id, refused.detail)
    print(f"closed {closed} of {len(known)}")
    for planted_id in list(known)[1:]:
        (scene.kb / f"fix-{planted_id}.md").unlink()
    scene.publish("nothing", None)
    reopened = keep.renew(scene.parts, scene.database).reopened
    print(f"reopened {len(reopened)} of {closed}")
