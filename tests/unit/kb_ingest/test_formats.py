"""Proves each import format on a file as people make them."""

from __future__ import annotations

import gzip
import io
import json
import time
from datetime import date
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from kb_ingest import article_record
from kb_ingest.article import Article, ProblemKind, Severity, Status, Visibility
from kb_ingest.formats import sandbox
from kb_ingest.formats.sandbox import Sandbox
from kb_ingest.library import Library, read

TODAY = date(2026, 11, 22)


def library(folder: Path, files: dict[str, bytes | str]) -> Library:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read([folder], TODAY)


def only(folder: Path, name: str, content: bytes | str) -> Article:
    found = library(folder, {name: content})
    assert len(found.articles) == 1, found.problems
    return found.articles[0]


def test_front_matter_fields(tmp_path: Path) -> None:
    article = only(tmp_path, "returns/returns-us.md", """---
id: returns-us
title: "Return an order: US"
visibility: internal
status: archived
area: returns
region: [us, uk]
plan: plus
updated_at: 2026-08-14
review_by: 2027-02-14
url: https://help.example/returns
specific_extra: "Print the label at home"
replaces: old
questions:
  - "who pays the *postage*?"
  - 'send it back: how'
  - "who pays the *postage*?"
unanswered: [by boat?]
pinned_for: [return label, "who pays the postage?"]
ms.topic: how-to
owner: team
---
Body.
""")  # fmt: skip
    assert (article.id, article.title) == ("returns-us", "Return an order: US")
    assert (article.visibility, article.status) == (Visibility.INTERNAL, Status.ARCHIVED)
    assert (article.region, article.plan) == (("us", "uk"), ("plus",))
    assert (article.updated_at, article.review_by) == (date(2026, 8, 14), date(2027, 2, 14))
    assert (article.specific_extra, article.replaces) == ("Print the label at home", "old")
    assert article.pinned_for == ("return label", "who pays the postage?")
    assert article.questions == ("return label", "who pays the postage?", "send it back: how")
    assert article.unanswered == ("by boat?",)
    assert article.metadata == {"ms.topic": "how-to"}
    assert article.text == "Body."


def test_a_file_with_windows_line_ends_is_the_same_article(tmp_path: Path) -> None:
    text = "---\nid: hub\ntitle: The hub\nregion:\n  - us\n---\n# The hub\n\nIt blinks.\n\n- It hums.\n"
    unix = only(tmp_path / "unix", "hub.md", text)
    assert only(tmp_path / "windows", "hub.md", text.replace("\n", "\r\n")) == unix
    bad = library(tmp_path / "bad", {"hub.md": "---\r\nstatus:\r\n  - sold\r\n---\r\nIt hums.\r\n"})
    assert [problem.line for problem in bad.problems if "sold" in problem.message] == [2]


def test_foreign_markdown_gets_path_and_heading(tmp_path: Path) -> None:
    article = only(tmp_path, "docs/pair-a-hub.md", "# Pair a hub\n\nPress the button.\n")
    assert (article.id, article.title, article.text) == (
        "docs/pair-a-hub.md",
        "Pair a hub",
        "Press the button.",
    )


def test_file_name_is_the_last_resort_for_a_title(tmp_path: Path) -> None:
    assert only(tmp_path, "reset-your-hub.md", "Hold it.").title == "Reset your hub"


def test_front_matter_that_is_no_yaml_is_read_line_by_line(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "---\ntitle: Error: it fails: why\nvisibility: internal\n---\nText."})
    assert found.articles[0].title == "Error: it fails: why"
    assert found.articles[0].visibility is Visibility.INTERNAL
    assert [problem.kind for problem in found.problems if problem.kind is ProblemKind.BAD_VALUE]


def test_html_page_keeps_the_article_only(tmp_path: Path) -> None:
    article = only(tmp_path, "p.html", """<html lang="en-GB"><head><title>Shipping | Shop</title></head><body>
<nav><a href="/">Home</a></nav><div class="cookie-banner">We use cookies</div>
<main><h1>Shipping</h1><p>It takes <b>3</b> days &amp; costs &lt;£5.</p><form>Was this helpful?</form>
<ol><li>Open it<ul><li>sub</li></ul></li><li>Done</li></ol>
<table><tr><th>Zone</th><th>Days</th></tr><tr><td>UK</td><td>2</td></tr></table><pre><code>a  *b*</code></pre></main>
<aside>Related</aside><footer>© Shop</footer><script>track()</script></body></html>""")  # fmt: skip
    assert article.title == "Shipping"
    assert article.locale == "en-GB"
    assert article.text == (
        "It takes 3 days & costs <£5.\n\n1. Open it\n   - sub\n2. Done\n\n"
        "| Zone | Days |\n|---|---|\n| UK | 2 |\n\n    a  *b*"
    )


