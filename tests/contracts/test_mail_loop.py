"""The e-mail loop with a real SMTP and a real IMAP server, and the whole service between them."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import select, update

from bot.api.still_fine_watch import look
from bot.channels import receive as receiving
from bot.channels.mail_worker import send_due
from bot.channels.mails import Mail, Standing
from bot.channels.receive import receive
from bot.conversation import conversations
from bot.conversation.attachment_files import AttachmentFiles
from bot.customers import records
from bot.customers.identity import Identity
from bot.errors import Unavailable
from bot.integrations import delivery_queue
from bot.storage import clock
from bot.storage.mail_tables import contact_codes
from bot.storage.tables import messages, outbox, tickets
from tests.automatic_mails import automatic_mails, mails_of_people
from tests.browser.payloads import PAYLOADS
from tests.hostile_mails import HOSTILE
from tests.mail_servers import DESK, MailServers, mail_servers
from tests.patience import until
from tests.served import Served, Staff, Visitor, serving

QUESTION = "How do I set up Hub 2?"
IDENTITY_KEY = "a-key-of-the-website-of-32-bytes-or-more"
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

    def letters_in_all(self, address: str, least: int) -> int:
        """How many there are once there are so many: the service's own round may be sending the last one."""
        self.until(lambda: len(self.letters_to(address)) >= least)
        return len(self.letters_to(address))

    def next_letter(self, address: str, nth: int = 1) -> EmailMessage:
        self.until(lambda: len(self.letters_to(address)) >= nth)
        return self.letters_to(address)[nth - 1]

    def until(self, done: Callable[[], Any]) -> None:
        assert until(done, SECONDS)

    def handled(self) -> None:
        """Every mail that lies in the mailbox is handled."""
        assert self.servers.handled(SECONDS)

    def deliver(self, raw: bytes) -> Mail:
        """Handle a mail at once, in the service and through all of it but the mailbox; then send what follows."""
        worker = self.served.app.state.service.mail
        mail = receive(worker.desk, raw)
        while send_due(worker.desk, clock.now()).delivered:
            pass
        return mail


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
        serving(small_index, folder / "data", identity_keys=IDENTITY_KEY, **servers.settings) as served,
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
    assert post.letters_in_all(anna, 3) == 3


def test_what_nobody_can_answer_becomes_a_ticket_and_is_acknowledged_in_the_customers_language(
    post: Post, agent: Staff
) -> None:
    otto = someone()
    mark = secrets.token_hex(4)
    post.send(otto, f"Guten Tag, gibt es für Studenten einen Rabatt auf die Gartenlampe in Norwegen? {mark}", "Rabatt")
    told = post.next_letter(otto)
    ticket = ticket_of(agent, mark)
    assert "Automatische Nachricht" in words(told)
    assert ticket["first_response_due"]
    detail = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    assert detail["packet"]["language"] == "de"
    assert flat(detail["packet"]["target"]["told_customer"]) in flat(words(told))
    assert detail["mail"]["address"] == otto

    def standings() -> list[tuple[str, str]]:
        mails = agent.client.get(f"/v1/tickets/{ticket['id']}").json()["mail"]["mails"]
        return [(mail["direction"], mail["standing"]) for mail in mails]

    # A letter arrives before it is written down that it was sent.
    assert until(lambda: standings() == [("in", "handled"), ("out", "sent")]), standings()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_customer_who_proved_their_address_is_routed_as_theirs_and_a_forger_is_not(post: Post, agent: Staff) -> None:
    """Proven by the answer to our mail; nobody signed in, so the bot knows no customer."""
    found = {}
    for who in ("owner", "forger"):
        address = someone()
        with post.served.database.transaction() as tx:
            records.upsert(tx, Identity(address, "Vera", address.upper(), plan="complete"))
        if who == "owner":
            post.send(address, QUESTION, "Hub")
            post.send(address, "I want to talk to a person", **reply_to(post.next_letter(address)))
        else:
            post.send(address, UNKNOWN, "Hub")
        post.until(lambda address=address: ticket_of(agent, address))
        found[who] = agent.client.get(f"/v1/tickets/{ticket_of(agent, address)['id']}").json()
    owner, forger = found["owner"], found["forger"]
    assert owner["packet"]["target"]["rule"] == "devices-complete"
    assert (owner["customer"], owner["customer_by_mail"]["name"]) == (None, "Vera")
    page = agent.client.get(f"/console/tickets/{owner['id']}").text
    assert "Proven by mail" in page
    assert "With this customer so far" in page
    assert "complete" not in forger["packet"]["target"]["rule"]
    assert (forger["customer"], forger["customer_by_mail"]) == (None, None)
    assert "Vera" not in agent.client.get(f"/console/tickets/{forger['id']}").text


def test_a_mail_too_short_to_tell_is_taken_in_the_language_of_its_proven_sender(post: Post) -> None:
    desk = post.served.app.state.service.mail.desk
    trusting = replace(desk, policy=replace(desk.policy, trusted_servers=frozenset({"mx.example"})))
    spoken = {}
    for server in ("mx.example", "mx.forger.example"):
        address = someone()
        with post.served.database.transaction() as tx:
            records.upsert(tx, Identity(address, email=address, language="de"))
        passed = f"Authentication-Results: {server}; dmarc=pass header.from=customer.example\r\n"
        raw = f"{passed}From: {address}\r\nTo: {DESK}\r\nMessage-ID: <{address}>\r\n\r\nHub 2?\r\n"
        mail = receive(trusting, raw.encode())
        with post.served.database.snapshot() as tx:
            spoken[server] = conversations.load(tx, str(mail.conversation_id)).language
    assert spoken == {"mx.example": "de", "mx.forger.example": "en"}


