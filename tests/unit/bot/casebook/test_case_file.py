"""Case files are read strictly: every fault is named with its file and line, and nothing is half read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.casebook.case import Kind
from bot.casebook.case_file import parse, read
from bot.casebook.line_file import BadCases, collect
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict

GOOD: dict[str, Any] = {
    "id": "ret-1", "kind": "followup", "voice": "terse", "area": "returns", "text": "and in the UK?",
    "context": [{"role": "customer", "text": "how long in the US?"}, {"role": "bot", "text": "30 days."}],
    "customer": {"region": "uk"}, "reason": "region switch",
    "expect": {
        "decision": ["answer", "clarify"], "articles": ["returns-uk"], "spans": ["14 days"],
        "sensitive": None, "must_not": ["30 days"],
    },
}  # fmt: skip


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "caf\xe9"}', "holds bytes or escapes that are no text"),
        (b'{"id": "\\ud800"}', "holds bytes or escapes that are no text"),
        (b"[" * 100_000, "is not JSON"),
        (b"1" * 5_000, "is not JSON"),
    ],
)
def test_what_no_page_could_show_is_a_fault_of_its_line(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "cases.jsonl").write_bytes(json.dumps(GOOD).encode() + b"\n" + line)
    found = collect([tmp_path], parse)
    assert [case.id for case in found.items] == ["ret-1"]
    assert len(found.faults) == 1
    assert found.faults[0].startswith(f"cases.jsonl:2: {said}")


def test_a_line_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(GOOD | {"text": "and\u2028in the UK?"}, ensure_ascii=False), GOOD | {"id": "b"})
    assert [(case.text, case.line) for case in read([path])] == [("and\u2028in the UK?", 1), ("and in the UK?", 2)]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    assert collect([tmp_path], parse).items == ()
    with pytest.raises(BadCases, match=f"{tmp_path}/none.jsonl: cannot be read: No such file"):
        read([tmp_path / "none.jsonl"])


def with_expect(**changed: object) -> dict[str, Any]:
    return GOOD | {"expect": GOOD["expect"] | changed}


def fault(tmp_path: Path, *lines: object) -> str:
    with pytest.raises(BadCases) as raised:
        read([written(tmp_path, *lines)])
    return str(raised.value)


def test_a_case_is_read_whole(tmp_path: Path) -> None:
    (case,) = read([written(tmp_path, GOOD)])
    assert (case.id, case.kind, case.known.region) == ("ret-1", Kind.FOLLOWUP, "uk")
    assert [said.speaker for said in case.context] == [Speaker.CUSTOMER, Speaker.BOT]
    assert case.expect.decisions == {Verdict.ANSWER, Verdict.CLARIFY}
    assert (case.file, case.line) == ("cases.jsonl", 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "is not JSON"),
        ([1, 2], "must be an object"),
        ({k: v for k, v in GOOD.items() if k != "reason"}, "lacks reason"),
        (GOOD | {"kindd": "x"}, "unknown key 'kindd'"),
        (GOOD | {"kind": "riddle"}, "'riddle' is not one of answerable"),
        (GOOD | {"voice": "loud"}, "'loud' is not one of plain"),
        (GOOD | {"text": "  "}, "text must be a text that is not empty"),
        (GOOD | {"customer": {"country": "uk"}}, "unknown key 'country'"),
        (GOOD | {"context": [{"role": "robot", "text": "x"}]}, "'robot' is not one of customer"),
        (GOOD | {"context": []}, "followup needs the turns before it"),
        (with_expect(decision=["maybe"]), "'maybe' is not one of answer"),
        (with_expect(decision=[]), "expect.decision is empty"),
        (with_expect(articles="returns-uk"), "articles must be a list of texts"),
        (with_expect(articles=[], spans=[]), "expect.articles is empty"),
        (GOOD | {"kind": "sensitive"}, "needs its category in expect.sensitive"),
        (GOOD | {"kind": "internal_only", "expect": GOOD["expect"] | {"must_not": []}}, "internal strings"),
        (with_expect(decision=["answer"], spans=[]), "expect.spans is empty"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, line: object, says: str) -> None:
    told = fault(tmp_path, GOOD | {"id": "first"}, line)
    assert told.startswith("cases.jsonl:2: ")
    assert says in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(fault(tmp_path, "{", GOOD, GOOD | {"id": "x", "kind": "riddle"}).splitlines()) == 2


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    assert "cases.jsonl:2: id 'ret-1' is taken by cases.jsonl:1" in fault(tmp_path, GOOD, GOOD)


def test_a_folder_without_cases_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="no case found"):
        read([tmp_path])
