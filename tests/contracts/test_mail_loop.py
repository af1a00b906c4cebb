"""The e-mail loop with a real SMTP and a real IMAP server, and the whole service between them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.mail_servers import DESK, MailServers, mail_servers
from tests.served import Served, Staff, serving

QUESTION = "How do I set up Hub 2?"
UNKNOWN = "Is there a student discount for the garden lamp in Norway?"
SECONDS = 30.0


@dataclass(frozen=True)
class Post:
    """The service and the mail servers around it."""

    served: Served
    servers: MailServers

    def send(self, sender: str, text: str, subject: str = "", **headers: str) -> str:
        """A mail comes in; its Message-ID."""
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = DESK
        if subject:
            mail["Subject"] = subject
        mail["Message-ID"] = headers.pop("message_id", f"<{secrets.token_hex(8)}@customer.example>")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.servers.put(mail.as_bytes())
        return str(mail["Message-ID"])

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.servers.post.letters() if letter["To"] == address]

    def next_letter(self, address: str, nth: int = 1) -> EmailMessage:
        self.until(lambda: len(self.letters_to(address)) >= nth)
        return self.letters_to(address)[nth - 1]

    def until(self, done: Callable[[], Any]) -> None:
        deadline = time.monotonic() + SECONDS
        while not done():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def handled(self) -> None:
        """Every mail was handled, and whatever follows is on its way."""
        self.until(lambda: self.servers.unseen() == 0)


def reply_to(letter: EmailMessage) -> dict[str, str]:
    """The headers of an answer, as mail programs make them."""
    references = f"{letter.get('References', '')} {letter['Message-ID']}".strip()
    return {"In_Reply_To": str(letter["Message-ID"]), "References": references, "subject": f"Re: {letter['Subject']}"}


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def someone() -> str:
    return f"anna.{secrets.token_hex(4)}@customer.example"


@pytest.fixture(scope="module")
def post(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("post")
    with (
        mail_servers(folder / "pymap.log") as servers,
        serving(small_index, folder / "data", **servers.settings) as served,
    ):
        yield Post(served, servers)


@pytest.fixture(scope="module")
def agent(post: Post) -> Staff:
    return post.served.staff()


def ticket_of(agent: Staff, words: str) -> dict[str, Any]:
    found = agent.client.get("/v1/tickets", params={"q": words}).json()["tickets"]
    return found[0] if found else {}


def test_a_question_is_answered_by_mail_and_a_reply_reaches_a_person(post: Post, agent: Staff) -> None:
    anna = someone()
    asked = post.send(anna, QUESTION, "Hub")
    answer = post.next_letter(anna)
    assert "Automated answer" in words(answer)
    assert "reply" in words(answer)
    assert answer["In-Reply-To"] == asked
    assert answer["Auto-Submitted"] == "auto-replied"
    assert ticket_of(agent, anna) == {}
    note = f"That did not help with my hub {secrets.token_hex(4)}"
    post.send(anna, f"{note}\n\nOn Monday, Fernwick <{DESK}> wrote:\n> {words(answer)[:40]}", **reply_to(answer))
    told = post.next_letter(anna, 2)
    ticket = ticket_of(agent, note.split()[-1])
    assert ticket["reason"] == "asked_for_person"
    detail = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    assert detail["packet"]["target"]["told_customer"] in words(told).replace("\n", " ")
    assert detail["messages"][-2]["text"] == note
    said = agent.client.post(f"/v1/tickets/{ticket['id']}/reply", json={"text": "Please hold the button for 10 s."})
    assert said.status_code == 200
    reply = post.next_letter(anna, 3)
    assert "Please hold the button for 10 s." in words(reply)
    assert reply["Auto-Submitted"] is None
    assert reply["In-Reply-To"] in reply["References"]
    assert str(asked) in reply["References"]
    thanks = f"It works now, order FW-{secrets.randbelow(900000) + 100000}"
    post.send(anna, thanks, **reply_to(reply))
    post.until(
        lambda: thanks in [m["text"] for m in agent.client.get(f"/v1/tickets/{ticket['id']}").json()["messages"]]
    )
    assert len(post.letters_to(anna)) == 3