def test_html_page_with_images_is_read(tmp_path: Path) -> None:
    article = only(tmp_path, "lock.html", """<html><head><title>Mount the lock</title></head><body><main>
<h1>Mount the lock <img src="icon.svg" alt=""></h1><p>Clean it. <img src="lock.png" alt="The lock"> Press it on.</p>
<img src="https://shop.example/wide.png"><figure><img src=/plate.png><figcaption>The plate</figcaption></figure>
<ol><li><img src=1.png>Open it.</li><li>Turn <b><img src=2.png>left</b>.</li></ol>
<table><tr><th>Part</th></tr><tr><td><img src=3.png alt="a|long"> bolt</td></tr></table>
<p>See <a href="shop.html"><img src=4.png> our shop</a>.</p></main></body></html>""")  # fmt: skip
    assert article.title == "Mount the lock"
    for kept in (
        "Clean it. The lock Press it on.", "The plate", "1. Open it.", "2. Turn left.", "| a long bolt |", "our shop."
    ):  # fmt: skip
        assert kept in article.text
    assert ".png" not in article.text
    assert [image.target for image in article.images][:3] == ["icon.svg", "lock.png", "https://shop.example/wide.png"]


def test_markdown_with_images_in_its_html_is_read(tmp_path: Path) -> None:
    body = "Text.\n\n<ul><li>One <img src=x.png></li></ul>\n\n<p><img src=y.png>Two</p>"
    article = only(tmp_path, "a.md", f"# A\n\n{body}")
    assert article.text == "Text.\n\n- One\n\nTwo"


def test_links_that_nobody_can_follow_are_told(tmp_path: Path) -> None:
    fine = "[a](https://x.example) [b](b.png) [c](#top) [d](mailto:x@x.example)"
    found = library(tmp_path, {"a.md": f"# A\n\n{fine}\n\n[e](http://x.example) [f](ftp://x.example)\n"})
    (told,) = [each for each in found.problems if each.kind is ProblemKind.DEAD_LINK]
    assert (told.line, told.message.partition(":")[0]) == (5, "2 links cannot be followed, the first is `http")


