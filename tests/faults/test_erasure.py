"""Promise 16: 50 people with something in every table and file; whoever is erased is on no live file any more.

Negative controls: without writing the file anew, or without cutting off the log, the same scan finds them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.privacy import places
from bot.privacy.places import OTHERS, PERSONAL
from bot.settings import DATABASE_FILE
from bot.storage import engine, scrub
from bot.storage.columns import metadata
from bot.storage.engine import open_database
from bot.storage.knowledge_tables import gaps
from bot.storage.migrate import migrate
from tests.conftest import ROOT
from tests.faults.erase_child import POINTS
from tests.faults.planted_people import Planted, churn, plant, staff
from tests.service_process import ServiceProcess

FEW, ALL = 6, 50
CHILD = Path(__file__).with_name("erase_child.py")
people_counts = pytest.mark.parametrize("amount", [FEW, pytest.param(ALL, marks=pytest.mark.full)])


def test_every_table_is_declared() -> None:
    personal = [place.table.name for place in PERSONAL]
    assert len(personal) == len(set(personal))
    assert set(personal) & set(OTHERS) == set()
    assert set(metadata.tables) == set(personal) | set(OTHERS)


def populated(data: Path, amount: int) -> tuple[Planted, ...]:
    """A data folder with so many people, written as a service writes: many transactions, rows that grow and shrink."""
    files = AttachmentFiles(data / FOLDER)
    database = open_database(f"sqlite:///{data / DATABASE_FILE}", serving=True)
    try:
        migrate(database)
        with database.transaction() as tx:
            account = staff(tx)
            tx.execute(insert(gaps).values(id="gap", status="open", contradicted=0, found_at="2026-01-01"))
        planted = []
        for number in range(amount):
            with database.transaction() as tx:
                planted.append(plant(tx, number, account, files))
        for person in (*planted, *planted[::-1]):
            with database.transaction() as tx:
                churn(tx, person)
        return tuple(planted)
    finally:
        database.close()


def command(*arguments: str | Path) -> tuple[int, str]:
    """A command as the operator gives it: its status and what it prints."""
    run = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    return run.exit_code, run.output


def exported(data: Path, person: Planted, out: Path) -> tuple[dict[str, Any], str]:
    status, told = command("customers", "export", person.who, "--data", data, "--out", out)
    assert status == 0, told
    text = out.read_text()
    return json.loads(text), text


def on_disk(data: Path, people: Sequence[Planted]) -> dict[str, list[str]]:
    """The live files in which something of these people is, and whose."""
    found: dict[str, list[str]] = {}
    for path in (path for path in data.rglob("*") if path.is_file()):
        content = path.read_bytes()
        those = [one.token for one in people if one.token.encode() in content or one.token in path.name]
        if those:
            found[path.relative_to(data).as_posix()] = those
    return found


def same(data: Path, people: Sequence[Planted], folder: Path) -> list[str]:
    """The copies of these people, without the time when they were made."""
    folder.mkdir()
    copies = []
    for person in people:
        whole, _ = exported(data, person, folder / f"{person.token}.json")
        copies.append(json.dumps(whole | {"made_at": ""}))
    return copies


def hidden() -> set[str]:
    """The columns that no copy has."""
    return {f"{place.table.name}.{name}" for place in PERSONAL for name in place.hidden}


@people_counts
def test_copies_are_complete(tmp_path: Path, amount: int) -> None:
    data = tmp_path / "data"
    planted = populated(data, amount)
    everywhere = {place.split(".")[0] for person in planted for place in person.places}
    kept_as_figures = {"complaints", "still_fine", "offers", "merges", "read_marks", "mentions", "next_replies", "told"}
    kept_as_figures |= {"gap_wordings", "survey_refusals"}
    assert {place.table.name for place in PERSONAL} - everywhere <= kept_as_figures
    for person in planted:
        copy, text = exported(data, person, tmp_path / f"{person.token}.json")
        assert text.count(person.token) > 40
        assert not [other.token for other in planted if other is not person and other.token in text]
        shown = {
            f"{part['part']}.{name}"
            for part in copy["parts"]
            for row in part["rows"]
            for name, value in row.items()
            if person.token in json.dumps(value)
        }
        assert person.places - shown - hidden() == set()
        for word in ("events.note", "events.closing", "events.detail", "tickets.packet", "outbox.payload"):
            assert f"{person.token}.{word}" in text
        (file,) = copy["files"]
        content = (tmp_path / f"{person.token}.json.files" / Path(file).name).read_text()
        assert content == f"{person.token}.files.content"


@pytest.fixture
def running(small_index: Path, tmp_path: Path) -> Iterator[Callable[[], ServiceProcess]]:
    """A service over the data folder; it is started by the call."""
    services: list[ServiceProcess] = []

    def start() -> ServiceProcess:
        service = ServiceProcess(small_index, tmp_path / "data", ANSWERDESK_LOG_LEVEL="INFO")
        services.append(service)
        service.start()
        return service

    yield start
    for service in services:
        service.kill()


@people_counts
def test_nothing_is_left_of_who_was_erased_beside_a_running_service_and_after_a_restart(
    running: Callable[[], ServiceProcess], tmp_path: Path, amount: int
) -> None:
    data = tmp_path / "data"
    planted = populated(data, amount)
    gone, stay = planted[::2], planted[1::2]
    assert any("attachments/" in name for name in on_disk(data, gone))
    before = same(data, stay, tmp_path / "before")
    service = running()
    for person in gone:
        status, told = command("customers", "erase", person.who, "--data", data, "--yes")
        assert status == 0, told
        assert "files on disk         1  removed" in told
        assert person.token not in told
    assert on_disk(data, gone) == {}
    assert len(on_disk(data, stay)) >= 2, "the scan finds who is there"
    service.kill()
    service.start()
    assert on_disk(data, gone) == {}
    service.stop()
    assert on_disk(data, gone) == {}
    assert same(data, stay, tmp_path / "after") == before
    for person in gone:
        status, told = command("customers", "export", person.who, "--data", data, "--out", tmp_path / "none.json")
        assert (status, (tmp_path / "none.json").exists()) == (2, False), told
    print(f"{amount} people, {len(gone)} erased: {len(on_disk(data, gone))} live files with a byte of them")


def test_figures_stay(tmp_path: Path) -> None:
    data = tmp_path / "data"
    planted = populated(data, 5)
    counted = [place.table for place in PERSONAL if place.fate is not places.Fate.REMOVED]

    def figures() -> dict[str, int]:
        database = open_database(f"sqlite:///{data / DATABASE_FILE}")
        with database.snapshot() as tx:
            found = {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in counted}
        database.close()
        return found

    before = figures()
    for person in planted:
        assert command("customers", "erase", person.who, "--data", data, "--yes")[0] == 0
    after = figures()
    assert before.pop("events") > after.pop("events") > 0
    assert before == after
    assert on_disk(data, planted) == {}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_erasure_did_nothing_or_is_ended_by_the_next_start(tmp_path: Path, point: str) -> None:
    data = tmp_path / "data"
    person, *others = populated(data, 3)
    child = [sys.executable, str(CHILD), point, person.who, str(data)]
    assert subprocess.run(child, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, check=False).returncode == -9
    if point == POINTS[0]:
        copy, _ = exported(data, person, tmp_path / "whole.json")
        assert len(copy["parts"]) >= len(PERSONAL) - 2
        assert len(copy["files"]) == 1
        return
    assert on_disk(data, [person]) != {}
    assert command("customers", "export", person.who, "--data", data, "--out", tmp_path / "none.json")[0] == 2
    assert command("retention", "--data", data)[0] == 0
    if point == POINTS[1]:  # what `file_sweep.py` does within twenty minutes
        digests = {one.digest for one in others}
        assert AttachmentFiles(data / FOLDER).sweep(lambda found: digests & set(found), settled=0) == 1
    assert on_disk(data, [person]) == {}
    assert len(on_disk(data, others)) >= 2


@pytest.mark.parametrize(
    ("overwriting", "left_out"),
    [("PRAGMA secure_delete=OFF", "VACUUM"), (engine.OVERWRITING, "wal_checkpoint")],
    ids=["no new file", "log not cut off"],
)
def test_the_scan_finds_what_a_careless_eraser_leaves(
    tmp_path: Path, overwriting: str, left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    planted = populated(data, FEW)
    keep_open = open_database(f"sqlite:///{data / DATABASE_FILE}")  # the log stays as long as somebody has it open
    with keep_open.snapshot() as tx:
        tx.execute(select(gaps.c.id)).all()
    monkeypatch.setattr(engine, "OVERWRITING", overwriting)
    monkeypatch.setattr(scrub, "STATEMENTS", tuple(one for one in scrub.STATEMENTS if left_out not in one))
    for person in planted[::2]:
        assert command("customers", "erase", person.who, "--data", data, "--yes")[0] == 0
    assert on_disk(data, planted[::2]) != {}
    keep_open.close()
