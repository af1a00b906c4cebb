"""Owns driving the staff copilot's page, which is Chainlit's. Refuses to look at what it answers."""

from __future__ import annotations

from playwright.sync_api import Page


def sign_in(page: Page, address: str, email: str, password: str) -> list[str]:
    """Signed in; what the page will hear over its socket."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.goto(address)
    page.locator("input").first.fill(email)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.locator("#chat-input").wait_for()
    return frames


def ask(page: Page, text: str, frames: list[str]) -> None:
    """Chainlit shows, but never sends, what is written before its page has joined the session: then ask again."""
    for _ in range(4):
        page.locator("#chat-input").click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        for _ in range(60):
            if any("task_start" in frame for frame in frames):
                return
            page.wait_for_timeout(100)
    raise AssertionError(frames)