def test_images_are_told_with_the_line_of_the_first(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": "# A\n\nText ![the key](k.png).\n\n<p><img src=y.png></p>"})
    told = [(each.line, each.message) for each in found.problems if each.kind is ProblemKind.IMAGE]
    assert [(line, message.partition(":")[0]) for line, message in told] == [
        (3, "2 images are not shown, the first is `k.png`")
    ]
    (kept,) = found.articles
    assert article_record.of_line(article_record.to_line(kept)) == kept


def test_docx_keeps_headings_steps_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Refunds", level=1)
    document.add_paragraph("Money comes back in 5 days_and* more.")
    document.add_heading("Steps", level=2)
    for step in ("Open.", "Send."):
        document.add_paragraph(step, style="List Number")
    table = document.add_table(2, 2)
    for place, text in enumerate(("Way", "Days", "Card", "5")):
        table.cell(place // 2, place % 2).text = text
    out = io.BytesIO()
    document.save(out)
    article = only(tmp_path, "refunds.docx", out.getvalue())
    assert article.title == "Refunds"
    assert article.text == (
        "Money comes back in 5 days_and* more.\n\n## Steps\n\n1. Open.\n2. Send.\n\n"
        "| Way | Days |\n|---|---|\n| Card | 5 |"
    )


def test_pdf_keeps_sentences_and_drops_running_heads(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle("Guide")
    for page in range(3):
        for size, place, text in (
            (8, 810, "Shop guide"), (18, 760, f"Part {'ABC'[page]}"), (11, 730, f"Fact {page} is"),
            (11, 716, "wrapped over lines."), (11, 690, "Another paragraph."), (8, 30, f"{page + 1}"),
        ):  # fmt: skip
            canvas.setFont("Helvetica", size)
            canvas.drawString(72, place, text)
        canvas.showPage()
    canvas.save()
    article = only(tmp_path, "guide.pdf", out.getvalue())
    assert article.title == "Guide"
    parts = [f"## Part {'ABC'[n]}\n\nFact {n} is wrapped over lines.\n\nAnother paragraph." for n in range(3)]
    assert article.text == "\n\n".join(parts)


def test_pdf_puts_parted_words_together_and_keeps_two_headings_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for size, place, text in (
        (18, 760, "Riding rules"), (18, 732, "Where you may ride,"), (18, 710, "and where not"),
        (10, 690, "On pavements it is forbid-"), (10, 678, "den. The self-service desk and the self-"),
        (10, 666, "service app help. Ask for well-"), (10, 654, "known ways, a known guide does well."),
    ):  # fmt: skip
        canvas.saveState()
        canvas.translate(72, place)  # as layout programs place their lines
        canvas.setFont("Helvetica", size)
        canvas.drawString(0, 0, text)
        canvas.restoreState()
    canvas.save()
    article = only(tmp_path, "rules.pdf", out.getvalue())
    assert article.text.startswith("## Riding rules\n\n## Where you may ride, and where not\n\n")
    for words in ("it is forbidden. The", "the self-service app help.", "Ask for well-known ways"):
        assert words in " ".join(article.text.split())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_by_usual_column_names(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Frage", "Category", "Response", "extra"],
        ["How long?", "ship", '"<p>3 days</p>\n<p>or 4</p>"', "x"],
    ]
    data = "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows)
    article = only(tmp_path, "faq.csv", data)
    assert (article.title, article.text, article.area) == ("How long?", "3 days\n\nor 4", "ship")
    assert article.metadata == {"extra": "x"}


def test_csv_columns_that_say_what_they_hold(tmp_path: Path) -> None:
    article = only(tmp_path, "faq.csv", "QUESTION TEXT,Answer-HTML,tags\nHow long?,<p>3 days</p>,x\n")
    assert (article.title, article.text, article.metadata) == ("How long?", "3 days", {"tags": "x"})


def test_csv_ids_survive_rows_added_above(tmp_path: Path) -> None:
    before = only(tmp_path, "faq.csv", "question,answer\nHow long?,3 days\n").id
    after = library(tmp_path, {"faq.csv": "question,answer\nNew?,yes\nHow long?,3 days\n"}).articles[1].id
    assert before == after


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines(tmp_path: Path, packed: bool) -> None:
    lines = [
        {
            "id": "a",
            "title": "",
            "text": "One **two**\n\n- x",
            "visibility": "internal",
            "score": 3,
            "tags": ["p", "q"],
        }
    ]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    article = only(tmp_path, "kb.jsonl.gz" if packed else "kb.jsonl", gzip.compress(data) if packed else data)
    assert (article.id, article.title, article.text) == ("a", "", "One two\n\n- x")
    assert article.metadata == {"score": "3", "tags": "p, q"}
    assert article.visibility is Visibility.INTERNAL


def test_json_lines_of_questions_and_answers_are_read_as_a_csv_of_them(tmp_path: Path) -> None:
    row = {"question": "A dog?", "answer": "Yes, in a **basket**.", "category": "ride"}
    found = library(tmp_path, {"a.jsonl": json.dumps(row), "b.csv": f"{','.join(row)}\nA dog?,Yes,ride\n"})
    line, cell = found.articles
    assert (line.title, line.text, line.area) == ("A dog?", "Yes, in a basket.", "ride")
    assert line.id.partition("#")[2] == cell.id.partition("#")[2] != ""
    (problem,) = library(tmp_path / "c", {"c.jsonl": '{"question": "A dog?"}'}).problems
    assert "neither `text` (Markdown) nor `question` and `answer`" in problem.message


def test_bad_line_is_reported_with_its_number(tmp_path: Path) -> None:
    found = library(tmp_path, {"kb.jsonl": '{"id": "a", "text": "x"}\n{broken\n{"id": "b", "text": "y"}\n'})
    assert [article.id for article in found.articles] == ["a", "b"]
    assert [(problem.line, problem.severity) for problem in found.problems] == [(2, Severity.ERROR)]


NO_HEAD = "there is no front matter: begin the file with `id` and `title` between two lines `---`"
HEAD, HEAD_B = "---\nid: a\ntitle: A\n---\n", "---\nid: b\ntitle: B\n---\n"


def test_plain_text_is_no_article_and_the_report_says_so(tmp_path: Path) -> None:
    found = library(tmp_path, {"a.md": HEAD + "It shines.", "notes.txt": "Ask Ann, not the customer."})
    assert [article.id for article in found.articles] == ["a"]
    (problem,) = found.problems
    assert (problem.file, problem.severity) == ("notes.txt", Severity.WARNING)
    assert problem.message.startswith("ignored: files ending in `.txt` are not read")


def test_utf16_and_windows_files_are_read(tmp_path: Path) -> None:
    files = {"a.md": f"{HEAD}Zürich costs 3 €.".encode("utf-16"), "b.md": f"{HEAD_B}Café £3".encode("cp1252")}
    found = library(tmp_path, files)
    assert [article.text for article in found.articles] == ["Zürich costs 3 €.", "Café £3"]
    assert [problem.file for problem in found.problems] == ["b.md"]


def test_reader_that_hangs_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4")
    started = time.monotonic()
    with Sandbox(wall_limit=0.01) as box:
        reading = box.read(path, "x.pdf")
    assert [problem.kind for problem in reading.problems] == [ProblemKind.TIMEOUT]
    assert time.monotonic() - started < 5


def test_reader_that_dies_costs_one_file(tmp_path: Path) -> None:
    good = tmp_path / "b.html"
    good.write_text("<p>Still here.</p>")
    with Sandbox() as box:
        child = box._start()
        child.kill()
        child.wait()
        assert box.read(good, "b.html").problems[0].kind is ProblemKind.UNREADABLE
        assert "Still here" in box.read(good, "b.html").articles[0].body
    assert sandbox.WALL_LIMIT <= 15


def test_fault_of_the_program_is_not_blamed_on_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a.unforeseen", "b.html"):
        (tmp_path / name).write_text("<p>Still here.</p>")
    with Sandbox() as box:
        told = box.read(tmp_path / "a.unforeseen", "a.unforeseen").problems[0].message
        assert "Still here" in box.read(tmp_path / "b.html", "b.html").articles[0].body
    assert "fault of this program, not of the file (KeyError)" in told
    assert "kb_ingest/formats/child.py" in caplog.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Forgotten PIN\n\nCome in.", [NO_HEAD]),
        ("---\ntitle: PIN\n---\nCome in.", ["the front matter has no `id`: add it"]),
        ("---\nid: pin\n---\nCome in.", ["the front matter has no `title`: add it"]),
        ("---\nid: pin\ntitle: PIN\n---\nCome in.", []),
    ],
)
def test_what_a_path_and_a_heading_stand_in_for_is_said(tmp_path: Path, text: str, told: list[str]) -> None:
    found = library(tmp_path, {"pin.md": text})
    assert [(problem.message, problem.severity) for problem in found.problems] == [(t, Severity.WARNING) for t in told]
    assert len(found.articles) == 1


@pytest.mark.parametrize("value", ["[unclosed", '"unclosed', "'unclosed", "{a: b", "[a,"])
def test_a_value_that_never_ends_leaves_the_article_out(tmp_path: Path, value: str) -> None:
    found = library(tmp_path, {"a.md": f"---\nid: a\ntitle: {value}\n---\nx"})
    assert found.articles == ()
    (problem,) = found.problems
    assert problem.severity is Severity.ERROR
    assert f"`title: {value}` has no end" in problem.message


@pytest.mark.parametrize("value", ["Hub 2: the lights", "[Beta] Hub 2: lights", '"Hub 2": lights'])
def test_a_title_with_a_colon_is_read_with_a_warning(tmp_path: Path, value: str) -> None:
    found = library(tmp_path, {"a.md": f"---\nid: a\ntitle: {value}\n---\nx"})
    assert len(found.articles) == 1
    assert [problem.severity for problem in found.problems] == [Severity.WARNING]


def test_a_csv_of_column_names_alone_is_named(tmp_path: Path) -> None:
    found = library(tmp_path, {"faq.csv": "question,answer\n"})
    assert [(problem.file, problem.severity) for problem in found.problems] == [("faq.csv", Severity.ERROR)]
