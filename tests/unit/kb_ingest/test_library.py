"""Proves what is said about a library: missing fields, doubles, dead links, overdue reviews, near-duplicates."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from kb_ingest.article import Article, Problem, ProblemKind, Severity, Status
from kb_ingest.checks.near_duplicates import near_duplicates
from kb_ingest.library import Library, read

TODAY = date(2026, 11, 22)
LONG = " ".join(f"word{number} stands here for fact {number * 7}." for number in range(60))


def library(folder: Path, files: dict[str, str]) -> Library:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return read([folder], TODAY)


def of_kind(found: Library, kind: ProblemKind) -> list[Problem]:
    return [problem for problem in found.problems if problem.kind is kind]


def test_missing_fields_are_named(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\nid: a\nvisibility: public\ntitle: T\n---\nx"})
    assert [problem.message for problem in of_kind(found, ProblemKind.MISSING_FIELD)] == [
        f"the front matter has no `{name}`: add it" for name in ("updated_at", "review_by", "owner")
    ]


@pytest.mark.parametrize("line", ["visibility: secret", "status: maybe"])
def test_unreadable_visibility_or_status_leaves_the_article_out(tmp_path: Path, line: str) -> None:
    found = library(tmp_path, {"a.md": f"---\nid: a\n{line}\n---\nx", "b.md": "y"})
    assert [article.id for article in found.articles] == ["b.md"]
    assert [(p.line, p.severity) for p in of_kind(found, ProblemKind.BAD_VALUE)] == [(3, Severity.ERROR)]


def test_bad_date_is_a_warning_with_its_line(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\nid: a\ntitle: T\nupdated_at: 2026-13-45\n---\nx"})
    assert found.articles[0].updated_at is None
    assert [(p.line, p.severity) for p in of_kind(found, ProblemKind.BAD_VALUE)] == [(4, Severity.WARNING)]


def test_second_article_with_an_id_is_left_out(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\nid: same\n---\nfirst", "b.md": "---\nid: same\n---\nsecond"})
    assert [article.text for article in found.articles] == ["first"]
    [taken] = of_kind(found, ProblemKind.DUPLICATE_ID)
    assert (taken.file, taken.line, "taken by a.md:2:" in taken.message) == ("b.md", 2, True)


def test_dead_links_are_found_with_their_line(tmp_path: Path) -> None:
    body = (
        "---\nid: a\n---\nFine: [b](b.md), [c](../x/c.md#part), [by id](c-id), [web](https://x.example), "
        "[top](#top).\n\n"
        "Dead: [gone](gone.md) and\n[lost](../x/lost.md).\n"
    )
    found = library(tmp_path, {"y/a.md": body, "y/b.md": "b", "x/c.md": "---\nid: c-id\n---\nc"})
    assert [(p.file, p.line) for p in of_kind(found, ProblemKind.DEAD_LINK)] == [("y/a.md", 6), ("y/a.md", 7)]


def test_article_past_its_review_is_reported_once_published(tmp_path: Path) -> None:
    head = "---\nid: {0}\nstatus: {1}\nreview_by: {2}\n---\nx"
    found = library(tmp_path, {
        "a.md": head.format("a", "published", "2026-11-21"), "b.md": head.format("b", "published", "2026-11-22"),
        "c.md": head.format("c", "archived", "2020-01-01"),
    })  # fmt: skip
    assert [(p.file, p.line) for p in of_kind(found, ProblemKind.REVIEW_OVERDUE)] == [("a.md", 4)]


def test_near_duplicates_are_found_and_different_articles_are_not(tmp_path: Path) -> None:
    again = f"---\nid: b\ntitle: B\n---\n{LONG.replace('word7 ', 'changed ')}"
    found = library(tmp_path, {
        "a.md": LONG, "b.md": again, "c.md": LONG[: len(LONG) // 2],
        "d.md": " ".join(reversed(LONG.split())),
    })  # fmt: skip
    assert [(p.file, p.line) for p in of_kind(found, ProblemKind.NEAR_DUPLICATE)] == [("b.md", 3)]


def test_near_duplicate_search_is_quick_on_a_large_library() -> None:
    articles = [
        Article(
            id=str(n),
            title="",
            text=" ".join(f"w{(n * 31 + k * k) % 9973}" for k in range(300)),
            source=str(n),
        )
        for n in range(2000)
    ]
    started = time.process_time()
    near_duplicates(articles + [Article(id=f"x{n}", title="", text=LONG, source="x") for n in range(500)])
    assert time.process_time() - started < 15


def test_redirect_page_is_passed_over_and_empty_article_is_an_error(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\nredirect_to: /b\n---\n", "b.md": "---\ntitle: B\n---\n"})
    assert [(p.file, p.severity) for p in of_kind(found, ProblemKind.EMPTY)] == [
        ("a.md", Severity.WARNING), ("b.md", Severity.ERROR),
    ]  # fmt: skip


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("do not read")
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    found = library(folder, {"b.md": "fine"})
    assert [article.id for article in found.articles] == ["b.md"]
    assert {p.file for p in of_kind(found, ProblemKind.UNREADABLE)} == {"a.md", "loop", "pipe.md"}


def test_unknown_format_is_a_warning_in_a_folder_and_an_error_by_name(tmp_path: Path) -> None:
    found = library(tmp_path, {"tool.exe": "x", "picture.png": "x"})
    assert [(p.file, p.severity) for p in found.problems] == [("tool.exe", Severity.WARNING)]
    assert read([tmp_path / "tool.exe"], TODAY).problems[0].severity is Severity.ERROR


def test_progress_counts_every_file(tmp_path: Path) -> None:
    library(tmp_path, {"a.md": "a", "b.md": "b"})
    seen: list[tuple[int, int]] = []
    read([tmp_path], TODAY, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]


def test_version_follows_what_a_reader_sees() -> None:
    article = Article(id="a", title="T", text="x")
    assert len(article.version) == 12
    assert article.version == Article(id="a", title="T", text="x", owner="somebody").version
    changed = [
        Article(id="a", title="T", text="y"), Article(id="a", title="T", text="x", status=Status.ARCHIVED),
        Article(id="a", title="T", text="x", region=("us",)),
    ]  # fmt: skip
    assert len({article.version, *(one.version for one in changed)}) == 4
