"""Owns driving the widget as a customer does. Refuses to look behind the page but for its storage."""

from __future__ import annotations

import json
from dataclasses import dataclass

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

SAID_BY_BOT = "contains(concat(' ', @class, ' '), ' bot ')"
PLACE = "each => [...each.parentElement.querySelectorAll('.turn.bot:not(:first-child)')].indexOf(each)"


@dataclass(frozen=True)
class Widget:
    """The launcher and the chat on one page."""

    page: Page

    @classmethod
    def in_shop(cls, page: Page, url: str) -> Widget:
        """On the demo shop of the service at `url`, open and greeted."""
        page.goto(f"{url}/demo")
        return cls(page).open()

    @property
    def launcher(self) -> Locator:
        return self.page.locator("[data-answerdesk-launcher] button")

    @property
    def inside(self) -> FrameLocator:
        return self.page.frame_locator("[data-answerdesk-launcher] iframe")

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/widget/frame.html" in frame.url)

    @property
    def text(self) -> Locator:
        return self.inside.locator("#text")

    @property
    def log(self) -> Locator:
        return self.inside.locator("#log")

    @property
    def mine(self) -> Locator:
        return self.log.locator(".turn.mine")

    @property
    def answers(self) -> Locator:
        """What the assistant said, the greeting left out."""
        return self.log.locator(".turn.bot:not(:first-child)")

    def open(self) -> Widget:
        self.launcher.click()
        return self.greeted()

    def greeted(self) -> Widget:
        expect(self.log.locator(".turn.bot").first).to_be_visible()
        return self

    def write(self, text: str) -> None:
        self.text.fill(text)
        self.text.press("Enter")

    def ask(self, text: str) -> Locator:
        """Ask and wait; the assistant's answer to this message, not to one that was still on its way."""
        self.write(text)
        answer = self.mine.filter(has_text=text).last.locator(f"xpath=following-sibling::*[{SAID_BY_BOT}]").first
        expect(answer).to_be_visible()
        return self.answers.nth(answer.evaluate(PLACE))

    def arrived(self) -> None:
        """The last message came, and nobody has read it yet."""
        expect(self.mine.last.locator(".status")).to_have_text("Delivered. The team sees it.")

    def button(self, name: str) -> Locator:
        return self.inside.get_by_role("button", name=name)

    def ask_for_person(self) -> None:
        self.button("Talk to a person").click()
        expect(self.inside.locator("#strip")).to_contain_text("Passed on to a person")

    def kept(self) -> dict[str, str]:
        """What the chat page has in its storage."""
        return self.frame.evaluate("() => ({ ...localStorage })")

    @property
    def identifiers(self) -> tuple[str, str]:
        """Conversation and token."""
        entry = next(
            json.loads(value)
            for key, value in self.kept().items()
            if key.startswith("answerdesk:frame:") and "{" in value
        )
        return entry["id"], entry["token"]