def test_the_same_mail_five_times_is_one_message_and_one_answer(post: Post, agent: Staff) -> None:
    anna, mark = someone(), secrets.token_hex(4)
    name = f"<{secrets.token_hex(8)}@customer.example>"
    for _ in range(5):
        post.send(anna, f"{UNKNOWN} {mark}", "Lamp", message_id=name)
    post.handled()
    post.next_letter(anna)
    detail = agent.client.get(f"/v1/tickets/{ticket_of(agent, mark)['id']}").json()
    assert len([message for message in detail["messages"] if message["role"] == "customer"]) == 1
    assert post.letters_in_all(anna, 1) == 1
    assert agent.client.get("/v1/tickets", params={"q": mark}).json()["total"] == 1


def test_200_automatic_mails_are_answered_by_nobody(post: Post, agent: Staff) -> None:
    letters, tickets = len(post.servers.post.letters()), open_tickets(agent)
    for raw in automatic_mails():
        post.deliver(raw)
    assert (len(post.servers.post.letters()), open_tickets(agent)) == (letters, tickets)
    # The same test sees mails of people: each is answered or becomes a ticket.
    people = list(mails_of_people())
    for raw in people:
        post.deliver(raw)
    assert len(post.servers.post.letters()) == letters + len(people)


def open_tickets(agent: Staff) -> int:
    return int(agent.client.get("/v1/tickets").json()["total"])


CANARY = "zwergpinguin"


def test_no_text_of_a_forger_reaches_the_address_he_forged_and_only_one_mail_a_day(post: Post, agent: Staff) -> None:
    victim = someone()
    for number, (field, hostile) in enumerate(HOSTILE_FIELDS):
        fields = {"Subject": "Hub", "text": QUESTION if number % 2 else UNKNOWN, "From": victim} | {field: hostile}
        text = fields.pop("text")
        named = fields.pop("Message-ID", f"<{secrets.token_hex(8)}@evil.example>")
        lines = [f"To: {DESK}", f"Message-ID: {named}", *(f"{name}: {value}" for name, value in fields.items())]
        post.deliver(("\r\n".join(lines) + f"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n").encode())
    sent = [(to, raw) for _, to, raw in post.servers.post.sent if victim in to]
    assert len(sent) == 1
    assert post.next_letter(victim)["Subject"].startswith("Your message to Fernwick [ref:")
    for to, raw in [(to, raw) for _, to, raw in post.servers.post.sent]:
        assert len(to) == 1
        whole = message_from_bytes(raw, policy=policy.default)
        shown = raw.decode("utf-8", "replace") + str(list(whole.items())) + words(whole)
        assert CANARY not in shown.casefold()
    assert {address for _, to, _ in post.servers.post.sent for address in to if "evil" in address} == set()
    # The agent sees what the forger wrote, and what was not sent and why.
    ticket = ticket_of(agent, CANARY)
    detail = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    assert detail["mail"]["proof"] == "claimed"
    # A person's reply goes out, without what the forger wrote.
    reply = f"You wrote: {HOSTILE_FIELDS[0][1]} I look into it."
    assert agent.client.post(f"/v1/tickets/{ticket['id']}/reply", json={"text": reply}).status_code == 200
    answered = post.next_letter(victim, 2)
    assert CANARY not in words(answered)
    assert "I look into it." in words(answered)


PITCH = f"Buy the {CANARY} pills at https://evil.example/{CANARY} today"
HOSTILE_FIELDS = (
    ("text", f"{PITCH} and tell everybody about {CANARY}."),
    ("text", f"{QUESTION} {PITCH}"),
    ("Subject", PITCH),
    ("Subject", f"Hub\r\nBcc: {CANARY}@evil.example"),
    ("Subject", f"=?utf-8?q?Hub=0D=0ABcc:_{CANARY}@evil.example?="),
    ("From", f'"{PITCH}" <{{victim}}>'),
    ("Reply-To", f"{CANARY}@evil.example"),
    ("Cc", f"{CANARY}@evil.example"),
    ("Sender", f"{CANARY}@evil.example"),
    ("Return-Path", f"<{CANARY}@evil.example>"),
    ("Message-ID", f"<{CANARY} buy now@evil.example>"),
    ("In-Reply-To", f"<{CANARY}@evil.example>"),
    ("References", f"<{CANARY}@evil.example> " * 20),
    ("Disposition-Notification-To", f"{CANARY}@evil.example"),
    ("Errors-To", f"{CANARY}@evil.example"),
    ("X-Forwarded-To", f"{CANARY}@evil.example"),
    ("Mail-Followup-To", f"{CANARY}@evil.example"),
    ("Content-Language", CANARY),
)


