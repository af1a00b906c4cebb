"""Owns the generated files that try to break ingestion; refuses to need more than a few megabytes of disk."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

SENTENCE = "The parcel arrives within three working days."
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def good_docx(text: str = SENTENCE) -> bytes:
    document = docx.Document()
    document.add_heading("Delivery", level=1)
    document.add_heading("Times", level=2)
    document.add_paragraph(text)
    for step in ("Open the app.", "Choose Track."):
        document.add_paragraph(step, style="List Number")
    table = document.add_table(rows=2, cols=2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {number}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def good_pdf(text: str = SENTENCE, password: str = "") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password, strength=128) if password else None)
    for page in range(3):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 810, "Fernwick help")
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, f"Delivery part {page + 1}")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 730, text)
        canvas.drawString(72, 30, f"Page {page + 1} of 3")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _page(body: str) -> bytes:
    return f"<html><body>{body}</body></html>".encode()


def good_files() -> dict[str, bytes]:
    """Files that must all come in, spread over the alphabet between the hostile ones."""
    return {
        "a-good.md": f"---\nid: good-md\ntitle: Good\n---\n{SENTENCE}\n".encode(),
        "h-good.html": _page(f"<nav>Menu</nav><main><h1>Good</h1><p>{SENTENCE}</p></main>"),
        "k-good.docx": good_docx(),
        "m-good.pdf": good_pdf(),
        "p-good.csv": f"question;answer\nWhen does it arrive?;{SENTENCE}\n".encode(),
        "r-good.jsonl": json.dumps({"id": "good-jsonl", "title": "Good", "text": SENTENCE}).encode(),
        "t-good.jsonl.gz": gzip.compress(json.dumps({"id": "good-gz", "title": "", "text": SENTENCE}).encode()),
        "z-good.md": f"# Good too\n\n{SENTENCE}\n".encode(),
    }


def _new_zip(out: io.BytesIO) -> zipfile.ZipFile:
    return zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def docx_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good_docx())) as model,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for part in model.infolist():
            if part.filename not in parts:
                archive.writestr(part, model.read(part))
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _document(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<w:document {_W}><w:body>{body}</w:body></w:document>'.encode()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def hostile_docx(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    whole = good_docx()
    for cut in range(15):
        yield f"docx/truncated-{cut:02}.docx", whole[: len(whole) * (cut + 1) // 17]
    for number in range(10):
        yield f"docx/garbage-{number}.docx", b"PK\x03\x04" + chance.randbytes(4000)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    yield "docx/laughs.docx", docx_of({"word/document.xml": _document(_paragraph("&l9;"), bomb)})
    xxe = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield "docx/xxe.docx", docx_of({"word/document.xml": _document(_paragraph("&f;"), xxe)})
    yield (
        "docx/xxe-utf16.docx",
        docx_of({"word/document.xml": _document(_paragraph("&f;"), xxe).decode().encode("utf-16")}),
    )
    yield "docx/xxe-rels.docx", docx_of({"word/_rels/document.xml.rels": xxe.encode() + b"<x>&f;</x>"})
    yield "docx/bomb.docx", docx_of({"word/document.xml": _document(_paragraph("A" * 80_000_000))})
    yield "docx/bomb-spare.docx", docx_of({"word/media/spare.xml": b"\x00" * 90_000_000})
    yield "docx/many-parts.docx", docx_of({f"word/x{number}.bin": b"" for number in range(2500)})
    deep = "<w:sdt><w:sdtContent>" * 20_000 + _paragraph("x") + "</w:sdtContent></w:sdt>" * 20_000
    yield "docx/deep.docx", docx_of({"word/document.xml": _document(deep)})
    yield "docx/no-types.docx", _zip({"hello.txt": b"hi"})
    yield "docx/empty.docx", b""
    yield "docx/is-html.docx", b"<html><body>hello</body></html>"
    yield "docx/bad-xml.docx", docx_of({"word/document.xml": b"<w:document"})


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def hostile_pdf(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    whole = good_pdf()
    for cut in range(15):
        yield f"pdf/truncated-{cut:02}.pdf", whole[: 700 * (cut + 1) // 17]
    for number in range(10):
        yield f"pdf/garbage-{number}.pdf", b"%PDF-1.7\n" + chance.randbytes(3000)
    yield "pdf/encrypted.pdf", good_pdf(password="secret")
    yield "pdf/empty.pdf", b""
    yield "pdf/text.pdf", b"I am not a PDF at all."
    zeros = zlib.compress(b"\x00" * 200_000_000, 1)
    yield "pdf/bomb.pdf", _pdf_with_stream(zeros)
    yield "pdf/bomb-twice.pdf", _pdf_with_stream(zlib.compress(zeros, 1), "[/FlateDecode /FlateDecode]")
    yield "pdf/operators.pdf", _pdf_with_stream(zlib.compress(b"BT /F1 9 Tf (a) Tj ET q Q " * 2_000_000, 1))
    root = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    circle = root + b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
    yield "pdf/circle.pdf", circle + b"trailer<</Root 1 0 R>>\n%%EOF"
    yield (
        "pdf/deep.pdf",
        b"%PDF-1.4\n1 0 obj" + b"[" * 100_000 + b"]" * 100_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    )
    count = root + b"2 0 obj<</Type/Pages/Kids[]/Count 999999999>>endobj\n"
    yield "pdf/count.pdf", count + b"trailer<</Root 1 0 R>>\n%%EOF"


def _pdf_with_stream(stream: bytes, filters: str = "/FlateDecode") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<>>>>endobj\n"
        b"4 0 obj<</Length "
        + f"{len(stream)}/Filter{filters}>>stream\n".encode()
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def hostile_html(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for name in ("div", "ul", "b", "table", "blockquote", "p", "details", "form"):
        yield f"html/deep-{name}.html", (f"<{name}>" * 20_000 + "x" + f"</{name}>" * 20_000).encode()
        yield f"html/unclosed-{name}.html", (f"<{name}>y" * 20_000).encode()
    for number in range(5):
        yield f"html/garbage-{number}.html", chance.randbytes(5000)
    for name, piece in {
        "comment": "<!--",
        "declaration": "<![",
        "attribute": "<a b=",
        "quote": "<a b='",
        "lt": "<",
    }.items():
        yield f"html/many-{name}.html", ("<p>Hello there.</p>" + piece * 100_000).encode()
    yield "html/empty.html", b""
    yield "html/only-script.html", b"<script>while(true){}</script>"


def hostile_markdown(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for number in range(8):
        yield f"md/binary-{number}.md", chance.randbytes(20_000)
    for name, magic in {
        "pdf": good_pdf(),
        "docx": good_docx(),
        "png": b"\x89PNG\r\n\x1a\n" + chance.randbytes(500),
    }.items():
        yield f"md/is-{name}.md", magic
    heads = {
        "bomb": "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]",
        "python": "a: !!python/object/apply:os.system ['touch /tmp/answerdesk-owned']\nvisibility: secret",
        "deep": "a: " + "[" * 20_000,
        "deep-closed": "a: " + "[" * 5000 + "]" * 5000,
        "unclosed": "id: x\nvisibility: internal\ntext",
        "bad-visibility": "visibility: hidden",
        "bad-status": "status: maybe",
        "huge": "a: " + "x" * 70_000,
    }
    for name, head in heads.items():
        end = "" if name == "unclosed" else "\n---"
        yield f"md/head-{name}.md", f"---\n{head}{end}\nBody text.\n".encode()
    yield "md/empty.md", b""
    yield "md/only-head.md", b"---\nid: lonely\ntitle: Lonely\n---\n"
    yield "md/nul.md", b"\x00" * 5000


def tricky(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Files that may come in, but must not take long."""
    del chance
    pieces = {
        "quotes": "> " * 20_000,
        "bullets": "- " * 20_000,
        "brackets": "[" * 200_000,
        "links": "[a](" * 50_000,
        "nested-brackets": "[" * 50_000 + "]" * 50_000,
        "stars": "*a " * 80_000,
        "underscores": "_a_" * 80_000,
        "ticks": "".join("`" * (n % 90) + "a" for n in range(20_000)),
        "liquid": "{%" * 200_000,
        "raw": "{% raw %}" * 50_000,
        "braces": "{{" * 200_000,
        "attributes": "{:" * 200_000,
        "tags": "<a" * 200_000,
        "lists": "<ul><li>" * 20_000,
        "anchors": "<a href=x>" * 30_000,
        "comments": "<!--" * 100_000,
        "rows": "|-" * 100_000 + "\n" + "|-" * 100_000,
        "hashes": "# " + " " * 200_000 + "x #",
        "spaces": "a" + " " * 500_000 + "b",
        "lines": "\n" * 500_000 + "x",
        "fences": "```\n" * 100_000,
        "definitions": "[a]: " * 60_000,
        "entities": "&#x" * 200_000,
        "callouts": "[!" * 200_000,
        "indents": "".join(" " * (2 * n) + "- x\n" for n in range(1200)),
        "escapes": "\\" * 300_000,
        "rules": "- " * 90_000 + "x",
    }
    for name, piece in pieces.items():
        yield f"slow/{name}.md", f"Some words first.\n\n{piece}\n".encode()
    yield "slow/latin1.md", "Caf\xe9 au lait costs 3 \xa3.".encode("cp1252")
    yield "slow/utf16.md", "A line of UTF-16 text.".encode("utf-16")
    yield "slow/utf16-unmarked.md", "A line of UTF-16 text without a mark.".encode("utf-16-be")
    yield "slow/hidden.md", "Visible\u200b\u202e words\U000e0041 here.".encode()


