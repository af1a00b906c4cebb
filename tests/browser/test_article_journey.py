"""A content person's way: edit, impact, mended, published, the answer changed in the widget, the gap closed. And the
same where git has the articles, with the terminal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PATIENCE_MS, PageMaker
from tests.browser.newsroom import (
    ANSWER,
    FILE,
    LEAD,
    NEEDED,
    NOT_SAID,
    PINNED,
    SECTION,
    WORDINGS,
    WRITER,
    Newsroom,
    body,
    looked_at,
    open_newsroom,
    saved,
    sign_in,
)
from tests.browser.widget import Widget

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


@pytest.fixture
def new_page(other_pages: PageMaker) -> PageMaker:
    return other_pages


@pytest.fixture
def room(request: pytest.FixtureRequest, small_index: Path, tmp_path: Path) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, small_index, git=request.param)
    yield opened
    opened.desk.process.stop()


def _write(page: Page, *, with_mistake: bool) -> None:
    """The missing section, how customers ask for it, and perhaps a line lost on the way."""
    text = body(page).replace(SECTION, "").rstrip("\n") + "\n" + SECTION
    if with_mistake:
        assert NEEDED in text
        text = text.replace(NEEDED, "")
    page.get_by_label("Text", exact=True).fill(text)
    page.locator("summary", has_text="About the article").click()
    asked = page.get_by_label("How customers ask for it")
    asked.fill(asked.input_value() + "\n" + "\n".join(WORDINGS))
    missing = page.get_by_label("What it does not answer")
    missing.fill(missing.input_value().replace(NOT_SAID, ""))
    saved(page)


def _put_back(page: Page) -> None:
    before = "5. Scan the QR code on the underside of the hub.\n"
    page.get_by_label("Text", exact=True).fill(body(page).replace(before, before + NEEDED))
    saved(page)


def _shop(new_page: PageMaker, room: Newsroom) -> Widget:
    return Widget.in_shop(new_page(), room.url)


def _is_passed_on(new_page: PageMaker, room: Newsroom) -> None:
    widget = _shop(new_page, room)
    widget.write(WORDINGS[0])
    expect(widget.inside.locator("#strip")).to_contain_text("Passed on to a person", timeout=PATIENCE_MS)


def _is_answered(new_page: PageMaker, room: Newsroom) -> None:
    expect(_shop(new_page, room).ask(WORDINGS[0])).to_contain_text(ANSWER, timeout=PATIENCE_MS)


def _clean(page: Page) -> None:
    looks_right_everywhere(page)
    page.set_viewport_size({"width": 1280, "height": 860})


@pytest.mark.parametrize("room", [False], indirect=True, ids=["console"])
def test_in_the_console(room: Newsroom, new_page: PageMaker) -> None:
    gap = room.gap()
    _is_passed_on(new_page, room)
    writer = sign_in(new_page(), room, WRITER)
    writer.goto(f"{room.url}/console/gaps/{gap}")
    writer.get_by_role("link", name="Find the article").click()
    writer.get_by_role("link", name="Set up Hub 2").click()
    _write(writer, with_mistake=True)
    looked_at(writer)
    expect(writer.locator(f'[data-case="{PINNED}"]')).to_contain_text("In the way")
    expect(writer.locator(".gate")).to_contain_text(PINNED)
    _clean(writer)
    _put_back(writer)
    looked_at(writer)
    expect(writer.locator(".gate")).to_have_text("No pinned or answered question gets worse.")
    writer.get_by_role("button", name="Hand in for review").click()
    expect(writer.locator('[data-state="review"]')).to_be_visible()
    assert writer.get_by_role("button", name="Publish…").count() == 0
    lead = sign_in(new_page(), room, LEAD)
    lead.goto(writer.url)
    lead.get_by_role("button", name="Publish…").click()
    lead.get_by_role("button", name="Publish", exact=True).click()
    expect(lead.locator('[data-state="published"]')).to_be_visible(timeout=180_000)
    expect(lead.locator("#standing")).to_contain_text("chat, search, suggestions and help centre answer from this")
    _clean(lead)
    _is_answered(new_page, room)
    lead.goto(f"{room.url}/console/gaps/{gap}")
    lead.get_by_role("button", name="Close", exact=True).click()
    expect(lead.locator('[data-status="closed"]')).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("room", [True], indirect=True, ids=["git"])
def test_with_git_and_the_terminal(room: Newsroom, new_page: PageMaker, tmp_path: Path) -> None:
    _git(room.kb, "init", "-q")
    _git(room.kb, "add", ".")
    _git(room.kb, "commit", "-qm", "Articles")
    gap = room.gap()
    _is_passed_on(new_page, room)
    page = sign_in(new_page(), room, LEAD)
    page.goto(room.manuscript())
    _write(page, with_mistake=True)
    looked_at(page)
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "-q", str(room.kb), str(clone))
    _apply(page, clone, tmp_path / "first.patch")
    in_terminal = _impact(room, str(clone), status=1)
    assert _compared(in_terminal) == _compared(_result(room))
    assert in_terminal["blocking"] == [PINNED]
    assert page.get_by_role("button", name="Publish…").count() == 0
    _put_back(page)
    looked_at(page)
    in_console = _result(room)
    _apply(page, room.kb, tmp_path / "second.patch")
    assert _compared(_impact(room, "--against", "HEAD", status=0)) == _compared(in_console)
    built = room.run("kb_ingest", "build", "--source", str(room.kb), "--index", str(room.index), "--json")
    generation = json.loads(built.stdout)["generation"]
    page.wait_for_function(
        "async (wanted) => (await (await fetch('/readyz')).json()).generation === wanted", arg=generation
    )
    _is_answered(new_page, room)
    closed = room.run("bot", "gaps", "close", gap, "--index", str(room.index), "--data", str(room.data))
    assert closed.returncode == 0, closed.stderr


def _git(folder: Path, *command: str) -> None:
    named = ["-c", "user.name=Wim", "-c", "user.email=wim@example.com"]
    subprocess.run(["git", "-C", str(folder), *named, *command], check=True, capture_output=True)


def _apply(page: Page, folder: Path, target: Path) -> None:
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the patch").click()
    downloaded.value.save_as(target)
    _git(folder, "apply", str(target))
    assert SECTION in (folder / FILE).read_text(encoding="utf-8")


def _impact(room: Newsroom, *what: str, status: int) -> dict[str, object]:
    places = ["--kb", str(room.kb), "--cases", str(room.data / "cases"), "--work", str(room.data / "terminal")]
    done = room.run("eval", "impact", *what, *places, "--log", "--json")
    assert done.returncode == status, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _compared(found: dict[str, object]) -> dict[str, object]:
    """All of it but the time it took."""
    return {name: value for name, value in found.items() if name != "seconds"}


def _result(room: Newsroom) -> dict[str, object]:
    from bot.publishing import impact, manuscripts

    database = room.database()
    with database.snapshot() as tx:
        held = manuscripts.of_article(tx, "hub-2-set-up")
        assert held is not None
        seen = impact.latest(tx, held.id)
    database.close()
    assert seen is not None
    assert seen.result is not None
    found: dict[str, object] = json.loads(seen.result)
    return found
