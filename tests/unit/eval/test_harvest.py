"""What happened in service becomes candidate cases, without personal data, for a person to complete."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from bot.access import Role
from bot.answering.draft import Citation
from bot.assist import record as suggested
from bot.assist.record import Proposal
from bot.casebook import case_file, proposals
from bot.casebook.case import Kind
from bot.casebook.line_file import BadCases
from bot.casebook.proposals import ProposalStatus, Source
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.personal import without_personal
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.decision.outcome import Reason, Verdict
from bot.desk import accounts
from bot.feedback import record
from bot.feedback.record import FeedbackKind
from bot.gaps.harvest import CONFIRMED, harvest
from bot.handoff.hand_off import hand_off
from bot.settings import DATABASE_FILE
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate
from bot.turn_note import TurnNote
from eval import candidate_file
from eval.cli import app
from kb_ingest.article import Visibility
from tests.conftest import PACKET
from tests.served import PASSWORD


def talk(tx: Connection, *said: tuple[Speaker, str]) -> tuple[str, list[int]]:
    conversation = open_conversation(tx, site="shop", language="en", region="uk").conversation.id
    return conversation, [messages.append(tx, conversation, role, text).message.id for role, text in said]


def test_a_handoff_becomes_a_candidate_with_its_context_and_the_agent_s_reply(database: Database) -> None:
    with database.transaction() as tx:
        conversation, _ = talk(
            tx,
            (Speaker.CUSTOMER, "Is the hub waterproof?"),
            (Speaker.BOT, "It is for indoor use."),
            (Speaker.CUSTOMER, "so can it hang in the bathroom?"),
        )
        hand_off(tx, conversation, replace(PACKET, reason=Reason.FACT_MISSING))
        messages.append(tx, conversation, Speaker.AGENT, "Yes, 1 m from water. Write to me: eve@fernwick.example")
    with database.snapshot() as tx:
        (candidate,) = harvest(tx)
    assert (candidate.kind, candidate.text) == (Kind.MISSING_FACT, "so can it hang in the bathroom?")
    assert candidate.context == (
        (Speaker.CUSTOMER, "Is the hub waterproof?"),
        (Speaker.BOT, "It is for indoor use."),
    )
    assert candidate.region == "uk"
    assert "an agent replied: Yes, 1 m from water" in candidate.reason
    assert "eve@" not in candidate.reason


def test_a_thumb_down_points_at_the_question_before_the_answer(database: Database) -> None:
    with database.transaction() as tx:
        conversation, ids = talk(
            tx,
            (Speaker.CUSTOMER, "how long is the warranty"),
            (Speaker.BOT, "Two years."),
            (Speaker.CUSTOMER, "ok"),
        )
        record.record(tx, conversation, FeedbackKind.THUMBS, -1, "mine is in the US", ids[1])
    with database.snapshot() as tx:
        (candidate,) = harvest(tx)
    assert (candidate.kind, candidate.text) == (Kind.ANSWERABLE, "how long is the warranty")
    assert candidate.reason == "thumbs down: mine is in the US"


def test_a_thumb_up_and_an_untroubled_conversation_give_none(database: Database) -> None:
    with database.transaction() as tx:
        conversation, ids = talk(tx, (Speaker.CUSTOMER, "hi"), (Speaker.BOT, "Hello."))
        record.record(tx, conversation, FeedbackKind.THUMBS, 1, "", ids[1])
    with database.snapshot() as tx:
        assert list(harvest(tx)) == []


SAID = "It is two years. Keep the till receipt."
CITED = Citation(1, "warranty-uk", "Warranty", "v1", 0, len(SAID), SAID, Visibility.PUBLIC)
ANSWERED = TurnNote(Verdict.ANSWER, None, 0.9, None, (CITED,), (), "g1")


def edited(tx: Connection, conversation: str, asked: int, sent: str, ticket: str | None = None) -> None:
    agent = accounts.add(tx, f"{asked}@example.com", "Maya", Role.AGENT, PASSWORD)
    made = Proposal(SAID, *(CITED.article_id, CITED.title, SAID), 0, len(SAID), "v1", Visibility.PUBLIC, 0.5)
    (offered,) = suggested.store(tx, conversation, asked, [made], ticket)
    suggested.sent(tx, offered.id, agent.id, sent)


def test_an_edited_suggestion_brings_what_was_kept_of_its_article(database: Database) -> None:
    with database.transaction() as tx:
        asking, (asked,) = talk(tx, (Speaker.CUSTOMER, "how long is the warranty"))
        ticket = hand_off(tx, asking, replace(PACKET, reason=Reason.NOTHING_CLOSE))
        edited(tx, asking, asked, "Hi! It is two years. Ask eve@fernwick.example.", ticket.id)
        other, (own,) = talk(tx, (Speaker.CUSTOMER, "and abroad?"))
        edited(tx, other, own, "It depends on the country.")
        risky, (fire,) = talk(tx, (Speaker.CUSTOMER, "it smokes"))
        ticket = hand_off(tx, risky, replace(PACKET, reason=Reason.SENSITIVE))
        edited(tx, risky, fire, SAID + " Unplug it.", ticket.id)
    with database.snapshot() as tx:
        kept, rewritten, sensitive = harvest(tx)
    assert (kept.kind, kept.articles, kept.spans) == (Kind.ANSWERABLE, ("warranty-uk",), ("It is two years.",))
    assert "sent: Hi! It is two years." in kept.reason
    assert "eve@" not in kept.reason
    assert (rewritten.text, rewritten.articles, rewritten.spans) == ("and abroad?", (), ())
    assert (sensitive.kind, sensitive.articles) == (Kind.SENSITIVE, ())


def test_of_what_was_liked_a_sample_comes_with_what_was_cited_and_always_the_same(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(CONFIRMED + 5):
            conversation, _ = talk(tx, (Speaker.CUSTOMER, f"my warranty {number}, ada@example.org"))
            answer = messages.append(tx, conversation, Speaker.BOT, SAID, turn=ANSWERED).message.id
            record.record(tx, conversation, FeedbackKind.THUMBS, 1, "", answer)
    with database.snapshot() as tx:
        found, again = tuple(harvest(tx)), tuple(harvest(tx))
    assert found == again
    assert len({each.text for each in found}) == CONFIRMED
    assert {(each.articles, each.spans) for each in found} == {(("warranty-uk",), (SAID,))}
    assert "ada@" not in repr(found)


@pytest.mark.parametrize(
    "secret",
    ["ada@example.org", "+44 20 7946 0958", "FW-123456", "4111 1111 1111 1111", "(614) 555-0142"],
)
def test_personal_data_does_not_reach_the_file(secret: str) -> None:
    kept = without_personal(f"Call me about {secret} please")
    assert secret not in kept
    assert kept.startswith("Call me about [")


def test_what_makes_the_question_stays() -> None:
    asked = "My Hub 2 shows E-102 since 3 May, I paid $49.99 for 2 cameras"
    assert without_personal(asked) == asked


def test_a_name_known_to_the_desk_or_told_once_reaches_no_part_of_the_candidate(database: Database) -> None:
    known = Identity(external_id="7", name="Grace Hopper", email="", region="", plan="", language="")
    with database.transaction() as tx:
        customer = records.upsert(tx, known).id
        conversation = open_conversation(tx, site="shop", language="en", customer_id=customer).conversation.id
        for text in ("I'm Ada Lovelace, hello", "Is the parcel for Hopper or Lovelace with you?"):
            messages.append(tx, conversation, Speaker.CUSTOMER, text)
        hand_off(tx, conversation, replace(PACKET, reason=Reason.FACT_MISSING))
        messages.append(tx, conversation, Speaker.AGENT, "Ada, Maya here: it is on its way.", author="Maya (desk)")
    with database.snapshot() as tx:
        (candidate,) = harvest(tx)
    whole = repr(candidate)
    assert [name for name in ("Ada", "Lovelace", "Grace", "Hopper", "Maya") if name in whole] == []
    assert "parcel for [name removed] or [name removed] with you" in candidate.text


def test_a_completed_candidate_is_a_case_and_an_incomplete_one_is_refused(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        conversation, ids = talk(tx, (Speaker.CUSTOMER, "how long is the warranty"), (Speaker.BOT, "A year."))
        record.record(tx, conversation, FeedbackKind.THUMBS, -1, "", ids[1])
    with database.snapshot() as tx:
        candidate_file.write(tmp_path / "h.jsonl", list(harvest(tx)))
    with pytest.raises(BadCases, match="articles is empty"):
        case_file.read([tmp_path / "h.jsonl"])
    line = json.loads((tmp_path / "h.jsonl").read_text(encoding="utf-8"))
    line["expect"] |= {"articles": ["warranty-uk"], "spans": ["two years"]}
    (tmp_path / "h.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert case_file.read([tmp_path / "h.jsonl"])[0].known.region == "uk"


def test_what_is_found_is_proposed_once_and_leaves_when_a_person_accepts_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / DATABASE_FILE}", serving=True)
    migrate(database)
    with database.transaction() as tx:
        conversation, _ = talk(tx, (Speaker.CUSTOMER, "I am Ada Lovelace. Is the hub waterproof?"))
        hand_off(tx, conversation, replace(PACKET, reason=Reason.FACT_MISSING))
    given = ["--data", str(tmp_path), "--out", str(tmp_path / "out.jsonl")]
    runs = [CliRunner().invoke(app, ["harvest", "--propose", *given]).output for _ in range(2)]
    assert [run.splitlines()[0] for run in runs] == ["1 new proposals in the console", "0 new proposals in the console"]
    with database.transaction() as tx:
        (proposal,) = proposals.every(tx)
        assert (proposal.source, proposal.status) == (Source.HARVESTED, ProposalStatus.PROPOSED)
        assert "Lovelace" not in proposal.line.text
        proposals.accept(tx, proposal.id, proposal.line, "Bea")
    listed = CliRunner().invoke(app, ["proposals", *given, "--cases", str(tmp_path / "none")]).output
    assert f"{proposal.id}: harvested, accepted by Bea" in listed
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["id"] == proposal.id
    database.close()


@pytest.mark.parametrize("wrong", ["a broken file", "no folder"])
def test_cases_that_cannot_be_read_are_told_and_nothing_is_written(wrong: str, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / DATABASE_FILE}")
    migrate(database)
    database.close()
    broken, out = tmp_path / "cases" / "mine.jsonl", tmp_path / "out.jsonl"
    broken.parent.mkdir()
    broken.write_text("{torn\n", encoding="utf-8")
    cases, told = (
        (broken, f"--cases {broken}: is no folder")
        if wrong == "no folder"
        else (broken.parent, "mine.jsonl:1: is not JSON")
    )
    refused = CliRunner().invoke(
        app, ["proposals", "--data", str(tmp_path), "--out", str(out), "--cases", str(cases)]
    )
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert refused.stderr.startswith(told)
    assert not out.exists()


@pytest.mark.parametrize("command", ["harvest", "proposals"])
def test_a_data_folder_without_a_database_has_nothing_to_harvest(command: str, tmp_path: Path) -> None:
    wrong, out = tmp_path / "wrong", tmp_path / "out.jsonl"
    refused = CliRunner().invoke(app, [command, "--data", str(wrong), "--out", str(out)])
    assert refused.exit_code == 2
    assert f"There is no database {wrong}/{DATABASE_FILE}" in refused.output
    assert (wrong.exists(), out.exists()) == (False, False)


@pytest.mark.parametrize(("since", "found"), [("2000-01-01", 1), ("2000-01-01T02:00+02:00", 1), ("2999-01-01", 0)])
def test_a_moment_is_read_as_somebody_writes_it(since: str, found: int, tmp_path: Path) -> None:
    done = _harvested(tmp_path, since)
    assert (done.exit_code, f"{found} candidates written" in done.stdout) == (0, True)


@pytest.mark.parametrize("since", ["yesterday", "2026-13-45", "0001-01-01T00:00+14:00"])
def test_a_moment_that_is_none_is_no_empty_harvest(since: str, tmp_path: Path) -> None:
    refused = _harvested(tmp_path, since)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"--since {since}: is no time; write it as 2026-11-22 or 2026-11-22T08:00.\n"


def _harvested(folder: Path, since: str) -> Result:
    database = open_database(f"sqlite:///{folder / DATABASE_FILE}")
    migrate(database)
    with database.transaction() as tx:
        conversation, _ = talk(tx, (Speaker.CUSTOMER, "Is the hub waterproof?"))
        hand_off(tx, conversation, replace(PACKET, reason=Reason.FACT_MISSING))
    database.close()
    given = ["--data", str(folder), "--out", str(folder / "out.jsonl"), "--since", since]
    return CliRunner().invoke(app, ["harvest", *given])


@pytest.mark.parametrize(
    "words",
    [
        ("run",), ("impact", "data/kb"), ("harvest",), ("proposals",), ("scenarios",), ("screen",), ("trust",),
        ("shared",), ("spans",), ("calibrate", "--dry-run"), ("fit-ranking",), ("fit-dialogue",), ("fit-needed",),
        ("assist",),
    ],
)  # fmt: skip
def test_a_wrong_setting_ends_every_command_in_one_line(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERDESK_LOG_LEVEL", "loud")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/eval").mkdir(parents=True)
    refused = CliRunner().invoke(app, list(words))
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert refused.stderr.startswith("ANSWERDESK_LOG_LEVEL: String should match pattern")
