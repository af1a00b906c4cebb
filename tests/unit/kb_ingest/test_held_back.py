"""Proves that no typing error in the front matter brings an internal article or a draft before customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_ingest.article import Severity, Status, Visibility
from tests.unit.kb_ingest.test_formats import library

HEAD = "---\nid: a\ntitle: {title}\n{line}\n---\nStaff only.\n"
TYPED = {
    "no space": HEAD.format(title="A", line="visibility:internal"),
    "no space, other colon": HEAD.format(title="A: b: c", line="visibility:internal"),
    "indented": HEAD.format(title="A", line=" visibility: internal"),
    "a tab": HEAD.format(title="A", line="\tvisibility: internal"),
    "below another field": HEAD.format(title="A", line="owner:\n  visibility: internal"),
    "capital": HEAD.format(title="A", line="Visibility: Internal"),
    "misspelt": HEAD.format(title="A", line="visiblity: internal"),
    "quoted name in what is no YAML": HEAD.format(title="A: b: c", line='"visibility": internal'),
    "twice": HEAD.format(title="A", line="visibility: internal\nvisibility: public"),
    "a list": "---\n- id: a\n- visibility: internal\n---\nStaff only.\n",
    "four dashes": "----\nid: a\nvisibility: internal\n---\nStaff only.\n",
    "below the heading": "# A\n\n---\nid: a\nvisibility: internal\n---\nStaff only.\n",
    "another fence": '+++\nid = "a"\nvisibility = "internal"\n+++\nStaff only.\n',
    "no first fence": "id: a\nvisibility: internal\n---\nStaff only.\n",
    "draft, no space": HEAD.format(title="A", line="status:draft"),
    "draft, misspelt": HEAD.format(title="A", line="statsu: draft"),
    "draft, capital": HEAD.format(title="A", line="Draft: true"),
}


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_a_mistyped_field_leaves_the_article_out(tmp_path: Path, text: str) -> None:
    found = library(tmp_path, {"a.md": text, "b.md": "---\nid: b\ntitle: B\n---\nFor all.\n"})
    assert [article.id for article in found.articles] == ["b"]
    assert [problem.file for problem in found.problems if problem.severity is Severity.ERROR] == ["a.md"]


def test_a_line_of_an_export_is_watched_as_well(tmp_path: Path) -> None:
    line = '{"id": "a", "title": "A", "text": "Staff only.", "Visibility": "Internal"}\n'
    found = library(tmp_path, {"a.jsonl": line})
    assert (found.articles, [problem.line for problem in found.problems]) == ((), [1])


def test_an_article_of_ours_without_an_id_is_warned_of(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\ntitle: A\nvisibility: internal\n---\nText.\n"})
    assert "the front matter has no `id`: add it" in [problem.message for problem in found.problems]
    assert [article.id for article in found.articles] == ["a.md"]


@pytest.mark.parametrize(
    ("text", "visibility"),
    [
        (HEAD.format(title="A", line="visibility: internal"), Visibility.INTERNAL),
        (HEAD.format(title="A", line="visibility : internal # staff"), Visibility.INTERNAL),
        (HEAD.format(title="A", line="Status: stable\nstate: draft law\npublisher: no. 1"), Visibility.PUBLIC),
        (HEAD.format(title="A", line="tags:\n  - visibility"), Visibility.PUBLIC),
        ("# A\n\nA repository has a line:\n\nvisibility: internal\n", Visibility.PUBLIC),
        ("---\n\nvisibility matters\n\n---\nStaff: internal.\n", Visibility.PUBLIC),
    ],
)
def test_what_is_well_written_or_no_field_is_taken_in(tmp_path: Path, text: str, visibility: Visibility) -> None:
    found = library(tmp_path, {"a.md": text})
    assert [(article.visibility, article.status) for article in found.articles] == [(visibility, Status.PUBLISHED)]
