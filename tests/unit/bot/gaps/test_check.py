"""A gap is laid at the article that lists its question as open, else at the nearest, and at none that is far away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.gaps import check
from bot.gaps.stories import Story
from bot.retrieval.question import Known
from kb_ingest import build
from tests.served import encoder
from tests.unit.bot.gaps.scene import Scene, article

GLUE = ("Can I glue the hub to a wall?", "Is it fine to glue a hub on the wall?", "hub glued to wall ok?")
CHESS = ("Who won the chess match last night?", "chess world champion name", "Did the grandmaster castle early?")
WALL = article("wall", "The hub and the wall", "Clean the wall dry. The hub may stand next to a wall that is painted.")
BOX = article("box", "Keep the box", "Keep the box of your order for 30 days.")
SECRET = article("secret", "For the desk", "Ask a lead.").replace("public", "internal")


def leaving_open(text: str, question: str) -> str:
    return text.replace("area: gaps\n", f"area: gaps\nunanswered:\n  - {question}\n")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("belongs")
    texts = {"wall": WALL, "box": leaving_open(BOX, "May the hub be glued to a wall?")}
    texts["secret"] = leaving_open(SECRET, GLUE[0])  # nearer still, and nothing that a customer may read
    (folder / "kb").mkdir()
    for name, text in texts.items():
        (folder / "kb" / f"{name}.md").write_text(text, encoding="utf-8")
    build.build([folder / "kb"], folder / "index", encoder())
    with Scene(folder / "kb", folder / "index", folder / "data") as opened:
        yield opened


def told(at: int, text: str) -> Story:
    message = Message(at, "c", None, Speaker.CUSTOMER, None, text, None, "2026-11-20T10:00:00Z")
    return Story(message, (), Known(), None, (), frozenset())


def belongs_to(scene: Scene, texts: tuple[str, ...]) -> str | None:
    return check.study(scene.parts, "g-1", [told(at, text) for at, text in enumerate(texts)]).article_id


def test_the_article_that_lists_the_question_comes_before_a_nearer_one(scene: Scene) -> None:
    assert belongs_to(scene, GLUE) == "box"


def test_without_one_it_is_the_nearest(scene: Scene) -> None:
    assert belongs_to(scene, ("May I paint the wall behind the hub?", "painting walls next to the hub")) == "wall"


def test_where_even_the_nearest_is_far_away_it_is_none(scene: Scene) -> None:
    assert belongs_to(scene, CHESS) is None
