"""Questions that authors know to be unanswered are asked of a base that does not list them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.respond import respond
from bot.settings import Settings
from eval.calibration.open_questions import of_unanswered
from eval.parts import workshop
from kb_ingest.embedder import default_cache_dir

ARTICLE = """---
id: {0}
title: The {0}
visibility: {1}
questions: [does the {0} blink]
unanswered:
{2}
---

The {0} blinks twice when it is found. Press its button for five seconds to reset it.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kb")
    for name, visibility in (("lamp", "public"), ("siren", "internal")):
        listed = "\n".join(f"  - how many {thing} has the {name}" for thing in ("bulbs", "screws", "legs"))
        (folder / f"{name}.md").write_text(ARTICLE.format(name, visibility, listed), encoding="utf-8")
    return folder


def test_each_is_asked_without_itself_and_never_right(base: Path, tmp_path: Path) -> None:
    settings = Settings(model_cache_dir=default_cache_dir(), data_dir=tmp_path)
    with workshop(settings, tmp_path) as shop:
        shop.refresh([base], tmp_path / "index")
        responder = shop.responder(tmp_path / "index")
        found = list(of_unanswered(responder, "open"))
        index = responder.live.current()
        listed = [
            respond(responder, text, (), PUBLIC_VISITOR).signals.left_open
            for text in index.articles["lamp"].unanswered
        ]
    assert [(sample.group, sample.right, sample.answerable) for sample in found] == [("lamp", False, False)] * 3
    assert index.asked.unanswered.tokens.size == 6
    assert all(0 < sample.signals.left_open < whole for sample, whole in zip(found, listed, strict=True))
