"""A gap is found by itself, closed only by an article that helps, and open again when the article goes."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from bot.access import PUBLIC_VISITOR
from bot.api.gap_watch import GapWatch
from bot.api.index_watch import IndexWatch
from bot.casebook import case_file
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.desk import tickets
from bot.errors import Conflict
from bot.gaps import check, clusters, keep, ledger, searches, view
from bot.gaps.clusters import Clustered, Vectors
from bot.gaps.ledger import Failing, GapStatus
from bot.gaps_cli import commands
from bot.storage.knowledge_tables import searches as search_rows
from bot.turn import take_turn
from kb_ingest.readers import TakenBack
from tests.conftest import ROOT, SAMPLE
from tests.patience import until
from tests.unit.bot.gaps.scene import Scene, article, planted

WALL, MUSIC = planted()["hub-wall-mount"], planted()["music-speaker"]
COLOURS = ("red", "blue", "green", "black", "white", "pink", "grey", "gold", "silver", "brown", "orange")
PERSONAL = "Hi, I'm Ada Lovelace, write to ada@example.org: can hub 2 hang on the wall?"
ORDINARY = ("How do I reset Hub 2?", "What does a red light on Hub 2 mean?", "How do I set up Hub 2?")
HELPS = article("hub-wall", "Hang Hub 2 on the wall", f"## Wall mount\n\n{WALL.answer}", WALL.wordings)
OF_NO_HELP = article(
    "hub-wall", "Hang Hub 2 on the wall", "## Wall mount\n\nOur hubs look good in every living room.", WALL.wordings
)


@pytest.fixture(scope="module")
def scene(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("gaps")
    kb, index = folder / "kb", folder / "index"
    kb.mkdir()
    for path in (ROOT / "data" / "kb").rglob("*.md"):
        if path.stem in SAMPLE:
            shutil.copy(path, kb)
    shutil.copytree(small_index, index)
    with Scene(kb, index, folder / "data") as scene:
        for gap in (WALL, MUSIC):
            scene.ask_all(gap)
        assert [scene.ask(text) for text in ORDINARY] == [Verdict.ANSWER] * len(ORDINARY)
        scene.ask(PERSONAL, WALL.answer)
        yield scene


@pytest.fixture(scope="module")
def found(scene: Scene) -> dict[str, str]:
    """The gap of each planted one."""
    gaps = {gap_id: scene.texts(gap_id) for gap_id in keep.renew(scene.parts, scene.database).found}
    return {
        planted.id: next(gap_id for gap_id, texts in gaps.items() if len(texts & set(planted.wordings)) > 3)
        for planted in (WALL, MUSIC)
    }


def test_what_customers_ask_and_nobody_answers_is_found_and_nothing_else(scene: Scene, found: dict[str, str]) -> None:
    with scene.database.snapshot() as tx:
        assert {gap.id for gap in ledger.every(tx)} == set(found.values())
    for planted_gap in (WALL, MUSIC):
        assert scene.texts(found[planted_gap.id]) <= {*planted_gap.wordings, *scene.texts(found[WALL.id])}
    assert keep.renew(scene.parts, scene.database) == keep.Renewed((), 0, 0, ())


def test_an_old_search_goes_though_nothing_else_was_asked(scene: Scene, found: dict[str, str]) -> None:
    alone = keep.renew(scene.parts, scene.database).alone
    with scene.database.transaction() as tx:
        searches.keep(tx, "a solar panel for the garden")
        tx.execute(update(search_rows).values(created_at="2020-01-01T00:00:00.000Z"))
    keep.renew(scene.parts, scene.database, alone)
    with scene.database.snapshot() as tx:
        assert searches.since(tx, "") == ()


def test_a_gap_shows_what_it_costs_where_it_belongs_and_what_people_said(scene: Scene, found: dict[str, str]) -> None:
    with scene.database.snapshot() as tx:
        seen = view.detail(tx, scene.assistant.live, found[WALL.id])
        lines = view.lines(tx, scene.assistant.live)
    assert (seen.line.this_week, seen.line.week_before) == (seen.line.size, 0)
    assert (seen.line.gap.article_id or "").startswith(("hub-2", "reset-hub-2"))
    assert seen.line in lines
    assert seen.said is not None
    assert WALL.answer in seen.said
    assert len(seen.samples) == 3
    assert seen.patch.key == "questions"
    assert WALL.answer in seen.patch.markdown


def test_nothing_personal_is_shown(scene: Scene, found: dict[str, str]) -> None:
    with scene.database.snapshot() as tx:
        seen = repr(view.detail(tx, scene.assistant.live, found[WALL.id]))
    assert "can hub 2 hang on the wall" in seen
    assert [name for name in ("Ada", "Lovelace", "ada@") if name in seen] == []


def test_its_cases_are_cases_once_the_article_is_written(scene: Scene, found: dict[str, str]) -> None:
    with scene.database.snapshot() as tx:
        seen = view.detail(tx, scene.assistant.live, found[WALL.id])
    first = case_file.parse(seen.cases[0].json)
    assert first.text == seen.samples[0]
    assert set(first.expect.spans) <= set(f"Thanks for waiting.\n{WALL.answer}".replace(". ", ".\n").split("\n"))
    assert first.expect.articles == (seen.line.gap.article_id,)


def test_it_closes_only_by_what_helps_and_opens_again_without_it(scene: Scene, found: dict[str, str]) -> None:
    gap_id = found[WALL.id]
    with pytest.raises(Conflict, match="handed over"):
        keep.close(scene.parts, scene.database, gap_id, "Lee")
    scene.publish("hub-wall", OF_NO_HELP)
    with pytest.raises(Conflict, match="says something else"):
        keep.close(scene.parts, scene.database, gap_id, "Lee")
    scene.publish("hub-wall", HELPS.replace("$12", "$19"))
    with pytest.raises(Conflict, match="contradicts"):
        keep.close(scene.parts, scene.database, gap_id, "Lee")
    scene.publish("hub-wall", HELPS)
    closed = keep.close(scene.parts, scene.database, gap_id, "Lee")
    assert (closed.status, closed.closed_by) == (GapStatus.CLOSED, "Lee")
    assert keep.renew(scene.parts, scene.database).reopened == ()
    scene.publish("hub-wall", None)
    assert keep.renew(scene.parts, scene.database).reopened == (gap_id,)
    with scene.database.snapshot() as tx:
        again = ledger.load(tx, gap_id)
        assert again.status is GapStatus.OPEN
        assert again.reopened_at is not None
        assert Failing.HANDED_OVER in {member.failing for member in ledger.members(tx, gap_id)}


def test_the_service_notices_by_itself_that_it_fails_on_a_new_generation(scene: Scene, found: dict[str, str]) -> None:
    scene.publish("hub-wall", HELPS)
    keep.close(scene.parts, scene.database, found[WALL.id], "Lee")
    gap_watch = GapWatch(scene.assistant)

    def changed(swapped: bool) -> TakenBack:
        if swapped:
            gap_watch.wake()
        return {}

    watch = IndexWatch(scene.assistant.live, changed)
    watch.start()
    gap_watch.start()
    try:
        scene.build("hub-wall", None)
        until(lambda: _status(scene, found[WALL.id]) is GapStatus.OPEN)  # sooner than the first look
    finally:
        watch.stop()
        gap_watch.stop()
    assert _status(scene, found[WALL.id]) is GapStatus.OPEN


def _status(scene: Scene, gap_id: str) -> GapStatus:
    with scene.database.snapshot() as tx:
        return ledger.load(tx, gap_id).status


def test_what_is_asked_later_joins_its_gap(scene: Scene, found: dict[str, str]) -> None:
    before = scene.texts(found[WALL.id])
    later = "is there any wall bracket to mount the hub 2 on a wall"
    scene.ask(later)
    assert keep.renew(scene.parts, scene.database).joined == 1
    assert scene.texts(found[WALL.id]) == before | {later}


def test_where_nobody_has_answered_listing_the_questions_is_no_proof_either(scene: Scene) -> None:
    asked = planted()["gift-wrap"].wordings[:4]
    with scene.database.transaction() as tx:
        opened = [open_conversation(tx, site="shop", language="en").conversation.id for _ in asked]
        said = zip(opened, asked, strict=True)
        gap = ledger.open_gap(tx, [messages.append(tx, to, Speaker.CUSTOMER, text).message.id for to, text in said])
    scene.publish("gifts", article("gifts", "Presents", "Our hubs look good in every living room.", asked))
    with pytest.raises(Conflict, match="4 says something else"):
        keep.close(scene.parts, scene.database, gap, "Lee")
    scene.publish("gifts", article("gifts", "Presents", planted()["gift-wrap"].answer, asked))
    assert keep.close(scene.parts, scene.database, gap, "Lee").status is GapStatus.CLOSED
    scene.publish("gifts", None)


def test_the_command_line_lists_shows_and_refuses(scene: Scene, found: dict[str, str]) -> None:
    gap_id = found[MUSIC.id]

    def run(*given: str) -> Result:
        places = ("--index", str(scene.index), "--data", str(scene.folder))
        return CliRunner().invoke(commands, [*given, *places])

    listed = json.loads(run("list", "--json").stdout)
    assert {line["gap"]["id"] for line in listed} >= set(found.values())
    shown = run("show", gap_id).stdout
    assert MUSIC.answer in shown
    assert '\nquestions:\n  - "' in shown
    refused = run("close", gap_id)
    assert refused.exit_code == 1
    assert "wordings are not answered by what is published now" in refused.stderr
    assert run("check", gap_id).stdout.startswith(f"{gap_id} does not pass on generation")


def test_a_check_asks_the_generation_in_service(scene: Scene, found: dict[str, str]) -> None:
    seen = keep.check_now(scene.parts, scene.database, found[MUSIC.id])
    assert seen.generation == scene.assistant.live.current().generation
    assert not check.passes(seen)


def test_grouping_stays_small_and_waits_for_something_new(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    many = [f"do hubs come in {' '.join(rng.sample(COLOURS, 3))}" for _ in range(keep.MOST_ASKED_AGAIN + 5)]
    with scene.database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
        ledger.open_gap(tx, [messages.append(tx, talk, Speaker.CUSTOMER, text).message.id for text in many])
    looked: list[int] = []

    def cluster(texts: Sequence[str], vectors: Vectors, known: Sequence[Sequence[int]]) -> Clustered:
        looked.append(max(map(len, known)))
        return clusters.cluster(texts, vectors, known)

    monkeypatch.setattr(keep, "cluster", cluster)
    scene.ask("who won the chess championship in 1972", "I do not know.")
    done = keep.renew(scene.parts, scene.database)
    assert looked == [keep.MOST_ASKED_AGAIN]
    assert len(done.alone) > 0
    assert keep.renew(scene.parts, scene.database, done.alone) == keep.Renewed((), 0, 0, ())
    assert len(looked) == 1
    scene.ask("how deep is the lake of Constance", "I do not know.")
    keep.renew(scene.parts, scene.database, done.alone)
    assert len(looked) == 2


def _set_right(scene: Scene, reply: str) -> int:
    """The bot answers, the customer wants a person, and that person says this; the number of the question."""
    with scene.database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
    asked = "How long do I have to return an order in the US?"
    answered = take_turn(scene.assistant, PUBLIC_VISITOR, talk, "m1", asked)
    assert answered.reply is not None
    assert "You have 30 days from the day of delivery" in answered.reply.text
    ticket = take_turn(scene.assistant, PUBLIC_VISITOR, talk, "m2", "I want to talk to a person").ticket
    assert ticket is not None
    with scene.database.transaction() as tx:
        tickets.reply(tx, ticket.id, scene.agent, reply)
    return answered.message.id


def test_who_says_otherwise_than_the_bot_is_a_gap_of_one_until_somebody_decides(scene: Scene) -> None:
    keep.renew(scene.parts, scene.database)
    _set_right(scene, "You have 30 days from the day of delivery to start a return.")
    assert keep.renew(scene.parts, scene.database).found == ()
    asked = _set_right(scene, "You have 45 days from the day of delivery to start a return.")
    (gap,) = keep.renew(scene.parts, scene.database).found
    with scene.database.snapshot() as tx:
        assert ledger.every(tx, GapStatus.OPEN, contradicted=True) == (ledger.load(tx, gap),)
        assert [member.number for member in ledger.members(tx, gap)] == [asked]
        against = view.detail(tx, scene.assistant.live, gap).contradiction
    assert against is not None
    assert against.differs == "45 days against 30 days"
    with pytest.raises(Conflict, match="1 of 1 wordings are not answered"):
        keep.close(scene.parts, scene.database, gap, "Lee")
    assert keep.dismiss(scene.database, gap, "Lee").closed_by == "Lee"
    scene.publish("again", article("again", "Nothing new", "There is nothing new this week."))
    assert keep.renew(scene.parts, scene.database).reopened == ()
    _set_right(scene, "You have 45 days from the day of delivery to start a return.")
    assert keep.renew(scene.parts, scene.database).reopened == (gap,)
    scene.publish("again", None)


def test_only_what_people_contradict_is_dismissed(scene: Scene, found: dict[str, str]) -> None:
    with pytest.raises(Conflict, match="others close by proof"):
        keep.dismiss(scene.database, found[MUSIC.id], "Lee")


def test_it_closes_with_all_its_wordings_or_with_a_person_who_says_that_some_ask_something_else(scene: Scene) -> None:
    asked = ("does the hub come in violet velvet", *["How do I reset Hub 2?"] * keep.MOST_ASKED_AGAIN)
    with scene.database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
        gap = ledger.open_gap(tx, [messages.append(tx, talk, Speaker.CUSTOMER, text).message.id for text in asked])
    with pytest.raises(Conflict, match="1 of 26 wordings are not answered"):
        keep.close(scene.parts, scene.database, gap, "Lee")
    assert keep.close(scene.parts, scene.database, gap, "Lee", although=True).status is GapStatus.CLOSED
    with scene.database.snapshot() as tx:
        seen = view.detail(tx, scene.assistant.live, gap).line
    assert (seen.size, seen.passed, seen.failing) == (26, 25, 1)
