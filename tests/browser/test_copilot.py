"""The staff copilot in a real browser: who gets in, what it shows, that it asks nobody else for anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.copilot import process
from bot.copilot.process import Child
from bot.settings import Settings
from tests.browser.axe import violations
from tests.browser.console import PATIENCE_MS
from tests.browser.desk import AGENT_EMAIL, AGENT_PASSWORD, Desk
from tests.browser.staff_copilot import ask, sign_in
from tests.loopback import NO_TLS
from tests.service_process import free_port

START_SECONDS = 90
LIMIT = "What refund limit may be given without approval?"


@pytest.fixture(scope="module")
def copilot(desk: Desk, small_index: Path) -> Iterator[str]:
    """`python -m bot copilot` beside the service, over the same data; its address."""
    port = free_port()
    data = desk.data
    child = process.start(Settings(index_dir=small_index, data_dir=data, cookie_secure=False), port)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(url, child, data / process.LOG_FILE)
        yield url
    finally:
        child.stop()


def _until_up(url: str, child: Child, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert child.process.poll() is None, log.read_text()[-3000:]
        try:
            if httpx2.get(f"{url}/health", verify=NO_TLS, trust_env=False, timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser) -> Page:
    """A page whose requests this module checks itself: the copilot has an address of its own."""
    width = getattr(request, "param", 1280)
    context = chromium.new_context(viewport={"width": width, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def test_staff_get_an_internal_answer_with_its_steps_and_no_request_leaves(page: Page, copilot: str) -> None:
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    frames = sign_in(page, copilot, AGENT_EMAIL, AGENT_PASSWORD)
    ask(page, LIMIT, frames)
    expect(page.get_by_text("Source:").first).to_be_visible()
    expect(page.get_by_text("INTERNAL, staff only").first).to_be_visible()
    for step in ("standalone question", "passages", "chosen spans"):
        expect(page.get_by_text(step).first).to_be_visible()
    page.get_by_text("passages").first.click()
    expect(page.get_by_role("columnheader", name="Score")).to_be_visible()
    assert [url for url in asked if not url.startswith((copilot, "data:", "blob:"))] == []


def _beside_an_open_menu(page: Page) -> list[str]:
    """Chainlit's menus are modal (Radix): as long as one is open the page is hidden, its main part and heading too."""
    expect(page.get_by_role("menu")).to_be_visible()
    hidden = ("landmark-one-main:", "page-has-heading-one:")
    return [each for each in violations(page) if not each.startswith(hidden)]


@pytest.mark.parametrize("page", [1280, 390], indirect=True)
def test_axe_finds_nothing_on_any_page_of_the_copilot(page: Page, copilot: str) -> None:
    page.goto(copilot)
    expect(page.get_by_role("button", name="Sign In")).to_be_visible()
    assert violations(page) == []
    frames = sign_in(page, copilot, AGENT_EMAIL, AGENT_PASSWORD)
    expect(page.get_by_role("button", name="How do I return an order?")).to_be_visible()
    assert violations(page) == []
    ask(page, LIMIT, frames)
    expect(page.get_by_text("Source:").first).to_be_visible()
    page.get_by_text("passages").first.click()
    expect(page.get_by_role("columnheader", name="Score")).to_be_visible()
    assert violations(page) == []
    account, theme = page.get_by_role("button", name="Your account"), page.locator("#theme-toggle")
    account.click()
    assert _beside_an_open_menu(page) == []
    page.keyboard.press("Escape")
    expect(account).to_be_focused()
    theme.click()
    assert _beside_an_open_menu(page) == []
    page.get_by_role("menuitem", name="Dark").click()
    expect(page.locator("html.dark")).to_have_count(1)
    assert violations(page) == []
    unnamed = page.locator("button[aria-label=Button]")
    assert [each.get_attribute("id") or each.inner_html()[:200] for each in unnamed.all()] == []


def test_who_is_signed_in_at_the_console_is_signed_in_here(page: Page, desk: Desk, copilot: str) -> None:
    page.goto(f"{desk.url}/console")
    page.get_by_label("E-mail").fill(AGENT_EMAIL)
    page.get_by_label("Password").fill(AGENT_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#lines")).to_be_visible()
    page.goto(copilot)
    expect(page.locator("#chat-input")).to_be_visible()


def test_strangers_and_foreign_pages_get_nothing(copilot: str) -> None:
    with httpx2.Client(base_url=copilot, verify=NO_TLS, trust_env=False) as client:
        assert client.get("/project/settings").status_code == 401
        assert client.get("/user").status_code == 401
        for path in ("/docs", "/openapi.json", "/project/file/x", "/project/thread/x", "/mcp", "/copilot/index.js"):
            assert client.get(path).status_code == 404, path
        wrong = {"username": AGENT_EMAIL, "password": "guess"}
        own = {"Origin": copilot}
        assert client.post("/login", data=wrong, headers=own).status_code == 401
        right = {"username": AGENT_EMAIL, "password": AGENT_PASSWORD}
        assert client.post("/login", data=right, headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.post("/login", data=right).status_code == 403
        assert client.get("/ws/socket.io/?EIO=4&transport=polling", headers={"Origin": "null"}).status_code == 403
        assert client.post("/project/file", headers=own).status_code == 404


def test_nothing_is_written_into_the_repository(copilot: str) -> None:
    root = Path(__file__).parents[2]
    for name in (".chainlit", ".files", "chainlit.md", "public"):
        assert not (root / name).exists()
