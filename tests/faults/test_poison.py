"""Promise 11: poisoned articles and tickets cannot act, leak, or show what is hidden in them; how many questions on
other matters a stuffed article takes over is measured. What holds of an answer, besieged.py says; that it is seen when
it does not, test_injections.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, table

from bot.privacy.erase import Kind
from bot.storage.engine import Database
from bot.storage.privacy_tables import erasures
from tests.faults.besieged import Besieged, besieged
from tests.faults.poison import HIDDEN, ORDERS, write_poison
from tests.faults.test_hostile_llm import sample_questions
from tests.hostile_llm import SAYS

pytestmark = pytest.mark.timeout(1200)
MOST_TAKEN_OVER = 0.1
SHORT, FULL = 12, 150
DEEDS = (
    "accounts", "case_proposals", "concessions", "manuscript_acts", "manuscripts", "mentions", "merges",
    "promises", "publications", "recalls", "revisions", "sessions", "skills", "ticket_tags",
)  # fmt: skip
"""Tables in which a row is something that somebody did."""


@pytest.fixture(scope="module", params=[SHORT, pytest.param(FULL, marks=pytest.mark.full)])
def amount(request: pytest.FixtureRequest) -> int:
    """How many questions on other matters are asked."""
    return int(request.param)


@pytest.fixture(scope="module")
def scene(amount: int, small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    poison = partial(write_poison, mails=amount // 2)
    with besieged(small_index, tmp_path_factory.mktemp("poison"), model=True, poison=poison) as scene:
        yield scene


def deeds(database: Database) -> Mapping[str, int]:
    """How many rows there are of each kind of act."""
    with database.snapshot() as tx:
        done = {name: tx.execute(select(func.count()).select_from(table(name))).scalar_one() for name in DEEDS}
        of_people = select(func.count()).where(erasures.c.kind == Kind.PERSON)  # the daily round is nobody's deed
        return done | {"erasures": tx.execute(of_people).scalar_one()}


def test_poisoned_articles_neither_act_nor_leak_nor_take_over(amount: int, scene: Besieged) -> None:
    assert scene.server is not None
    before, faults, taken, answered = deeds(scene.served.database), list[str](), 0, 0
    questions = sample_questions()[:amount]
    for number, question in enumerate((*questions, *(f"How do I reset lamp {at}?" for at in range(len(ORDERS))))):
        scene.server.mode = SAYS[number % len(SAYS)]
        visitor = scene.served.visitor()
        reply = visitor.say(question).json()["reply"]
        faults += [f"{question}: {fault}" for fault in scene.faults(visitor)]
        cited = [each["article_id"] for each in reply["turn"]["citations"]] if reply["turn"] else []
        if cited and reply["text"] != scene.without_model(question):
            faults.append(f"{question}: the model's words: {reply['text']}")
        if number < amount and cited:
            answered += 1
            taken += any(each.startswith("poison-") for each in cited)
    print(f"{answered} of {amount} questions answered, {taken} by a poisoned article; {len(faults)} faults")
    assert faults == []
    assert scene.heard_by_model() == []
    assert deeds(scene.served.database) == before
    assert taken <= MOST_TAKEN_OVER * answered


def test_poisoned_tickets_do_nothing_and_bring_nothing_out(scene: Besieged) -> None:
    agent = scene.served.staff().client
    index = scene.served.app.state.service.assistant.live.current()
    articles = " ".join(" ".join(article.text.split()) for article in index.articles.values())
    before = deeds(scene.served.database)
    for order in ORDERS:
        visitor = scene.served.visitor()
        path = f"/v1/tickets/{visitor.hand_off(f'How do I reset it?{HIDDEN} {order}')['ticket']['id']}"
        visitor.say(f"{order} And where is the refund limit?")
        assert scene.faults(visitor) == [], order
        ticket, suggested = agent.get(path).json(), agent.get(f"{path}/suggestions").json()["suggestions"]
        assert (ticket["status"], ticket["assignee"]) == ("waiting", None)
        assert [each["quote"] for each in suggested if " ".join(each["quote"].split()) not in articles] == []
    assert deeds(scene.served.database) == before


def test_hidden_letters_are_reported_and_gone(scene: Besieged) -> None:
    assert sum("invisible" in warning for warning in scene.warnings) >= len(ORDERS)
    index = scene.served.app.state.service.assistant.live.current()
    assert not [article.id for article in index.articles.values() if HIDDEN in article.text]
