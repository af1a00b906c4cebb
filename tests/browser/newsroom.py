"""Owns a desk whose content team works in the console: articles taken in, a few cases, people who write and publish.

Refuses stand-ins: gate, build and service are processes as in production.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from bot.access import Role
from bot.articles_cli import commands
from bot.gaps import ledger
from bot.storage.engine import Database, open_database
from tests.browser.console import Console, visitor
from tests.browser.desk import MAYA, Desk, prepare, signed_in
from tests.conftest import ROOT, SAMPLE
from tests.served import warm
from tests.service_process import ServiceProcess

WRITER = ("wim@example.com", "a fourth long password")
LEAD = ("lena@example.com", "a third long password")
PINNED = "b-ans-002"
CASES = (PINNED, "b-ans-001", "b-ans-003")
ARTICLE = "hub-2-set-up"
FILE = "hub/hub-2-set-up.md"
WORDINGS = (
    "is there a wall bracket for the hub",
    "can hub 2 be mounted on the wall",
    "I have no shelf near the router, how do I hang the hub up on the wall?",
    "does hub 2 come with something to fix it to a wall",
)
ANSWER = "Hub 2 can be hung on a wall with the mount FW-WM2, which costs $12."
SECTION = f"\n## Hang Hub 2 on a wall\n{ANSWER} It is sold in the shop under Accessories.\n"
NEEDED = "   - If the code will not scan, tap Enter code and type the 11 digits printed below it.\n"
NOT_SAID = "Can Hub 2 be screwed to the wall or hung upside down under a shelf? I see no holes."


@dataclass(frozen=True)
class Newsroom:
    """The desk with its folders."""

    desk: Desk
    kb: Path
    index: Path
    data: Path

    @property
    def url(self) -> str:
        return self.desk.url

    def database(self) -> Database:
        return open_database(f"sqlite:///{self.data / 'answerdesk.db'}")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """One of our own commands, as a person types it."""
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=self.desk.process.env, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    def gap(self) -> str:
        """What customers asked, answered by a person."""
        asked = []
        with signed_in(self.url) as agent:
            for text in WORDINGS:
                customer = visitor(self.desk)
                customer.hand_off(text)
                agent.reply(customer.id, ANSWER)
                asked.append(customer.read()["messages"][0]["id"])
        with self.desk.transaction() as tx:
            return ledger.open_gap(tx, asked)

    def manuscript(self, article_id: str = ARTICLE) -> str:
        """The article's address in the console."""
        from bot.publishing import manuscripts

        with self.desk.transaction() as tx:
            held = manuscripts.of_article(tx, article_id)
        assert held is not None
        return f"{self.url}/console/library/{held.id}"


def open_newsroom(folder: Path, small_index: Path, *, git: bool) -> Newsroom:
    """Everything prepared, and the service running."""
    kb, index, data = folder / "kb", folder / "index", folder / "data"
    for path in (ROOT / "data" / "kb").rglob("*.md"):
        if path.stem in SAMPLE:
            target = kb / path.relative_to(ROOT / "data" / "kb")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copytree(small_index, index)
    warm(small_index, data)
    (data / "cases").mkdir(parents=True, exist_ok=True)
    (data / "cases" / "few.jsonl").write_text("\n".join(_cases()) + "\n", encoding="utf-8")
    prepare(data, MAYA, (WRITER[0], "Wim", Role.CONTENT, WRITER[1]), (LEAD[0], "Lena", Role.LEAD, LEAD[1]))
    env = {
        "ANSWERDESK_COOKIE_SECURE": "false", "ANSWERDESK_DATA_DIR": str(data),
        "ANSWERDESK_CASES_DIR": str(data / "cases"),
    }  # fmt: skip
    env |= {"ANSWERDESK_ARTICLES_DIR": str(kb)} if git else {}
    process = ServiceProcess(index, data, **env)
    room = Newsroom(Desk(process), kb, index, data)
    if not git:
        taken = CliRunner(env=process.env).invoke(commands, ["take-in", "--source", str(kb), "--data", str(data)])
        assert taken.exit_code == 0, taken.output
    process.start()
    room.desk.warm_up()
    return room


def sign_in(page: Page, room: Newsroom, person: tuple[str, str]) -> Page:
    """Somebody of the content team; who only writes has no queue, and lands on the way to the articles."""
    Console(page, room.url).arrive("/console/library", *person)
    expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
    return page


def body(page: Page) -> str:
    return page.get_by_label("Text", exact=True).input_value()


def saved(page: Page) -> None:
    expect(page.locator("#kept")).to_have_text(re.compile(r"Saved at"))


_DONE = """async () => {
  const path = `/v1/manuscripts/${document.body.dataset.manuscript}/impact`;
  return (await (await fetch(path)).json()).state === 'done';
}"""


def looked_at(page: Page) -> None:
    """Ask the gate and wait for it; the page shows it by itself."""
    with page.expect_response(lambda answer: "/impact?kind=" in answer.url):
        page.get_by_role("button", name="See what it does to the answers").click()
    page.wait_for_function(_DONE, timeout=180_000, polling=500)
    expect(page.locator('[data-impact="done"]')).not_to_contain_text("ask again", timeout=60_000)
    expect(page.locator('#standing [data-busy="no"]')).to_be_attached(timeout=60_000)


def _cases() -> list[str]:
    lines = [line for file in sorted((ROOT / "data" / "eval").glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    found = {case["id"]: case for line in lines if (case := json.loads(line))["id"] in CASES}
    return [json.dumps(found[name] | ({"pinned": True} if name == PINNED else {})) for name in CASES]
