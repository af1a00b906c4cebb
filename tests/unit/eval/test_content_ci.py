"""The hook for authors looks at what is committed: neither what is mended but not staged nor what is not staged yet.

It, the action and the terminal say the same.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kb_ingest.embedder import default_cache_dir
from tests.conftest import ROOT
from tests.served import OF_THE_SAMPLE_BASE

# Stands in for the gate's judgement: an article that says "wrong" stops it, unless somebody takes it on; what it looks
# at is what `--staged` looks at.
GATE = f"""#!{sys.executable}
import sys, tempfile
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from eval.edits import git_range
assert sys.argv[1:5] == ["-m", "eval", "impact", "--staged"], sys.argv
looked_at = git_range.staged(Path("data/kb"), Path(tempfile.mkdtemp(dir=".git")))
said = [file.read_text(encoding="utf-8") for file in looked_at.rglob("*.md")]
if "--override" in sys.argv:
    Path(".git/taken-on").write_text("|".join(said), encoding="utf-8")
elif "wrong" in said:
    sys.exit(1)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").write_text(GATE, encoding="utf-8")
    (tmp_path / ".venv" / "bin" / "python").chmod(0o755)
    (tmp_path / "data" / "kb").mkdir(parents=True)
    git(tmp_path, "init", "-q")
    write(tmp_path, "right")
    git(tmp_path, "add", "data")
    git(tmp_path, "commit", "-qm", "first")
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(ROOT / "docs" / "content-ci" / "pre-commit")
    return tmp_path


def git(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    identity = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | identity
    return subprocess.run(
        ["git", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip


def write(folder: Path, text: str) -> None:
    (folder / "data" / "kb" / "an article.md").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("staged", "beside", "committed"), [("wrong", "right", False), ("other", "wrong", True)])
def test_what_is_staged_is_looked_at(repository: Path, staged: str, beside: str, committed: bool) -> None:
    write(repository, staged)
    git(repository, "add", "data")
    write(repository, beside)
    done = git(repository, "commit", "-qm", "edit")
    assert (done.returncode == 0) is committed, done.stderr
    assert ("Not committed" in done.stderr) is not committed
    assert git(repository, "rev-list", "--count", "HEAD").stdout.strip() == ("2" if committed else "1")


def test_an_override_takes_on_what_is_staged_and_not_what_lies_beside_it(repository: Path) -> None:
    write(repository, "wrong")
    git(repository, "add", "data")
    write(repository, "right")
    told = git(repository, "commit", "-qm", "edit").stderr
    command = told.splitlines()[-1].strip().replace("NAME", "Ada").replace("WHY", "'the manual changed'")
    command = command.replace("git commit", "git -c user.name=a -c user.email=a@b commit -qm edit")
    done = subprocess.run(["sh", "-c", command], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (repository / ".git" / "taken-on").read_text() == "wrong"
    assert git(repository, "show", "HEAD:data/kb/an article.md").stdout == "wrong"


@pytest.mark.parametrize("which", [("-a",), ("data",)])
def test_what_the_commit_itself_stages_is_looked_at(repository: Path, which: tuple[str, ...]) -> None:
    write(repository, "wrong")
    done = git(repository, "commit", "-qm", "edit", *which)
    assert "Not committed" in done.stderr
    assert git(repository, "rev-list", "--count", "HEAD").stdout.strip() == "1"


def test_a_commit_of_something_else_asks_nobody(repository: Path) -> None:
    (repository / ".venv" / "bin" / "python").unlink()
    (repository / "note.txt").write_text("note", encoding="utf-8")
    git(repository, "add", "note.txt")
    assert git(repository, "commit", "-qm", "note").returncode == 0


@pytest.fixture
def real(repository: Path) -> Path:
    """The same with the gate itself, three articles and one pinned case."""
    kb, cases = repository / "data" / "kb", repository / "data" / "eval"
    for name in ("returns-us", "returns-uk", "returns-eu"):
        (kb / f"{name}.md").write_bytes(next((ROOT / "data" / "kb").rglob(f"{name}.md")).read_bytes())
    (kb / "an article.md").unlink()
    case = json.loads((ROOT / "data" / "eval" / "a_answerable.jsonl").read_text(encoding="utf-8").splitlines()[0])
    cases.mkdir()
    (cases / "own.jsonl").write_text(json.dumps(case | {"pinned": True}) + "\n", encoding="utf-8")
    places = {
        "POLICIES_DIR": ROOT / "data" / "policies", "PROMPTS_DIR": ROOT / "prompts",
        "CALIBRATION_FILE": OF_THE_SAMPLE_BASE, "MODEL_CACHE_DIR": default_cache_dir(),
    }  # fmt: skip
    given = " ".join(f"ANSWERDESK_{name}={shlex.quote(str(place))}" for name, place in places.items())
    runs = f"#!/bin/sh\nexec env PYTHONPATH={shlex.quote(str(ROOT))} {given} {sys.executable} \"$@\"\n"
    (repository / ".venv" / "bin" / "python").write_text(runs, encoding="utf-8")
    git(repository, "add", "data")
    assert git(repository, "commit", "-qm", "articles", "--no-verify").returncode == 0
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    return repository


@pytest.mark.full
def test_the_hook_the_action_and_the_terminal_find_the_same(real: Path) -> None:
    article = real / "data" / "kb" / "returns-us.md"
    article.write_text(article.read_text(encoding="utf-8").replace("You have 30 days", "You have 14 days"))
    git(real, "add", "data")
    hook = git(real, "commit", "-qm", "edit")
    assert "Not committed" in hook.stderr
    assert "a-ans-ret-001" in hook.stdout + hook.stderr
    terminal = [".venv/bin/python", "-m", "eval", "impact", "--staged", "--json"]
    typed = subprocess.run(terminal, cwd=real, capture_output=True, text=True, check=False)
    git(real, "commit", "-qm", "edit", "--no-verify")
    steps = yaml.safe_load((ROOT / "docs" / "content-ci" / "impact.yml").read_text())["jobs"]["impact"]["steps"]
    (step,) = (each for each in steps if "eval impact" in each.get("run", ""))
    assert step["env"] == {"BASE": "${{ github.base_ref }}"}
    done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=real, env=os.environ | {"BASE": "main"}, check=False)
    said = [json.loads(text) | {"seconds": 0} for text in (typed.stdout, (real / "impact.json").read_text())]
    assert said[0] == said[1]
    assert said[0]["blocking"] == ["a-ans-ret-001"]
    assert (typed.returncode, done.returncode) == (1, 1)
