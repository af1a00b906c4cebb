"""Static files: one address for ever, one that is always checked."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.requests import Request

from bot import widget
from bot.api.static_files import StaticFiles, without_comments
from bot.errors import NotFound

TEXT = b"body { color: red }\n" * 50


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "static" / "lang").mkdir(parents=True)
    (tmp_path / "static" / "a.css").write_bytes(TEXT)
    (tmp_path / "static" / "lang" / "en.json").write_bytes(b"{}")
    (tmp_path / "secret.txt").write_text("secret")
    return StaticFiles(tmp_path / "static", "/static")


def _request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


def test_an_address_with_the_hash_is_kept_for_ever_the_bare_one_is_checked(files: StaticFiles) -> None:
    query = files.url("a.css").partition("?")[2]
    assert "immutable" in files.response(_request(query), "a.css").headers["cache-control"]
    assert "must-revalidate" in files.response(_request(), "a.css").headers["cache-control"]
    assert "must-revalidate" in files.response(_request("v=0000"), "a.css").headers["cache-control"]


def test_gzip_only_for_who_takes_it_and_only_where_it_is_smaller(files: StaticFiles) -> None:
    zipped = files.response(_request(Accept_Encoding="gzip, br"), "a.css")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == TEXT
    assert files.response(_request(), "a.css").body == TEXT
    assert "content-encoding" not in files.response(_request(Accept_Encoding="gzip"), "lang/en.json").headers


def test_a_file_that_did_not_change_is_not_sent_again(files: StaticFiles) -> None:
    tag = files.response(_request(), "a.css").headers["etag"]
    again = files.response(_request(If_None_Match=tag), "a.css")
    assert again.status_code == 304
    assert again.body == b""


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "b.css", "", "lang", "..%2fsecret.txt"])
def test_nothing_outside_the_folder_is_served(files: StaticFiles, name: str) -> None:
    with pytest.raises(NotFound):
        files.response(_request(), name)


AUTHORED = """// Owns the greeting.
const LINK = "https://shop.example"; // where it leads

/* Says it
   once. */
export function greet(name) {
  // to whoever is there
  return `Hello ${name}`;
}
"""


def test_what_only_authors_read_is_not_sent() -> None:
    assert without_comments(AUTHORED) == (
        'const LINK = "https://shop.example"; // where it leads\nexport function greet(name) {\n'
        "return `Hello ${name}`;\n}\n"
    )


def test_no_script_of_the_widget_has_a_text_that_hangs_on_its_indents() -> None:
    """A style of the loader goes over several lines; indents mean nothing in it."""
    folder = Path(widget.__file__).parent / "static"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.js")}
    over_lines = {
        name for name, text in texts.items() if any(line.count("`") % 2 for line in without_comments(text).split("\n"))
    }
    assert over_lines == {"loader.js"}
