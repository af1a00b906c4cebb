"""The commands of `python -m kb_ingest`, run as a person or a script runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb_ingest.cli import app


def program(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "kb_ingest", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own, which takes a second to start."""
    line = [*map(str, arguments)]
    done = CliRunner().invoke(app, line)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(line, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "kb"
    folder.mkdir()
    for name in ("hub", "lock"):
        text = f"---\nid: {name}\ntitle: About the {name}\n---\nThe {name} blinks."
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_commands_one_after_the_other(kb: Path) -> None:
    index = kb.parent / "index"
    built = json.loads(program("build", "--source", kb, "--index", index, "--json").stdout)
    assert {"generation", "articles", "passages", "embedded", "reused", "removed", "errors", "seconds",
            "peak_rss_mb"} <= built.keys()  # fmt: skip
    assert (built["articles"], built["embedded"], built["errors"]) == (2, 2, [])
    (kb / "broken.docx").write_bytes(b"not a document")
    (kb / "hub.md").write_text("---\nid: hub\ntitle: About the hub\n---\nThe hub hums.", encoding="utf-8")
    difference = json.loads(command("diff", "--source", kb, "--index", index, "--json").stdout)
    assert difference["changed"] == ["hub"]
    again = program("build", "--source", kb, "--index", index, "--json")
    report = json.loads(again.stdout)
    assert (again.returncode, report["embedded"], report["reused"]) == (0, 1, 1)
    assert [error["file"] for error in report["errors"]] == ["broken.docx"]
    assert json.loads(command("rollback", "--index", index, "--json").stdout)["generation"] == built["generation"]
    receipt = json.loads(command("forget", "lock", "--index", index, "--json").stdout)
    assert receipt["article_id"] == "lock"
    assert {"place": "vectors", "removed": 1} in receipt["places"]
    said = command("forget", "hub", "--index", index).stdout
    assert "the console, its record of this one follows by itself" in said, "its record is a source, too"
    assert "no service is running" in said


def test_several_sources_may_follow_one_option(kb: Path) -> None:
    files = [kb / "hub.md", kb / "lock.md"]
    found = json.loads(command("check", "--source", *files, "--json").stdout)
    assert found["articles"] == 2
    assert found == json.loads(command("check", "--source", files[0], "--source", files[1], "--json").stdout)


def test_drafts_of_the_sources_are_told(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("question,answer,draft\nHow long?,3 days,FALSE\nHow far?,5 km,TRUE\n")
    assert "2 articles (1 of them held back: draft or archived)" in command("check", "--source", tmp_path).stdout
    built = command("build", "--source", tmp_path, "--index", tmp_path / "index")
    assert "1 articles (1 more held back: draft or archived)" in " ".join(built.stdout.split())


def test_nothing_to_do_is_exit_code_2_with_a_sentence(kb: Path, tmp_path: Path) -> None:
    for arguments in (
        ("build", "--source", tmp_path, "--index", tmp_path / "index"),
        ("rollback", "--index", tmp_path / "index"),
        ("forget", "x", "--index", tmp_path / "index"),
    ):
        done = program(*arguments) if arguments[0] == "rollback" else command(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["health", "build", "diff"])
def test_sources_of_which_nothing_can_be_read_are_no_success(verb: str, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "broken.docx").write_bytes(b"no archive")
    (folder / "open.md").write_text("---\nid: a\n", encoding="utf-8")
    refused = command(verb, "--source", folder, *(() if verb == "health" else ("--index", tmp_path / "index")))
    assert (refused.returncode, refused.stdout) == (2, "")
    nothing, *why = refused.stderr.splitlines()
    assert nothing == f"no article could be read from {folder}"
    assert [line.split()[:2] for line in why] == [["error", "broken.docx"], ["error", "open.md:1"]]


def test_check_reports_without_building(kb: Path) -> None:
    done = command("check", "--source", kb / "hub.md")
    assert done.returncode == 0
    assert "articles" in done.stdout


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_check_ends_with_1_where_an_article_is_left_out_and_not_for_a_warning(
    tmp_path: Path, form: tuple[str, ...]
) -> None:
    (tmp_path / "plain.md").write_text("# A title alone\n\nText.", encoding="utf-8")
    warned = command("check", "--source", tmp_path, *form)
    assert (warned.returncode, "warning" in warned.stdout) == (0, True)
    (tmp_path / "broken.md").write_text("---\nid: a\ntitle: [unclosed\n---\nText.", encoding="utf-8")
    assert command("check", "--source", tmp_path, *form).returncode == 1


def test_a_problem_is_one_line_whatever_the_width(tmp_path: Path) -> None:
    name = "an article with a name as people give them, of more letters than a narrow terminal has in one line.md"
    (tmp_path / name).write_text("---\nid: a\n", encoding="utf-8")
    told = command("check", "--source", tmp_path).stdout.splitlines()
    assert [line for line in told if line.startswith(f"error  {name}:1  the front matter does not end")] == told[1:]


@pytest.mark.parametrize("verb", ["check", "health", "build", "diff"])
def test_a_source_that_is_not_there_is_named_and_nothing_is_published(verb: str, kb: Path, tmp_path: Path) -> None:
    wrong, index = tmp_path / "a folder whose name has been mistyped" / "nope", tmp_path / "index"
    where = ("--index", index) if verb in ("build", "diff") else ()
    refused = command(verb, "--source", kb, "--source", wrong, *where)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"There is no file or folder {wrong}.\n"
    assert not (index / "current").exists()