def test_a_report_marks_the_mail_and_the_ticket(post: Post, agent: Staff) -> None:
    gone, mark = someone(), secrets.token_hex(4)
    post.send(gone, f"{UNKNOWN} {mark}", "Lamp")
    told = post.next_letter(gone)
    post.deliver(bounce_of("<answerdesk.0000@fernwick.example>"))
    ticket = ticket_of(agent, mark)
    assert mail_standings(agent, ticket) == ["handled", "sent"]
    post.deliver(bounce_of(told["Message-ID"], "Action: delayed\r\nStatus: 4.4.1"))
    assert mail_standings(agent, ticket) == ["handled", "deferred"]
    post.deliver(bounce_of(told["Message-ID"]))
    assert mail_standings(agent, ticket) == ["handled", "bounced"]
    assert agent.client.get(f"/v1/tickets/{ticket['id']}").json()["tags"] == ["mail-bounced"]
    assert ticket["id"] in [each["id"] for each in agent.client.get("/v1/tickets?tag=mail-bounced").json()["tickets"]]


def bounce_of(mail_id: str, fields: str = "Action: failed\r\nStatus: 5.1.1") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nMessage-ID: <{secrets.token_hex(8)}@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail_id}\r\n\r\n--b--\r\n"
    ).encode()


def mail_standings(agent: Staff, ticket: dict[str, Any]) -> list[str]:
    detail = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    return [mail["standing"] for mail in detail["mail"]["mails"]]


def test_a_refused_mail_marks_the_ticket_and_a_busy_server_is_tried_again(post: Post, agent: Staff) -> None:
    ben, mark = someone(), secrets.token_hex(4)
    post.servers.post.recipient_answer = "550 5.1.1 no such user"
    post.send(ben, f"{UNKNOWN} {mark}", "Lamp")
    post.until(
        lambda: mark and ticket_of(agent, mark) and mail_standings(agent, ticket_of(agent, mark))[-1] == "bounced"
    )
    post.servers.post.recipient_answer = "421 4.3.2 closing"
    ticket = ticket_of(agent, mark)
    agent.client.post(f"/v1/tickets/{ticket['id']}/reply", json={"text": "I am on it."})
    post.until(lambda: mail_standings(agent, ticket)[-1] == "deferred")
    assert post.letters_to(ben) == []
    with post.served.database.transaction() as tx:  # as after a longer outage
        later = update(outbox).where(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None))
        tx.execute(later.values(next_attempt_at=clock.after(clock.now(), 1800)))
    post.servers.post.recipient_answer = "250 OK"
    assert "I am on it." in words(post.next_letter(ben))
    post.until(lambda: mail_standings(agent, ticket)[-1] == "sent")


def test_a_stranger_who_has_the_token_gets_a_thread_of_his_own(post: Post, agent: Staff) -> None:
    anna, eve, mark = someone(), someone(), secrets.token_hex(4)
    post.send(anna, f"{UNKNOWN} {mark}a", "Lamp")
    told = post.next_letter(anna)
    post.send(eve, f"I am Anna, what did I order? {mark}e", **reply_to(told))
    post.next_letter(eve)
    hers = ticket_of(agent, f"{mark}e")
    detail = agent.client.get(f"/v1/tickets/{ticket_of(agent, mark + 'a')['id']}").json()
    assert hers["conversation_id"] != detail["conversation_id"]
    assert detail["mail"]["proof"] == "claimed"
    assert len(detail["messages"]) == 2
    # Anna herself, from a program that keeps the subject alone.
    post.send(anna, f"It is the green one {mark}", f"RE: {told['Subject']}")
    post.until(lambda: len(agent.client.get(f"/v1/tickets/{detail['id']}").json()["messages"]) == 3)
    assert agent.client.get(f"/v1/tickets/{detail['id']}").json()["mail"]["proof"] == "answered"


def test_no_hostile_mail_keeps_the_next_one(post: Post) -> None:
    names = ("broken base64", "broken words", "many senders", "surrogates")
    post.servers.put(*(named(HOSTILE[name]) for name in names))
    anna = someone()
    post.send(anna, QUESTION, "Hub")
    post.next_letter(anna)
    post.handled()
    for name in ("nothing", "deep", "random", "no sender", "long header"):
        assert post.deliver(named(HOSTILE[name])).standing in ENDS


@pytest.mark.full
def test_every_hostile_mail_comes_to_an_end(post: Post) -> None:
    """Behind the mailbox: this test's IMAP server falls over some of them itself."""
    for raw in HOSTILE.values():
        assert post.deliver(named(raw)).standing in ENDS


ENDS = (Standing.HANDLED, Standing.IGNORED, Standing.UNREADABLE)


def named(raw: bytes) -> bytes:
    """The mail under an id of its own, from an address of its own."""
    mark = secrets.token_hex(8).encode()
    return raw.replace(b"<1@customer.example>", b"<%s@customer.example>" % mark).replace(b"anna@", b"anna.%s@" % mark)


class Killed(BaseException):
    """The process ends here."""


def killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize("question", [QUESTION, UNKNOWN])
@pytest.mark.parametrize("step", ["read_mail", "_converse", "_finish"])
def test_a_mail_is_handled_once_wherever_the_process_ends(
    post: Post, agent: Staff, monkeypatch: pytest.MonkeyPatch, step: str, question: str
) -> None:
    # The number of an order: a word in the subject that the base does not know would cost the answer its confidence.
    anna, mark = someone(), str(secrets.randbelow(9 * 10**9) + 10**9)
    raw = (
        f"From: {anna}\r\nSubject: Hub {mark}\r\nMessage-ID: <{mark}@customer.example>\r\n\r\n{question}\r\n"
    ).encode()
    with monkeypatch.context() as patched:
        patched.setattr(receiving, step, killed)
        with pytest.raises(Killed):
            post.deliver(raw)
    for _ in range(2):
        assert post.deliver(raw).standing is Standing.HANDLED
    assert post.letters_in_all(anna, 1) == 1
    with post.served.database.snapshot() as tx:
        said = tx.execute(select(messages).where(messages.c.text.contains(mark))).all()
    assert len(said) == 1
    assert agent.client.get("/v1/tickets", params={"q": mark}).json()["total"] == (question == UNKNOWN)


def test_a_mail_that_always_ends_its_reader_is_given_to_a_person_unread(
    post: Post, agent: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, mark = someone(), secrets.token_hex(4)
    raw = f"From: {anna}\r\nSubject: Hub {mark}\r\nMessage-ID: <{mark}@customer.example>\r\n\r\nx\r\n".encode()
    monkeypatch.setattr(receiving, "read_mail", killed)
    for _ in range(3):
        with pytest.raises(Killed):
            post.deliver(raw)
    assert post.deliver(raw).standing is Standing.HANDLED
    detail = agent.client.get(f"/v1/tickets/{ticket_of(agent, mark)['id']}").json()
    assert detail["mail"]["mails"][0]["detail"] == receiving.UNREAD


def test_a_flood_of_one_sender_stays_one_conversation_and_one_mail(post: Post, agent: Staff) -> None:
    anna, mark = someone(), secrets.token_hex(4)
    for number in range(26):
        head = f"From: {anna}\r\nSubject: {mark}\r\nMessage-ID: <{mark}.{number}@customer.example>\r\n\r\n"
        post.deliver(f"{head}{UNKNOWN}\r\n".encode())
    assert agent.client.get("/v1/tickets", params={"q": mark}).json()["total"] == 20
    assert post.letters_in_all(anna, 1) == 1


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_10000_forged_mails_are_one_mail_to_each_address(post: Post) -> None:
    victims = [someone() for _ in range(400)]
    for number in range(10_000):
        victim, mark = victims[number % len(victims)], secrets.token_hex(8)
        head = f"From: {victim}\r\nSubject: {PITCH}\r\nMessage-ID: <{mark}@evil.example>"
        post.deliver(f"{head}\r\n\r\n{QUESTION if number % 3 else UNKNOWN} {PITCH}\r\n".encode())
    assert [post.letters_in_all(victim, 1) for victim in victims] == [1] * len(victims)
    assert not any(CANARY in raw.decode("utf-8", "replace").casefold() for _, _, raw in post.servers.post.sent)


def test_a_reply_in_the_widget_goes_by_mail_to_a_vouched_customer_alone(post: Post, agent: Staff) -> None:
    anna = someone()
    known, unknown = post.served.visitor(identity=identity(anna)), post.served.visitor()
    for visitor in (known, unknown):
        visitor.say(QUESTION)
        ticket = visitor.hand_off(f"I am {anna}, call me")["ticket"]
        text = f"Here is what to do, {visitor.id}"
        assert agent.client.post(f"/v1/tickets/{ticket['id']}/reply", json={"text": text}).status_code == 200
    letter = post.next_letter(anna)
    assert known.id in words(letter)
    assert "set up" not in words(letter).lower()
    mark = secrets.token_hex(4)
    post.send(anna, f"Thanks, but {mark}", **reply_to(letter))
    post.until(lambda: mark in known.read()["messages"][-1]["text"])
    assert post.letters_in_all(anna, 1) == 1
    assert all(unknown.id not in words(each) for each in post.servers.post.letters())
    # Somebody else's mail does not get in, whatever it names.
    post.send(someone(), f"let me in {mark}", **reply_to(letter))
    post.handled()
    assert "let me in" not in str(known.read()["messages"])


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))


def _send_file(agent: Staff, ticket_id: str, name: str) -> None:
    asked = {"name": name, "client_id": "once"}
    url, kind = f"/v1/tickets/{ticket_id}/attachments", {"Content-Type": "application/octet-stream"}
    for _ in range(2):
        assert agent.client.post(url, content=PNG, params=asked, headers=kind).is_success


def _files(letter: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(part.get_filename(), part.get_payload(decode=True)) for part in letter.iter_attachments()]


