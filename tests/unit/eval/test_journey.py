"""A content person's day on a slice of the real base: run, accept, edit an article, see what the edit
broke.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.cli import app

KB = Path("data/kb")
ARTICLES = ("returns-us", "returns-uk", "returns-eu", "hub-2-set-up", "reset-hub-1", "int-refund-authority")


def line(name: str, kind: str, text: str, **expect: object) -> str:
    wanted = {"decision": ["handoff"], "articles": [], "spans": [], "sensitive": None, "must_not": []}
    return json.dumps(
        {
            "id": name, "kind": kind, "voice": "plain", "area": "slice", "text": text, "reason": "slice",
            "customer": {"region": "uk"}, "expect": wanted | expect,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """One content person's folders."""

    home: Path

    def eval(self, command: str, *options: str) -> Result:
        return CliRunner().invoke(app, [command, *options], catch_exceptions=False)

    def run(self) -> Result:
        return self.eval(
            "run", "--kb", f"{self.home}/kb", "--cases", f"{self.home}/cases.jsonl",
            "--work", f"{self.home}/work", "--baseline", f"{self.home}/baseline.json",
        )  # fmt: skip

    def case(self, name: str) -> dict[str, object]:
        content = json.loads((self.home / "work" / "latest.json").read_text(encoding="utf-8"))
        found: dict[str, object] = next(each for each in content["cases"] if each["id"] == name)
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("desk")
    (home / "kb").mkdir()
    for source in KB.rglob("*.md"):
        if source.stem in ARTICLES:
            shutil.copy(source, home / "kb" / source.name)
    cases = [
        line("label", "answerable", "Is the return label free in the UK?", decision=["answer"],
             articles=["returns-uk"], spans=["free"]),
        line("reset", "answerable", "How do I factory reset my Hub 1?", decision=["answer"],
             articles=["reset-hub-1"], spans=["20 seconds"]),
        line("person", "asks_person", "I want to talk to a human, please."),
        line("secret", "internal_only", "How much can your agents refund without asking a lead?",
             decision=["handoff", "refuse"], must_not=["without approval"]),
        line("weather", "other_topic", "Will it rain in Oslo tomorrow?", decision=["handoff", "refuse"]),
    ]  # fmt: skip
    (home / "cases.jsonl").write_text("\n".join(cases) + "\n", encoding="utf-8")
    return Desk(home)


def test_from_a_first_run_to_a_broken_edit(desk: Desk) -> None:
    first = desk.run()
    assert first.exit_code == 0, first.output
    assert "no baseline yet" in " ".join(first.output.split())
    assert desk.case("reset")["values"]["recall_at_1"] == 1  # type: ignore[index]
    assert desk.case("person")["decision"] == "handoff"
    for name in ("latest.json", "junit.xml", "report.html"):
        assert (desk.home / "work" / name).exists()

    accepted = desk.eval(
        "accept", "--by", "Ada", "--reason", "first", "--work", f"{desk.home}/work",
        "--baseline", f"{desk.home}/baseline.json",
    )  # fmt: skip
    assert accepted.exit_code == 0
    same = desk.run()
    assert same.exit_code == 0, same.output
    assert "0 cases worse" in same.output

    article = desk.home / "kb" / "reset-hub-1.md"
    article.write_text(article.read_text(encoding="utf-8").replace("20 seconds", "a while"), encoding="utf-8")
    worse = desk.run()
    assert "worse reset" in worse.output
    assert "edited: reset-hub-1" in " ".join(worse.output.split())


def test_faulty_cases_end_with_status_2_and_name_the_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    result = desk.eval("run", "--cases", str(tmp_path / "bad.jsonl"), "--work", str(tmp_path))
    assert result.exit_code == 2
    assert "bad.jsonl:1" in result.output


def test_a_folder_that_cannot_be_written_is_named_and_no_regression(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    options = ("--kb", f"{desk.home}/kb", "--cases", f"{desk.home}/cases.jsonl", "--work", f"{tmp_path}/file")
    result = desk.eval("run", *options)
    assert (result.exit_code, f"{tmp_path}/file" in result.output) == (2, True)


def test_nobody_accepts_nothing(desk: Desk, tmp_path: Path) -> None:
    options = ("--work", f"{desk.home}/work", "--baseline", f"{tmp_path}/baseline.json")
    result = desk.eval("accept", "--by", "", "--reason", "", *options)
    assert (result.exit_code, (tmp_path / "baseline.json").exists()) == (2, False)


def test_a_regression_ends_with_status_1(desk: Desk, tmp_path: Path) -> None:
    content = json.loads((desk.home / "work" / "latest.json").read_text(encoding="utf-8"))
    (tmp_path / "before.json").write_text(json.dumps(content), encoding="utf-8")
    secret = next(case for case in content["cases"] if case["id"] == "secret")
    secret["values"]["leak"] = 1
    (tmp_path / "now.json").write_text(json.dumps(content), encoding="utf-8")
    before, now, none = (str(tmp_path / f"{name}.json") for name in ("before", "now", "none"))
    for old, new, status in ((before, before, 0), (before, now, 1), (none, now, 2)):
        assert desk.eval("compare", old, new, "--work", str(tmp_path)).exit_code == status


def test_two_runs_stand_side_by_side(desk: Desk) -> None:
    compared = desk.eval("compare", "--work", f"{desk.home}/work")
    assert "worse reset" in compared.output
    page = (desk.home / "work" / "compare.html").read_text(encoding="utf-8")
    assert "How do I factory reset my Hub 1?" in page
    assert re.search(r"<del>[^<]*20 seconds[^<]*</del>|<del>20</del>", page)
    assert re.search(r"<ins>[^<]*a while|<ins>a</ins>", page)
    assert "reset-hub-1" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
