"""What a look before a commit does not do again: read what nobody changed, guess languages, load the desk."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.conversation import language
from eval import impact_view
from eval.edits import edited, kept
from eval.impact import impact
from eval.reporting import impact_page
from kb_ingest import library
from kb_ingest.article import Article
from kb_ingest.formats import read as reading
from kb_ingest.formats.files import SourceFile
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.unit.eval.test_impact import Team, team

__all__ = ["team"]  # the fixture

PAGE = "---\nid: {0}\ntitle: {1}\nstatus: {2}\n---\n{1} is here.\n"


@dataclass(frozen=True)
class Known:
    """An index as far as it is looked at: the articles that were published."""

    ordered: tuple[Article, ...]


def pages(folder: Path) -> Path:
    folder.mkdir()
    for name, identity, status in (("b", "b", "published"), ("c", "c", "published"), ("d", "d", "draft")):
        (folder / f"{name}.md").write_text(PAGE.format(identity, name.upper(), status), encoding="utf-8")
    (folder / "two.jsonl").write_text(
        '{"id": "x", "title": "X", "text": "X."}\n{"id": "y", "title": "Y", "text": "Y."}\n', encoding="utf-8"
    )
    return folder


EDITS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "a text": lambda folder: (folder / "b.md").write_text(PAGE.format("b", "Other", "published"), encoding="utf-8"),
    "gone": lambda folder: (folder / "b.md").unlink(),
    "moved": lambda folder: (folder / "b.md").rename(folder / "z.md"),
    "an id taken before": lambda folder: (folder / "a.md").write_text(PAGE.format("c", "A", "published")),
    "broken": lambda folder: (folder / "c.md").write_text("---\nid: c\nvisibility:internal\n---\nText.\n"),
    "published": lambda folder: (folder / "d.md").write_text(PAGE.format("d", "D", "published")),
    "a line of a file of two": lambda folder: (folder / "two.jsonl").write_text('{"id": "x", "text": "Other."}\n'),
    "a link": lambda folder: ((folder / "b.md").unlink(), (folder / "b.md").symlink_to("/etc/hostname")),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_folder_is_what_reading_all_of_it_gives(tmp_path: Path, edit: Callable[[Path], object]) -> None:
    before = pages(tmp_path / "before")
    after = Path(shutil.copytree(before, tmp_path / "after"))
    edit(after)
    whole = library.read([before], date.today()).articles
    known: KnowledgeIndex = Known(tuple(each for each in whole if each.status == "published"))  # type: ignore[assignment]
    found, expected = edited.read(before, after, known), library.read([after], date.today())
    assert found.articles == expected.articles
    wrong = [(each.file, each.message) for each in expected.problems if each.severity == "error"]
    assert [(each.file, each.message) for each in found.problems] == wrong


def test_a_look_reads_only_what_differs_and_guesses_no_language(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    (folder / "reset-hub-1.md").write_text("---\nid: reset-hub-1\nvisibility:internal\n---\nText.\n", encoding="utf-8")
    opened: list[str] = []
    read = reading.read

    def watched(file: SourceFile, *rest: object) -> object:
        opened.append(file.name)
        return read(file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "read_file", watched)
    monkeypatch.setattr(language, "_identifier", lambda: pytest.fail("the model was asked"))
    found = impact(team.shop, team.files, team.home / "kb", folder)
    assert opened == ["reset-hub-1.md", "returns-uk.md"]
    assert (found.changed.edited, found.changed.removed) == (("returns-uk",), ("reset-hub-1",))
    assert [each.file for each in found.left_out] == ["reset-hub-1.md"]
    assert "label" in found.asked
    said = "reset-hub-1.md:1: `visibility:internal` cannot be read"
    impact_page.write(tmp_path / "impact.html", found, tmp_path / "kb")
    assert said in (tmp_path / "impact.html").read_text(encoding="utf-8")
    terminal = Console(file=StringIO(), width=200)
    impact_view.show(terminal, found)
    assert f"left out {said}" in terminal.file.getvalue()  # type: ignore[attr-defined]


def test_what_was_not_asked_before_has_its_language_guessed(team: Team) -> None:
    responder = kept.remembering(team.base.responder, (), ())
    assert responder.language_of("Wo ist meine Bestellung, bitte sagen Sie es mir?", "en") == "de"


def test_the_command_by_itself_starts_without_the_desk() -> None:
    code = "import sys, eval.impact_cli; print([m for m in sys.modules if m in ('bot.turn', 'bot.storage.tables')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_store_is_the_base_of_a_look(team: Team) -> None:
    """The articles taken over are those of the index, so that nothing is compared with a reading of another day."""
    index = Store(team.home / "work" / "index").current()
    found = edited.read(team.home / "kb", team.home / "kb", index)
    assert {each.id: each for each in found.articles if each.status == "published"} == dict(index.articles)


def test_another_companys_cases_are_left_out_and_counted_and_nothing_is_called_good(team: Team, tmp_path: Path) -> None:
    lines = (team.home / "cases.jsonl").read_text(encoding="utf-8")
    (tmp_path / "theirs.jsonl").write_text(re.sub(r'"articles": \["', '"articles": ["bank-', lines), encoding="utf-8")
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    found = impact(team.shop, (tmp_path / "theirs.jsonl",), team.home / "kb", folder)
    assert (found.cases, found.asked, found.elsewhere) == (0, (), len(lines.splitlines()))
    impact_page.write(tmp_path / "impact.html", found, tmp_path / "kb")
    terminal = Console(file=StringIO(), width=200)
    impact_view.show(terminal, found)
    for told in ((tmp_path / "impact.html").read_text(encoding="utf-8"), terminal.file.getvalue()):  # type: ignore[attr-defined]
        assert "No cases of your own: nothing was tested" in told
        assert "gets worse" not in told
    assert impact(team.shop, team.files, team.home / "kb", folder).elsewhere == 0
