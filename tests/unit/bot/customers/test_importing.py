"""A shop's list comes in line by line: what is wrong is named by its line, and the same list twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.customers.importing import Imported, read_csv, take_over
from bot.customers.records import find
from bot.errors import BadRequest
from bot.storage.engine import Database

GOOD = """external_id,name,email,region,plan,language,tier
c-1,Ana,ana@example.com,EU,plus,de,gold
c-2,"Smith, Jo",jo@example.com,UK,,en,
"""


def _import(database: Database, tmp_path: Path, content: str | bytes) -> Imported:
    path = tmp_path / "customers.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    rows, wrong = read_csv(path)
    with database.transaction() as tx:
        return take_over(tx, rows, wrong)


def test_everybody_on_the_list_is_in(database: Database, tmp_path: Path) -> None:
    assert _import(database, tmp_path, GOOD) == Imported(created=2)
    with database.snapshot() as tx:
        ana, jo = find(tx, "c-1"), find(tx, "c-2")
    assert ana is not None
    assert (ana.name, ana.email, ana.region, ana.plan, ana.language, ana.tier) == (
        "Ana", "ana@example.com", "EU", "plus", "de", "gold",
    )  # fmt: skip
    assert jo is not None
    assert (jo.name, jo.plan, jo.tier) == ("Smith, Jo", None, None)


def test_the_same_list_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, GOOD)
    assert _import(database, tmp_path, GOOD) == Imported(unchanged=2)
    changed = GOOD.replace("plus", "complete")
    assert _import(database, tmp_path, changed) == Imported(changed=1, unchanged=1)


def test_an_empty_cell_leaves_what_was_known(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, GOOD)
    assert _import(database, tmp_path, "external_id,name,tier\nc-1,,silver\n") == Imported(changed=1)
    with database.snapshot() as tx:
        ana = find(tx, "c-1")
    assert ana is not None
    assert (ana.name, ana.tier) == ("Ana", "silver")


@pytest.mark.parametrize("content", [GOOD.replace(",", ";").replace('"Smith; Jo"', "Smith"), "\ufeff" + GOOD])
def test_the_usual_spreadsheets_are_read(database: Database, tmp_path: Path, content: str) -> None:
    assert _import(database, tmp_path, content) == Imported(created=2)


def test_each_wrong_line_is_named_and_keeps_nobody_out(database: Database, tmp_path: Path) -> None:
    lines = [
        "external_id,name,email,language",
        "c-1,Ana,ana@example.com,de",
        ",Nobody,,",
        "c-2,Jo,not an address,",
        "c-3,Max,max@example.com",
        "",
        '"c-4","two\nlines",,',
        "c-1,Ana again,,",
        "c-5,Eva,,german language",
        f"c-6,{'x' * 201},,",
        "c-\u200b7,Tom,,",
    ]
    done = _import(database, tmp_path, "\n".join(lines) + "\n")
    assert (done.created, done.changed) == (2, 0)
    assert [error.line for error in done.errors] == [3, 4, 5, 9, 10, 11, 12]
    said = {error.line: error.message for error in done.errors}
    assert "external_id" in said[3]
    assert said[4] == "email is not an address."
    assert said[5] == "has 3 cells, the header has 4."
    assert said[9] == "external_id stands in line 2 already."
    assert "language" in said[10]
    assert "name" in said[11]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "external_id"),
        ("name,email\nAna,\n", "external_id"),
        ("external_id,phone\nc-1,1\n", "unknown: phone"),
        ("external_id,name,name\nc-1,a,b\n", "each once"),
        ('external_id,name\nc-1,"open\n', "line 2"),
        ("external_id,name\nc-1,ä\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    database: Database, tmp_path: Path, content: str | bytes, named: str
) -> None:
    with pytest.raises(BadRequest, match=named):
        _import(database, tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        read_csv(tmp_path / "nothing.csv")


def test_a_number_that_looks_like_another_stays_apart(database: Database, tmp_path: Path) -> None:
    assert _import(database, tmp_path, "external_id\n007\n7\n") == Imported(created=2)
    assert _import(database, tmp_path, "external_id\n7 \n") == Imported(unchanged=1), "a cell is trimmed"
    with database.snapshot() as tx:
        assert find(tx, "8") is None
