"""Files of questions in, files of outcomes out, in the contract's shape."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.access import PUBLIC_VISITOR
from bot.answering.draft import Statement
from bot.batch import _decisive, answer_file, read_questions
from bot.cli import app
from bot.errors import BadRequest
from bot.pipeline import PolicyEncoder, build_responder
from bot.respond import respond
from bot.settings import Settings
from kb_ingest.vector_cache import VectorCache
from tests.hashing_embedder import HashingEmbedder
from tests.served import OF_THE_SAMPLE_BASE, encoder

QUESTIONS = [
    {"id": "how-to", "text": "How do I factory reset Hub 2?"},
    {"id": "person", "text": "I want to talk to a human being please"},
    {"id": "yes", "text": "yes", "context": [
        {"role": "customer", "text": "My Hub 2 is stuck"},
        {"role": "bot", "text": "Would you like to see how to reset Hub 2?"},
    ]},
    {"id": "thanks", "text": "thank you!"},
]  # fmt: skip


def run(command: str, index: Path, folder: Path) -> list[dict[str, object]]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS), encoding="utf-8")
    result = CliRunner().invoke(
        app,
        [
            command, "--index", str(index), "--questions", str(source), "--out", str(out),
            "--calibration", str(OF_THE_SAMPLE_BASE),
        ],
    )
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_ask_answers_every_question_in_order_in_the_contracts_shape(small_index: Path, tmp_path: Path) -> None:
    lines = run("ask", small_index, tmp_path)
    assert [line["id"] for line in lines] == ["how-to", "person", "yes", "thanks"]
    told = {"answer", "citations", "decisive", "extra", "ranked", "options"}
    keys = {"id", "decision", "reason", "confidence", "sensitive", "ms"} | told
    for line in lines:
        assert set(line) == keys
        assert 0 <= float(str(line["confidence"])) <= 1
    answered = lines[0]
    assert answered["decision"] == "answer"
    assert isinstance(answered["ranked"], list)
    assert answered["ranked"][0]["article_id"] == "reset-hub-2"
    assert "10 seconds" in str(answered["answer"])
    assert isinstance(answered["decisive"], dict)
    assert answered["decisive"]["article_id"] == "reset-hub-2"
    assert answered["decisive"]["quote"] in str(answered["answer"])
    assert lines[1]["reason"] == "asked_for_person"
    assert lines[1]["answer"] is None
    assert lines[1]["decisive"] is lines[3]["decisive"] is None
    assert lines[3]["citations"] == []


def test_the_same_file_gives_the_same_bytes_but_for_the_time(small_index: Path, tmp_path: Path) -> None:
    def timeless() -> list[dict[str, object]]:
        return [{**line, "ms": 0} for line in run("ask", small_index, tmp_path)]

    assert timeless() == timeless()


def test_suggest_offers_replies_and_none_for_a_thank_you(small_index: Path, tmp_path: Path) -> None:
    lines = run("suggest", small_index, tmp_path)
    first = lines[0]["suggestions"]
    assert isinstance(first, list)
    assert set(first[0]) == {"text", "article_id", "quote", "visibility", "confidence"}
    assert lines[3]["suggestions"] == []
    assert float(str(lines[3]["needs_knowledge"])) < 0.1


BAD_ROLE = '{"id": "a", "text": "b", "context": [{"role": "king"}]}'


DEEP = '{"id": "a", "text": "b", "context": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize("line", ['{"id": 1}', "no json", BAD_ROLE, "[]", DEEP])
def test_a_line_that_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "ok", "text": "fine"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadRequest, match=r"questions\.jsonl:2"):
        read_questions(path)


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "text": "hi \\ud800"}\r\n{"id": 7, "text": "one\xe2\x80\xa8two"}\r\n')
    assert [(each.id, each.text) for each in read_questions(path)] == [("a", "hi ?"), (7, "one\u2028two")]


def test_policies_are_read_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    model = HashingEmbedder()
    apart = PolicyEncoder(model, VectorCache(tmp_path / "file" / "cache")).encode(["hello"])
    assert np.array_equal(apart, model.encode(["hello"]))


def test_files_that_cannot_be_read_or_written_are_named(small_index: Path, tmp_path: Path) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "a file" / "out.jsonl"
    with pytest.raises(BadRequest, match=r"in\.jsonl cannot be read: No such file"):
        read_questions(questions)
    questions.write_text('{"id": "a", "text": "thank you!"}\n', encoding="utf-8")
    out.parent.write_text("")
    given = ["--index", str(small_index), "--questions", str(questions), "--out", str(out)]
    refused = CliRunner().invoke(app, ["ask", *given])
    assert refused.exit_code == 2
    assert refused.stderr == f"{out} cannot be written: File exists.\n"


@pytest.mark.parametrize("command", ["ask", "suggest"])
def test_a_folder_to_write_is_refused_before_anything_is_asked(
    command: str, small_index: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "thank you!"}\n', encoding="utf-8")
    given = ["--index", str(small_index), "--questions", str(tmp_path / "in.jsonl")]
    refused = CliRunner().invoke(app, [command, *given, "--out", str(tmp_path)])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith(f"{tmp_path} is a folder: name a file to write")
    assert not tmp_path.with_name(tmp_path.name + ".part").exists()


def test_a_full_disk_costs_no_file_that_was_there(small_index: Path, tmp_path: Path) -> None:
    source, out, full = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "full"
    source.write_text('{"id": "a", "text": "thank you!"}\n', encoding="utf-8")
    out.write_text("as it was")
    (tmp_path / "out.jsonl.part").symlink_to("/dev/full")
    full.symlink_to("/dev/full")
    for target in (out, full):
        given = ["--index", str(small_index), "--questions", str(source), "--out", str(target)]
        refused = CliRunner().invoke(app, ["ask", *given])
        assert (refused.exit_code, refused.stderr) == (2, f"{target} cannot be written: No space left on device.\n")
    assert out.read_text() == "as it was"
    assert full.is_char_device()
    assert not (tmp_path / "out.jsonl.part").is_symlink()


def test_what_the_first_question_makes_load_is_not_its_time(small_index: Path, tmp_path: Path) -> None:
    settings = Settings(index_dir=small_index, data_dir=tmp_path, calibration_file=OF_THE_SAMPLE_BASE)
    heard: list[str] = []

    def language_of(text: str, _default: str) -> str:
        heard.append(text)
        return "en"

    parts = replace(build_responder(settings, load=encoder), language_of=language_of)
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "my hub"}\n{"id": 2, "text": "my lamp"}\n', encoding="utf-8")
    assert answer_file(parts, tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 2
    assert heard.count("my hub") == 2 * heard.count("my lamp")


def test_what_is_not_shown_is_not_named_as_what_answers(small_index: Path, tmp_path: Path) -> None:
    parts = build_responder(
        Settings(index_dir=small_index, data_dir=tmp_path, calibration_file=OF_THE_SAMPLE_BASE), load=encoder
    )
    outcome = respond(parts, "How do I factory reset Hub 2?", (), PUBLIC_VISITOR)
    assert outcome.draft is not None
    named = _decisive(parts, outcome, outcome.draft)
    assert named is not None
    without = replace(outcome.draft, statements=(Statement("Something else.", 1),))
    assert _decisive(parts, outcome, without) is None