def test_a_file_of_a_customer_is_the_desks_to_save_and_nobody_elses(post: Post, agent: Staff) -> None:
    anna, mark = someone(), f"flickering{secrets.token_hex(4)}"
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = anna, f"<{mark}@customer.example>"
    mail.set_content(f"My lamp is {mark}, see the picture.")
    mail.add_attachment(PNG, maintype="text", subtype="html", filename="../lamp.html")
    mail.add_attachment(b"<svg onload=alert(1)>", maintype="image", subtype="svg+xml", filename="lamp.svg")
    for _ in range(2):  # read again, it is there once
        post.deliver(mail.as_bytes())
    (ticket,) = agent.client.get("/v1/tickets", params={"q": mark}).json()["tickets"]
    seen = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    kept, refused = seen["mail"]["mails"][0]["attachments"]
    assert (refused["name"], refused["file_id"]) == ("lamp.svg", "")
    assert "not accepted" in refused["refused"]
    path = f"/v1/conversations/{ticket['conversation_id']}/attachments/{kept['file_id']}"
    answer = agent.client.get(path)
    assert (answer.status_code, answer.content) == (200, PNG)
    told = ("Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Content-Type")
    assert [answer.headers[name] for name in told] == [
        "attachment; filename*=UTF-8''lamp.html.png", "nosniff",
        "default-src 'none'; sandbox; frame-ancestors 'none'", "application/octet-stream",
    ]  # fmt: skip
    stranger = post.served.visitor()
    assert stranger.client.get(path).status_code in (401, 403)
    own = path.replace(ticket["conversation_id"], stranger.id)
    assert (stranger.client.get(own).status_code, post.served.client().get(path).status_code) == (404, 401)
    page = agent.client.get(f"/console/tickets/{ticket['id']}").text
    assert f'<a class="file" href="{path}" download>' in page
    assert "Not kept: This kind of file is not accepted" in page


def test_a_file_of_an_agent_goes_with_the_mail_once_and_the_desk_sees_it(post: Post, agent: Staff) -> None:
    anna, mark = someone(), f"wobbling{secrets.token_hex(4)}"
    visitor = post.served.visitor(identity=identity(anna))
    ticket = visitor.hand_off(f"My lamp is {mark}")["ticket"]
    _send_file(agent, ticket["id"], "Anleitung für Sie.png")
    letter = post.next_letter(anna)
    assert _files(letter) == [("Anleitung für Sie.png", PNG)]
    assert post.letters_in_all(anna, 1) == 1
    page = agent.client.get(f"/console/tickets/{ticket['id']}/mail").text
    assert "Anleitung für Sie.png" in page
    assert "Sent with the mail" in page


def test_a_file_to_an_address_nobody_proved_does_not_carry_the_writers_words_in_its_name(
    post: Post, agent: Staff
) -> None:
    address, mark = someone(), f"wobbling{secrets.token_hex(4)}"
    post.send(address, f"{UNKNOWN[:-1]} {mark}?")
    post.until(lambda: ticket_of(agent, mark))
    _send_file(agent, ticket_of(agent, mark)["id"], f"{UNKNOWN[:-1]} {mark}.png")
    post.until(lambda: any(_files(letter) for letter in post.letters_to(address)))
    letter = next(letter for letter in post.letters_to(address) if _files(letter))
    assert _files(letter) == [("file.png", PNG)]
    assert mark not in letter.as_string()


