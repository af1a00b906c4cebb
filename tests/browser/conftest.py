"""Owns what every browser test needs: Chromium, one running service, a website around the widget, an agent.

Refuses stand-ins: the service is `python -m bot serve` on a socket, over `small_index`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.console import Console
from tests.browser.demo import Demo, DemoProcess, running
from tests.browser.desk import IDENTITY_KEY, MAYA, Agent, Desk, prepare, signed_in
from tests.browser.other_desk import OtherDesk
from tests.browser.website import Website
from tests.browser.widget import Widget
from tests.conftest import ROOT, SAMPLE
from tests.served import SERVICE_KEY, warm
from tests.service_process import ServiceProcess

# Debian's Chromium without a window's parts takes a third less time; the whole one does as well.
CHROMIUM = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # No page lives long enough to earn back what optimising its scripts costs: a quarter of Chromium's time.
    "--js-flags=--no-turbofan --no-maglev",
]  # fmt: skip
# A busy machine is no failure: nothing waits this long on a quiet one.
PATIENCE_MS = 30_000
# Where a demo runs that the journey is to use (`make journey`), and the file with its sign-in.
DEMO_URL = "DEMO_URL"
DEMO_SIGN_IN = "DEMO_SIGN_IN"
# The files that take the longest, by far. The others go between what is left of them.
LONGEST = (
    "test_articles", "test_demo_journey", "test_hostile_customer", "test_console_desk", "test_widget_person",
    "test_widget_continuity",
)  # fmt: skip
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: a worker that began one last would leave the others without work."""
    here = Path(__file__).parent
    items.sort(key=lambda item: (item.path.parent == here, item.path.stem not in LONGEST))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; each test has its own context."""
    installed = [path for path in CHROMIUM if path.exists()]
    if not installed:
        pytest.skip("Debian's chromium-headless-shell is not installed (.ci/run installs it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(installed[0]), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def website() -> Iterator[Website]:
    """A website on another origin, with a strict policy."""
    with Website() as site:
        yield site


@pytest.fixture(scope="session")
def other_desk() -> Iterator[OtherDesk]:
    """A help desk of another maker, on another website."""
    with OtherDesk() as site:
        yield site


@pytest.fixture(scope="session")
def desk(
    small_index: Path, website: Website, other_desk: OtherDesk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The running service, with one agent's account."""
    data = tmp_path_factory.mktemp("browser-data")
    prepare(data, MAYA)
    connections = data / "connections.yaml"
    connections.write_text(f"panel_origins: ['{other_desk.named}']\n")
    process = ServiceProcess(
        small_index,
        data,
        ANSWERDESK_SITE_ORIGINS=website.url,
        ANSWERDESK_IDENTITY_KEYS=IDENTITY_KEY,
        ANSWERDESK_SERVICE_KEYS=SERVICE_KEY,
        ANSWERDESK_CONNECTIONS_FILE=str(connections),
        ANSWERDESK_COOKIE_SECURE="false",
        ANSWERDESK_COMPANY_NAME="Fernwick Home",
    )
    try:
        process.start()
        website.embed(process.url)
        other_desk.embed(process.url)
        desk = Desk(process)
        desk.warm_up()
        yield desk
    finally:
        process.stop()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def demo(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration: the one at DEMO_URL, or one started as `make demo` does, over a few articles."""
    if url := os.environ.get(DEMO_URL):
        yield running(url, Path(os.environ.get(DEMO_SIGN_IN, ROOT / "var" / "data" / "demo-sign-in.json")))
        return
    folder = tmp_path_factory.mktemp("demo")
    articles, index, data = folder / "kb", folder / "index", folder / "data"
    shutil.copytree(ROOT / "data" / "kb", articles, ignore=_not_in_the_sample)
    shutil.copytree(small_index, index)  # the vectors are there already, the rest is built anew
    data.mkdir()
    warm(small_index, data)
    process = DemoProcess(articles, index, data)
    try:
        yield process.start()
    finally:
        ended = process.stop()
    assert ended == 0


@pytest.fixture(scope="session")
def agent(desk: Desk) -> Iterator[Agent]:
    """A signed-in agent, on the HTTP interface."""
    with signed_in(desk.url) as agent:
        yield agent


@pytest.fixture
def own_requests(chromium: Browser, desk: Desk, website: Website) -> Iterator[list[BrowserContext]]:
    """Contexts put in here fail the test when a page asked anybody else for anything, or threw an error."""
    seen: list[str] = []
    broken: list[str] = []

    class Watched(list[BrowserContext]):
        def append(self, context: BrowserContext) -> None:
            context.on("request", lambda request: seen.append(request.url))
            context.on("weberror", lambda error: broken.append(str(error.error)))
            super().append(context)

    contexts = Watched()
    yield contexts
    for context in contexts:
        context.close()
    allowed = (desk.url, website.url, "data:", "blob:")
    assert [url for url in seen if not url.startswith(allowed)] == []
    assert broken == []


@pytest.fixture
def new_page(chromium: Browser, own_requests: list[BrowserContext]) -> PageMaker:
    """Makes pages, each in a context of its own; options are those of `Browser.new_context`."""
    return PageMaker(chromium, own_requests)


@pytest.fixture
def other_pages(chromium: Browser) -> Iterator[PageMaker]:
    """The same for another service than `desk`."""
    contexts: list[BrowserContext] = []
    yield PageMaker(chromium, contexts)
    for context in contexts:
        context.close()


@pytest.fixture
def maya(new_page: PageMaker, desk: Desk) -> Console:
    """Maya, signed in, on no page yet."""
    return Console(new_page(), desk.url).let_in()


@pytest.fixture
def shop(new_page: PageMaker, desk: Desk) -> Page:
    """The demo shop, nothing clicked yet."""
    page = new_page()
    page.goto(f"{desk.url}/demo")
    return page


@pytest.fixture
def widget(shop: Page) -> Widget:
    """The widget on the demo shop, open and greeted."""
    return Widget(shop).open()


class PageMaker:
    """`new_page(**options)`. Nothing moves, as for people who asked for that; the journey has all the movement."""

    USUAL: ClassVar = {"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"}

    def __init__(self, browser: Browser, contexts: list[BrowserContext]) -> None:
        self._browser = browser
        self._contexts = contexts

    def __call__(self, **options: object) -> Page:
        context = self._browser.new_context(**self.USUAL | options)
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        return context.new_page()


def _not_in_the_sample(folder: str, names: list[str]) -> set[str]:
    files = {name for name in names if not (Path(folder) / name).is_dir()}
    return {name for name in files if Path(name).stem not in SAMPLE}
