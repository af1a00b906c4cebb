"""A file taken apart and put together is itself; a change of one field is a change of its lines alone."""

from __future__ import annotations

import pytest

from kb_ingest import manuscript
from tests.conftest import ROOT

KB = sorted((ROOT / "data" / "kb").rglob("*.md"))
HEAD = '# for the shop\nid: lamp\ntitle: Lamp\nregion: [eu]\nquestions:\n  - "how long?"\nodd: kept\n'
FILE = f"---\n{HEAD}---\nIt shines.\n"


def test_every_article_of_the_sample_base_comes_back_byte_for_byte() -> None:
    for path in KB:
        text = path.read_text(encoding="utf-8")
        found = manuscript.read(path.name, text)
        assert manuscript.rewrite(text, dict(found.fields), found.body) == text, path
    assert len(KB) > 200


def test_one_field_changes_its_own_lines() -> None:
    changed = manuscript.rewrite(FILE, {"title": "Lamp: the new one"})
    assert changed == FILE.replace("title: Lamp\n", 'title: "Lamp: the new one"\n')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Lamp: \"new\" # not a comment"), ("title", "yes"), ("title", "2026-01-01"), ("title", "- a"),
        ("title", "*star"), ("title", "Ünïcode\nand a second line"), ("url", "https://a.example/b?c=d"),
        ("questions", ("a: b", "- c", "it's \"so\"")), ("region", ("eu", "uk")), ("new_field", "x"),
        ("plan", ("Plus One",)),
    ],
)  # fmt: skip
def test_whatever_is_written_is_read_back(name: str, value: str | tuple[str, ...]) -> None:
    found = manuscript.read("lamp.md", manuscript.rewrite(FILE, {name: value}))
    assert found.fields[name] == value
    assert {**found.fields, name: None} == {**manuscript.read("lamp.md", FILE).fields, name: None}


def test_an_empty_value_takes_the_field_out_and_the_comment_stays() -> None:
    changed = manuscript.rewrite(FILE, {"questions": (), "region": "", "absent": ""})
    assert changed == "---\n# for the shop\nid: lamp\ntitle: Lamp\nodd: kept\n---\nIt shines.\n"


def test_line_ends_and_a_missing_last_one_stay() -> None:
    windows = FILE.replace("\n", "\r\n").removesuffix("\r\n")
    assert manuscript.rewrite(windows, {"title": "Light"}) == windows.replace("title: Lamp", "title: Light")


def test_a_file_without_front_matter_gets_one_only_when_it_needs_it() -> None:
    assert manuscript.rewrite("Just words.\n", {}) == "Just words.\n"
    assert manuscript.rewrite("Just words.\n", {"id": "a"}) == "---\nid: a\n---\nJust words.\n"


def test_a_problem_is_said_of_the_field_it_is_about() -> None:
    head = "id: a\ntitle: T\nvisibility: nobody\nreview_by: soon\nowner: wim\nupdated_at: 2026-01-01\n"
    found = manuscript.read("a.md", f"---\n{head}---\n\u200bWords.\n")
    assert found.article is None
    assert {(each.place, each.problem.line) for each in found.findings} == {
        ("visibility", 4), ("review_by", 5), ("body", 9),
    }  # fmt: skip


def test_a_head_that_never_ends_is_one_finding_and_can_be_written_anew() -> None:
    broken = "---\nid: a\nvisibility: internal\n\nWords.\n"
    assert [each.place for each in manuscript.read("a.md", broken).findings] == ["body"]
    assert manuscript.rewrite(broken, {"id": "a"}).startswith("---\nid: a\n---\n---\n")