def hostile_lines(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    good = json.dumps({"id": "between", "title": "t", "text": SENTENCE}).encode()
    bad = [
        b"{",
        b"[]",
        b"null",
        b'{"id": "x"}',
        b'{"text": "no id"}',
        b'{"id": "n", "text": 5}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": ' + b"9" * 10_000 + b', "text": "x"}',
        b'{"id": "v", "visibility": "secret", "text": "x"}',
    ]
    yield "lines/broken.jsonl", b"\n".join([*bad[:5], good, *bad[5:]])
    yield "lines/not-gzip.jsonl.gz", good
    yield "lines/cut.jsonl.gz", gzip.compress(good * 50)[:60]
    yield "lines/bomb.jsonl.gz", gzip.compress(b"\x00" * 150_000_000, 1)
    yield "lines/garbage.jsonl", chance.randbytes(5000)
    yield "lines/huge-field.csv", b'question,answer\n"a","' + b"x" * 3_000_000 + b'"\n'
    yield "lines/unclosed.csv", b'question,answer\n"a,b\nc,d\n'
    yield "lines/no-columns.csv", b"a,b\n1,2\n"
    yield "lines/empty.csv", b""
    yield "lines/binary.csv", chance.randbytes(4000)
    yield "lines/half-rows.csv", b"question,answer\nonly question\n,only answer\n"
    for name in ("program.exe", "archive.zip", "old.doc", "slides.pptx", "page.php", "noending"):
        yield f"other/{name}", chance.randbytes(300)


def special(folder: Path) -> list[str]:
    """Links, pipes and very large sparse files; answers their names."""
    (folder / "odd").mkdir()
    (folder / "odd/outside.md").symlink_to("/etc/passwd")
    (folder / "odd/loop.md").symlink_to("loop.md")
    (folder / "odd/nowhere.md").symlink_to("missing.md")
    (folder / "odd/folder").symlink_to("/etc")
    (folder / "odd/parent").symlink_to("..")
    os.mkfifo(folder / "odd/pipe.md")
    (folder / "odd/directory.md").mkdir()
    sizes = {
        "line.md": 100,
        "line.jsonl": 100,
        "line.csv": 100,
        "line.html": 100,
        "line.pdf": 100,
        "line.docx": 100,
    }
    for name, megabytes in sizes.items():
        with (folder / "odd" / name).open("wb") as file:
            file.truncate(megabytes * 1_000_000)
    links = ("outside.md", "loop.md", "nowhere.md", "folder", "pipe.md")
    return [f"odd/{name}" for name in (*links, *sizes)]


def write_all(folder: Path, seed: int) -> tuple[list[str], list[str]]:
    """Write every file; answers the names that must be reported and those that only must not hang."""
    chance = random.Random(seed)
    makers = (hostile_docx, hostile_pdf, hostile_html, hostile_markdown, hostile_lines)
    hostile = {name: data for maker in makers for name, data in maker(chance)}
    slow = dict(tricky(chance))
    for name, data in {**good_files(), **hostile, **slow}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return [*hostile, *special(folder)], list(slow)
