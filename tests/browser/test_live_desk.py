"""A customer and an agent at once: each sees the other write and read, and files go both ways to be saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import looks_right, violations
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Agent, Desk
from tests.browser.widget import Widget

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)


@pytest.fixture
def both(new_page: PageMaker, desk: Desk, agent: Agent) -> tuple[Widget, Console]:
    """The customer waits for a person; the agent has the ticket open. Each page is in the foreground of its own."""
    widget = Widget.in_shop(new_page(bypass_csp=True), desk.url)
    widget.ask_for_person()
    widget.write("My lamp hums")
    ticket = agent.ticket_of(widget.identifiers[0])
    return widget, Console(new_page(bypass_csp=True), desk.url).let_in().open(ticket)


def test_each_side_sees_the_other_write_until_it_is_over(both: tuple[Widget, Console]) -> None:
    widget, console = both
    writing = console.page.locator("#writing")
    widget.text.press_sequentially("It is", delay=20)
    expect(writing).to_have_text("The customer is writing…", timeout=PATIENCE_MS)
    console.composer.press_sequentially("Let me", delay=20)
    dots = widget.inside.locator("#live")
    expect(dots).to_contain_text("Maya", timeout=PATIENCE_MS)
    expect(writing).to_have_text("")
    expect(dots).to_have_text("")
    console.composer.press_sequentially(" see")
    expect(dots).to_contain_text("Maya", timeout=PATIENCE_MS)
    console.send()
    expect(widget.log).to_contain_text("Let me see", timeout=PATIENCE_MS)
    expect(dots).to_have_text("")
    expect(writing).to_have_text("")


def test_each_side_sees_what_the_other_has_read_also_after_a_reload(both: tuple[Widget, Console]) -> None:
    widget, console = both
    expect(widget.mine.last.locator(".status")).to_have_text("Seen", timeout=PATIENCE_MS)
    console.composer.fill("Is it the lamp in the hall?")
    console.send()
    read = console.transcript.locator(".turn.agent .read")
    expect(read).to_have_text("Read by the customer", timeout=PATIENCE_MS)
    console.page.reload()
    expect(read).to_have_count(1, timeout=PATIENCE_MS)
    widget.page.reload()
    expect(widget.mine.last.locator(".status")).to_have_text("Seen", timeout=PATIENCE_MS)
    assert violations(widget.frame) == []
    assert violations(console.page) == []


def test_what_is_not_looked_at_is_not_read(new_page: PageMaker, both: tuple[Widget, Console]) -> None:
    widget, console = both
    widget.button("Close chat").click()
    console.composer.fill("Still there?")
    console.send()
    expect(console.transcript).to_contain_text("Still there?", timeout=PATIENCE_MS)
    console.page.wait_for_timeout(1000)
    read = console.transcript.locator(".turn.agent .read")
    expect(read).to_have_count(0)
    widget.launcher.click()
    expect(read).to_have_count(1, timeout=PATIENCE_MS)


def test_files_go_both_ways_and_are_saved_as_they_were(both: tuple[Widget, Console], tmp_path: Path) -> None:
    widget, console = both
    asked: list[str] = []
    for page in (widget.page, console.page):
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    photo = {"name": "<img src=x onerror=alert(1)>.png", "mimeType": "text/html", "buffer": PNG}
    widget.inside.locator("#file").set_input_files(photo)
    sent = widget.mine.last.get_by_role("button", name="Save the file")
    expect(sent).to_contain_text("_img src=x onerror=alert(1)_.png", timeout=PATIENCE_MS)
    there = console.transcript.get_by_role("link", name="onerror")
    expect(there).to_be_visible(timeout=PATIENCE_MS)
    assert _saved(console.page, there.click, tmp_path / "a") == PNG

    console.page.locator("#file").set_input_files(
        [
            {"name": "label.txt", "mimeType": "text/plain", "buffer": b"Send it to us."},
            {"name": "other.txt", "mimeType": "text/plain", "buffer": b"Another customer's"},
        ]
    )
    staged = console.page.get_by_role("list", name="Files that go with the reply")
    expect(staged).to_contain_text("label.txt")
    looks_right(console.page)
    console.button("Take off other.txt").click()
    expect(console.button("Attach a file")).to_be_focused()
    console.composer.fill("Here is the label.")
    expect(widget.log.locator(".turn.agent")).to_have_count(0)
    console.send()
    expect(staged).to_be_hidden(timeout=PATIENCE_MS)
    expect(widget.log.locator(".turn.agent")).to_have_count(2, timeout=PATIENCE_MS)
    came = widget.log.locator(".turn.agent .file")
    expect(came).to_contain_text("label.txt", timeout=PATIENCE_MS)
    assert _saved(widget.page, came.click, tmp_path / "b") == b"Send it to us."
    for place in (widget.frame, console.page):
        assert violations(place) == []
    assert asked == []


def test_a_refused_file_is_told_to_both_sides(both: tuple[Widget, Console]) -> None:
    widget, console = both
    page = {"name": "x.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script>"}
    widget.inside.locator("#file").set_input_files(page)
    expect(widget.inside.locator("#count")).to_contain_text("not accepted", timeout=PATIENCE_MS)
    console.page.locator("#file").set_input_files(page)
    console.button("Send reply").click()
    expect(console.alert).to_contain_text("“x.png” was not sent: ", timeout=PATIENCE_MS)
    expect(console.alert).to_contain_text("not accepted")
    console.button("Take off x.png").click()
    expect(console.page.locator("#staged")).to_be_hidden()
    big = {"name": "x.txt", "mimeType": "text/plain", "buffer": b"x" * 5_000_001}
    widget.inside.locator("#file").set_input_files(big)
    expect(widget.inside.locator("#count")).to_have_text("A file may have at most 5 MB.")


def _saved(page: Page, click: object, path: Path) -> bytes:
    with page.expect_download() as download:
        click()  # type: ignore[operator]
    download.value.save_as(path)
    return path.read_bytes()


def test_a_desk_whose_stream_is_refused_for_now_goes_on_asking_and_misses_nothing(
    both: tuple[Widget, Console],
) -> None:
    widget, console = both
    tries: list[str] = []

    def refuse_twice(route: Route) -> Any:
        tries.append(route.request.url)
        if len(tries) > 2:
            return route.continue_()
        return route.fulfill(status=429, headers={"Retry-After": "1"}, json={"error": "too_many_requests"})

    console.page.route("**/v1/desk/events*", refuse_twice)
    console.page.reload()
    expect(console.page.locator("#live")).to_have_text("Connection lost, trying again", timeout=PATIENCE_MS)
    widget.write("It hums louder")
    console.live()
    expect(console.transcript).to_contain_text("It hums louder", timeout=PATIENCE_MS)
    assert len(tries) == 3