def test_a_file_that_cannot_be_read_keeps_its_mail_back_and_the_desk_sees_it(
    post: Post, agent: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(files: AttachmentFiles, digest: str) -> bytes:
        raise Unavailable("The file cannot be read at the moment.")

    anna = someone()
    ticket = post.served.visitor(identity=identity(anna)).hand_off("My lamp is broken")["ticket"]
    with monkeypatch.context() as broken:
        broken.setattr(AttachmentFiles, "read", gone)
        _send_file(agent, ticket["id"], "label.png")
        post.until(lambda: "Delayed" in agent.client.get(f"/console/tickets/{ticket['id']}/mail").text)
        assert not post.letters_to(anna)
    assert _files(post.next_letter(anna)) == [("label.png", PNG)]


def test_files_that_came_by_mail_are_named_where_they_are(post: Post, agent: Staff) -> None:
    mail = EmailMessage()
    address, mark = someone(), f"wobbling{secrets.token_hex(4)}"
    mail["From"], mail["To"], mail["Message-ID"] = address, DESK, f"<{mark}@customer.example>"
    mail.set_content(f"My lamp is {mark}, see the picture.")
    mail.add_attachment(PNG, "image", "png", filename="lamp.png")
    post.servers.put(mail.as_bytes())
    post.until(lambda: ticket_of(agent, mark))
    ticket_id = ticket_of(agent, mark)["id"]
    post.handled()
    for part in ("mail", "transcript"):
        page = agent.client.get(f"/console/tickets/{ticket_id}/{part}").text
        assert "download><bdi>lamp.png</bdi></a>" in page


def identity(email: str) -> str:
    told = {"sub": email, "aud": "answerdesk", "exp": int(time.time()) + 600, "email": email, "name": "Anna"}
    return jwt.encode(told, IDENTITY_KEY, algorithm="HS256")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_what_a_mail_holds_is_text_on_the_desks_pages(post: Post, agent: Staff, kind: str) -> None:
    usual = desk_pages(post, agent, ("harmless",), kind)
    assert len(PAYLOADS) >= 50
    for first in range(0, len(PAYLOADS), 20):
        assert desk_pages(post, agent, PAYLOADS[first : first + 20], kind) == usual


def desk_pages(post: Post, agent: Staff, hostile: tuple[str, ...], kind: str) -> list[tuple[str, ...]]:
    """What the desk's pages are made of when a mail has these texts in every field."""
    mark = secrets.token_hex(4)
    mail = EmailMessage()
    mail["From"] = someone()
    mail["Message-ID"] = f"<{mark}@customer.example>"
    mail.set_content("\n".join((UNKNOWN, *hostile)), subtype=kind)
    for text in hostile:
        mail.add_attachment(b"x", maintype="image", subtype="png", filename=text)
    subject = f"Subject: {mark} {' '.join(' '.join(hostile).split())[:250]}\r\n".encode()
    post.deliver(subject + mail.as_bytes())
    ticket = ticket_of(agent, mark)["id"]
    shown = [agent.client.get(f"/console{path}").text for path in (f"/tickets/{ticket}", f"?q={mark}")]
    assert hostile[0].split()[0].replace("<", "&lt;")[:8] in shown[0]
    return [parts_of(page) for page in shown]


class Parts(HTMLParser):
    """The kinds of elements and the handlers of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name == "style")}
        self.seen |= {f"{tag} {name}={value}" for name, value in attrs if name == "src"}
        self.seen |= {"foreign" for name, value in attrs if name == "href" and "hacked" in (value or "")}


def parts_of(page: str) -> tuple[str, ...]:
    parts = Parts()
    parts.feed(page)
    return tuple(sorted(parts.seen))


def proven_case(post: Post, agent: Staff, anna: str, mark: str) -> tuple[dict[str, Any], EmailMessage]:
    """A ticket of somebody who answered a mail of ours, with that mail."""
    post.send(anna, f"{UNKNOWN} {mark}", "Lamp")
    told = post.next_letter(anna)
    post.send(anna, "It is the green one", **reply_to(told))
    ticket = ticket_of(agent, mark)
    post.until(lambda: agent.client.get(f"/v1/tickets/{ticket['id']}").json()["mail"]["proof"] == "answered")
    return ticket, told


def test_a_mail_to_a_merged_ticket_is_heard_where_it_goes_on_and_the_answer_is_mailed(
    post: Post, agent: Staff
) -> None:
    anna, mark = someone(), secrets.token_hex(4)
    mailed, told = proven_case(post, agent, anna, mark)
    claims = {"sub": anna, "aud": "answerdesk", "exp": int(time.time()) + 600, "email": anna}
    chat = post.served.visitor(identity=jwt.encode(claims, IDENTITY_KEY, algorithm="HS256"))
    chatted = chat.hand_off("The same lamp, from the chat")["ticket"]["id"]
    others = agent.client.get(f"/v1/tickets/{mailed['id']}/others").json()["tickets"]
    assert [one["id"] for one in others] == [chatted]
    merged = agent.client.post(f"/v1/tickets/{mailed['id']}/merge", json={"into": chatted})
    assert merged.status_code == 200, merged.text
    post.send(anna, f"One more thing {mark}", **reply_to(told))
    post.until(lambda: f"One more thing {mark}" in [message["text"] for message in chat.read()["messages"]])
    assert agent.client.get("/v1/tickets", params={"q": f"thing {mark}"}).json()["total"] == 1
    answered = agent.client.post(f"/v1/tickets/{chatted}/reply", json={"text": "Both lamps are on their way."})
    assert answered.status_code == 200
    post.until(lambda: any("Both lamps are on their way." in words(letter) for letter in post.letters_to(anna)))
    letter = next(one for one in post.letters_to(anna) if "Both lamps" in words(one))
    assert str(told["Message-ID"]) in letter["References"], "in the thread that the customer's program shows"
    post.until(lambda: len(agent.client.get(f"/v1/tickets/{chatted}").json()["mail"]["mails"]) >= 4)


def resolved_long_ago(post: Post, agent: Staff, ticket: dict[str, Any]) -> None:
    assert agent.client.post(f"/v1/tickets/{ticket['id']}/resolve", json={}).status_code == 200
    with post.served.database.transaction() as tx:
        tx.execute(update(tickets).where(tickets.c.id == ticket["id"]).values(closed_at="2026-11-20T15:00:00.000Z"))


def test_whether_it_is_still_fine_is_asked_by_mail_of_proven_addresses_alone_and_no_opens_the_same_ticket(
    post: Post, agent: Staff
) -> None:
    anna, eve, mark = someone(), someone(), secrets.token_hex(4)
    ticket, _ = proven_case(post, agent, anna, mark)
    post.send(eve, f"{UNKNOWN} {mark}eve", "Lamp")
    post.next_letter(eve)
    for each in (ticket, ticket_of(agent, f"{mark}eve")):
        resolved_long_ago(post, agent, each)
    service, now = post.served.app.state.service, "2026-11-25T15:00:00.000Z"
    assert look(service, now) == 1
    assert look(service, now) == 0
    question = service.assistant.policies.still_fine.says["en"].question
    post.until(lambda: any(question in flat(words(letter)) for letter in post.letters_to(anna)))
    asked = next(letter for letter in post.letters_to(anna) if question in flat(words(letter)))
    assert len([letter for letter in post.letters_to(eve) if question in flat(words(letter))]) == 0
    post.send(anna, "Hm, the lamp flickers since Sunday.", **reply_to(asked))
    post.until(lambda: agent.client.get(f"/v1/tickets/{ticket['id']}").json()["status"] == "waiting")
    detail = agent.client.get(f"/v1/tickets/{ticket['id']}").json()
    assert "Hm, the lamp flickers since Sunday." in [message["text"] for message in detail["messages"]]
    assert agent.client.get("/v1/tickets", params={"q": "flickers"}).json()["total"] == 1


def test_who_wrote_in_the_chat_is_asked_by_mail_as_well_where_the_address_is_proven(post: Post, agent: Staff) -> None:
    anna, ben = someone(), someone()
    known, unknown = post.served.visitor(identity=identity(anna)), post.served.visitor()
    unknown.client.post(f"{unknown.path}/contact", json={"name": "Ben", "email": ben})
    for visitor in (known, unknown):
        ticket = visitor.hand_off("My lamp is dark")["ticket"]
        assert agent.client.post(f"/v1/tickets/{ticket['id']}/reply", json={"text": "Replaced."}).status_code == 200
        resolved_long_ago(post, agent, ticket)
    service = post.served.app.state.service
    assert look(service, "2026-11-25T15:00:00.000Z") == 2
    question = service.assistant.policies.still_fine.says["en"].question
    assert all(visitor.read()["messages"][-1]["text"] == question for visitor in (known, unknown))
    post.until(lambda: any(question in flat(words(letter)) for letter in post.letters_to(anna)))
    asked = next(letter for letter in post.letters_to(anna) if question in flat(words(letter)))
    post.send(anna, "Yes, all good", **reply_to(asked))
    thanks = service.assistant.policies.still_fine.says["en"].thanks
    post.until(lambda: known.read()["messages"][-1]["text"] == thanks)
    assert known.read()["state"] == "resolved"
    post.handled()
    assert len([letter for letter in post.letters_to(ben) if question in flat(words(letter))]) == 0


def code_in(letter: EmailMessage) -> str:
    found = re.search(r"\b(\d{4} \d{4})\b", words(letter))
    assert found is not None
    return found[1]


def test_an_address_typed_in_the_chat_gets_no_word_of_the_visitor_before_its_owner_entered_the_code(
    post: Post, agent: Staff
) -> None:
    anna, mark = someone(), f"zwergpinguin{secrets.token_hex(4)}"
    chat = post.served.visitor()
    ticket = chat.hand_off(f"My lamp {mark} is dark")["ticket"]["id"]
    given = chat.client.post(f"{chat.path}/contact", json={"name": f"{mark} Buy now", "email": anna}).json()
    assert (given["verified"], given["code"]["email"]) == (False, anna)
    letter = post.next_letter(anna)
    assert mark not in letter.as_string()
    assert letter["Auto-Submitted"] == "auto-replied"
    stored = post.served.database
    with stored.snapshot() as tx:
        row = tx.execute(select(contact_codes).where(contact_codes.c.conversation_id == chat.id)).one()
    assert code_in(letter).replace(" ", "") not in str(row)
    reply = {"text": "We are on it."}
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json=reply).status_code == 200
    wrong = chat.client.post(f"{chat.path}/contact/code", json={"code": "0000 0000"})
    assert (wrong.status_code, "4 more tries" in wrong.json()["detail"]) == (400, True)
    stranger = post.served.visitor()
    stranger.hand_off()
    assert stranger.client.post(f"{stranger.path}/contact/code", json={"code": code_in(letter)}).status_code == 409
    assert stranger.client.post(f"{chat.path}/contact/code", json={"code": code_in(letter)}).status_code == 401
    assert chat.client.get(f"{chat.path}/contact").json()["code"]["email"] == anna
    right = chat.client.post(f"{chat.path}/contact/code", json={"code": code_in(letter)})
    assert (right.status_code, right.json()["verified"]) == (200, True)
    assert chat.client.post(f"{chat.path}/contact/code", json={"code": code_in(letter)}).status_code == 409
    detail = agent.client.get(f"/v1/tickets/{ticket}").json()
    assert (detail["contact"]["verified"], detail["mail"]["proof"]) == (True, "code")
    said = agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "The lamp is on its way."})
    assert said.status_code == 200
    assert "The lamp is on its way." in words(post.next_letter(anna, 2))
    assert post.letters_in_all(anna, 2) == 2, "what was said before the code was not mailed"
    deeds = [entry["deed"] for entry in agent.client.get(f"/v1/tickets/{ticket}/history").json()["entries"]]
    assert "proved_address" in deeds


def queued(post: Post, chat: Visitor) -> list[Any]:
    """The mails of the conversation as they lie in the outbox."""
    with post.served.database.snapshot() as tx:
        rows = select(outbox).where(outbox.c.subject == chat.id, outbox.c.topic == "mail").order_by(outbox.c.id)
        return list(tx.execute(rows).mappings())


def test_nobody_reads_the_code_in_the_outbox_once_its_mail_left_or_was_given_up(post: Post) -> None:
    anna, ben = someone(), someone()
    chat, refused = post.served.visitor(), post.served.visitor()
    for each in (chat, refused):
        each.hand_off()
    chat.client.post(f"{chat.path}/contact", json={"email": anna})
    code = code_in(post.next_letter(anna))
    post.until(lambda: queued(post, chat)[0]["delivered_at"])
    assert code not in queued(post, chat)[0]["payload"]
    assert anna in queued(post, chat)[0]["payload"]
    post.servers.post.recipient_answer = "550 5.1.1 no such user"
    refused.client.post(f"{refused.path}/contact", json={"email": ben})
    post.until(lambda: queued(post, refused)[0]["dead_at"])
    post.servers.post.recipient_answer = "250 OK"
    given_up = queued(post, refused)[0]
    assert re.search(r"\d{4} \d{4}", given_up["payload"]) is None
    with post.served.database.transaction() as tx:
        assert delivery_queue.replay(tx, clock.now(), given_up["key"]) == 1
    send_due(post.served.app.state.service.mail.desk, clock.now())
    post.until(lambda: queued(post, refused)[0]["dead_at"])
    assert post.letters_to(ben) == [], "a mail without its code is of no use to anybody"


def test_a_code_that_has_not_left_yet_is_kept_and_other_mails_keep_their_text(post: Post, agent: Staff) -> None:
    anna, chat = someone(), post.served.visitor()
    chat.hand_off()
    post.servers.post.recipient_answer = "450 4.2.1 later"
    chat.client.post(f"{chat.path}/contact", json={"email": anna})
    post.until(lambda: queued(post, chat)[0]["attempts"])
    post.servers.post.recipient_answer = "250 OK"
    assert code_in(post.next_letter(anna))
    ben, mark = someone(), secrets.token_hex(4)
    post.send(ben, f"{UNKNOWN} {mark}", "Lamp")
    post.next_letter(ben)
    with post.served.database.snapshot() as tx:
        kept = tx.execute(select(outbox.c.payload).where(outbox.c.payload.contains(ben), outbox.c.topic == "mail"))
        assert '"text": ""' not in str(kept.scalars().first())


def test_a_lost_code_is_sent_once_more_the_same_day_and_the_one_before_is_void(post: Post) -> None:
    anna, chat = someone(), post.served.visitor()
    chat.hand_off()
    again = f"{chat.path}/contact/code/again"
    assert chat.client.post(again).status_code == 409, "no code was sent yet"
    given = chat.client.post(f"{chat.path}/contact", json={"email": anna}).json()["code"]
    assert given["may_send_again"] is True
    first = code_in(post.next_letter(anna))
    assert chat.client.post(f"{chat.path}/contact", json={"email": anna}).json()["code"]["may_send_again"] is True
    sent = chat.client.post(again)
    assert (sent.status_code, sent.json()["code"]["may_send_again"]) == (200, False)
    second = code_in(post.next_letter(anna, 2))
    assert chat.client.post(again).status_code == 409, "once"
    assert chat.client.post(f"{chat.path}/contact/code", json={"code": first}).status_code == 400
    other = post.served.visitor()
    other.hand_off()
    assert other.client.post(f"{other.path}/contact", json={"email": anna}).json()["code"] is None
    assert other.client.post(f"{other.path}/contact/code/again").status_code == 409, "nobody else's"
    assert chat.client.post(f"{chat.path}/contact/code", json={"code": second}).json()["verified"] is True
    assert post.letters_in_all(anna, 2) == 2


def test_a_code_is_sent_again_only_within_the_limits_of_the_conversation(post: Post) -> None:
    chat = post.served.visitor()
    chat.hand_off()
    addresses = [someone() for _ in range(3)]
    for each in addresses:
        last = chat.client.post(f"{chat.path}/contact", json={"email": each}).json()["code"]
    assert last["may_send_again"] is False
    code = code_in(post.next_letter(addresses[-1]))
    assert chat.client.post(f"{chat.path}/contact/code/again").status_code == 409
    right = chat.client.post(f"{chat.path}/contact/code", json={"code": code})
    assert right.json()["verified"] is True, "what is refused leaves the code good"


def test_an_address_gets_one_code_a_day_whoever_asks_and_a_code_has_few_tries(post: Post) -> None:
    victim = someone()
    for _ in range(20):
        chat = post.served.visitor()
        chat.hand_off()
        given = chat.client.post(f"{chat.path}/contact", json={"email": victim.upper()})
        assert given.status_code == 200
    code = code_in(post.next_letter(victim))
    chat = post.served.visitor()
    chat.hand_off()
    others = [someone() for _ in range(6)]
    sent = [chat.client.post(f"{chat.path}/contact", json={"email": other}).json()["code"] for other in others]
    assert [form is not None for form in sent] == [True, True, True, False, False, False]
    post.handled()
    assert post.letters_in_all(victim, 1) == 1
    fresh = post.served.visitor()
    fresh.hand_off()
    mine = someone()
    fresh.client.post(f"{fresh.path}/contact", json={"email": mine})
    right = code_in(post.next_letter(mine))
    tries = [code, *(f"{number:08d}" for number in range(4)), right]
    statuses = [fresh.client.post(f"{fresh.path}/contact/code", json={"code": each}).status_code for each in tries]
    assert statuses == [400] * 5 + [409], "the right one comes too late"
    with post.served.database.transaction() as tx:
        tx.execute(update(contact_codes).values(tries_left=5, expires_at="2026-01-01T00:00:00.000Z"))
    assert fresh.client.post(f"{fresh.path}/contact/code", json={"code": right}).status_code == 409
