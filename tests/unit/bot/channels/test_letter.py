"""Mails of ours: nothing anybody writes becomes a header, and HTML is the text, escaped."""

from __future__ import annotations

import time
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.header_text import one_line
from bot.channels.letter import Enclosure, Letter, rendered
from bot.channels.letter_text import written
from bot.channels.mail_address import all_in, only_one, tag_of, tagged, usable
from bot.channels.mail_policy import read_mail_policy
from bot.channels.own_words import LEFT_OUT, without_words_of
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.meanwhile import Page
from bot.decision.outcome import Reason, Verdict
from bot.storage.clean_text import storable
from bot.storage.record import encode
from bot.turn_note import TurnNote
from tests.browser.payloads import PAYLOADS

POLICIES = Path(__file__).parents[4] / "data" / "policies"
WORDS = read_mail_policy(POLICIES).words("en")
LETTER = Letter(
    mail_id="<answerdesk.1@fernwick.example>",
    sender="support@fernwick.example",
    sender_name="Fernwick",
    to="anna@customer.example",
    reply_to="support@fernwick.example",
    subject="Re: Hub",
    references=("<1@customer.example>",),
    text="Hello",
    html="<p>Hello</p>",
    automated=True,
    sent_at="2026-11-26T10:00:00.000Z",
)
HEADERS = {
    "From", "To", "Reply-To", "Subject", "Message-ID", "Date", "In-Reply-To", "References", "X-Answerdesk-Mail",
    "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
}  # fmt: skip
INJECTIONS = (
    "Hub\r\nBcc: everybody@evil.example",
    "Hub\nBcc: everybody@evil.example",
    "Hub\rBcc: everybody@evil.example",
    "Hub\r\n\r\nNew body",
    "Hub\u2028Bcc: a@evil.example",
    "Hub\u0085Bcc: a@evil.example",
    "Hub\x0bBcc: a@evil.example",
    "Hub\x0cBcc: a@evil.example",
    "Hub\x00Bcc: a@evil.example",
    "Hub%0d%0aBcc: a@evil.example",
    "=?utf-8?q?Hub=0D=0ABcc:_a@evil.example?=",
    "=?utf-8?b?SHViDQpCY2M6IGFAZXZpbC5leGFtcGxl?=",
    "=?utf-7?q?Hub+AA0ACg-Bcc?=",
    "Hub\u202eelpmaxe.live@a :ccB",
    "\u200b\u2066Hub\u2069",
    "x" * 5000,
    "漢" * 1000,
    "\ud800Hub",
    "嘊嘍Bcc: a@evil.example",
    "=?us-ascii?q?=?=",
    "",
)


def parsed(letter: Letter) -> tuple[dict[str, str], bytes]:
    raw = rendered(letter)
    message = message_from_bytes(raw, policy=policy.default)
    assert len(message.keys()) == len(set(message.keys()))
    return {name: str(value) for name, value in message.items()}, raw


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_what_somebody_writes_never_becomes_a_header(hostile: str) -> None:
    line = one_line(hostile)
    headers, raw = parsed(replace(LETTER, subject=f"Re: {line}", sender_name=line or "x"))
    assert set(headers) == HEADERS
    assert headers["To"] == "anna@customer.example"
    assert raw.split(b"\r\n\r\n")[0].lower().count(b"\r\nbcc:") == 0
    assert all(len(part) < 1000 for part in raw.split(b"\r\n"))


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_does(subject: str, text: str) -> None:
    subject, text = storable(subject), storable(text)
    headers, _ = parsed(replace(LETTER, subject=f"Re: {one_line(subject)}", text=text))
    assert set(headers) == HEADERS
    assert headers["To"] == "anna@customer.example"


def test_the_same_letter_is_the_same_bytes_at_every_try() -> None:
    assert rendered(LETTER) == rendered(LETTER)
    assert b"Auto-Submitted" not in rendered(replace(LETTER, automated=False))


PICTURE = Enclosure("Übersicht \u202e\r\nBcc: x.png", "image/png", 4, "d" * 64)


def test_a_file_is_enclosed_byte_for_byte_under_its_name_and_always_the_same() -> None:
    letter, content = replace(LETTER, enclosed=PICTURE), bytes(range(256)) * 40
    raw = rendered(letter, content)
    assert raw == rendered(letter, content)
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert set(mail.keys()) == HEADERS
    (file,) = mail.iter_attachments()
    assert file.get_content() == content
    assert (file.get_content_type(), file.get_content_disposition()) == ("image/png", "attachment")
    assert "\n" not in str(file.get_filename())
    assert str(file.get_filename()).startswith("Übersicht")
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png"]


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "text/plain"])
def test_every_kind_that_the_chat_takes_goes_by_mail(media_type: str) -> None:
    raw = rendered(replace(LETTER, enclosed=replace(PICTURE, media_type=media_type)), b"1\r\n.\r\n\n2")
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    (file,) = mail.iter_attachments()
    assert file.get_payload(decode=True) == b"1\r\n.\r\n\n2"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("role", [Speaker.AGENT, Speaker.BOT, Speaker.SYSTEM])
def test_html_is_the_text_and_runs_and_loads_nothing(role: Speaker) -> None:
    hostile = "\n\n".join(PAYLOADS)
    message = Message(1, "c", None, role, PAYLOADS[0], hostile, None, "2026-11-26T10:00:00.000Z")
    content = written(message, hostile, WORDS, PAYLOADS[1])
    seen = Tags()
    seen.feed(content.html)
    assert seen.seen <= {"html", "body", "p", "b", "br", "ul", "ol", "li", "table", "tr", "td", "pre"}
    assert seen.attributes <= {"start"}
    assert role is Speaker.BOT or hostile in content.text
    assert all(line in content.text for line in PAYLOADS if line.startswith("<script"))
    assert (WORDS.footer in content.text) == (role is Speaker.BOT)


MARKDOWN = "## Reset it\n\nBe quick.\n\n1. Press.\n2. Wait.\n\n- A\n- B\n\n| Hub | Time |\n|---|---|\n| Hub 2 | 10 s |"


def test_the_text_of_an_answer_is_no_markdown_and_what_a_person_typed_stays() -> None:
    def text_of(role: Speaker) -> str:
        message = Message(1, "c", None, role, None, MARKDOWN, None, "2026-11-26T10:00:00.000Z")
        return written(message, MARKDOWN, WORDS, "Fernwick").text

    shown = "Reset it\n\nBe quick.\n\n1. Press.\n2. Wait.\n\n- A\n- B\n\nHub | Time\nHub 2 | 10 s\n"
    assert shown in text_of(Speaker.BOT)
    assert MARKDOWN in text_of(Speaker.AGENT)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@customer.example", "anna@customer.example"),
        (" Anna.Miller+x@Customer.Example ", "anna.miller+x@customer.example"),
        ('"buy now https://evil.example"@customer.example', None),
        ("anna@customer", None),
        ("anna@[127.0.0.1]", None),
        ("anna@customer.example\r\nBcc: a@evil.example", None),
        ("änna@customer.example", None),
        ("anna@cüstomer.example", None),
        ("a" * 65 + "@customer.example", None),
        ("anna@" + "a" * 260 + ".example", None),
        ("anna@@customer.example", None),
        ("", None),
        ("anna@customer.example,eve@evil.example", None),
    ],
)
def test_only_a_plain_address_may_be_written_to(text: str, address: str | None) -> None:
    assert usable(text) == address


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Anna <anna@customer.example>", "anna@customer.example"),
        ("anna@customer.example (Anna)", "anna@customer.example"),
        ("Miller, Anna <anna@customer.example>", "anna@customer.example"),
        ('"eve@evil.example" <anna@customer.example>', "anna@customer.example"),
        ('"a <eve@evil.example>" <anna@customer.example>', "anna@customer.example"),
        ("<anna@customer.example>, <eve@evil.example>", None),
        ("anna@customer.example, eve@evil.example", None),
        ("(" * 3000 + "anna@customer.example", None),
    ],
)
def test_the_sender_is_one_address_or_nobody(header: str, address: str | None) -> None:
    assert only_one([header]) == address


def test_a_tag_goes_there_and_back() -> None:
    own = "support@fernwick.example"
    assert tag_of(tagged(own, "abc"), own) == "abc"
    assert tag_of("support+abc@evil.example", own) is None
    assert all_in(f"Fernwick <{tagged(own, 'abc')}>, Eve <eve@evil.example>") == (
        tagged(own, "abc"),
        "eve@evil.example",
    )


def test_sentences_of_the_customer_are_left_out_and_short_repeats_stay() -> None:
    said = ["Buy cheap pills at evil.example/pills today! My order is FW-204518."]
    reply = "You wrote: “BUY cheap  pills at evil.example/pills today!” I look into FW-204518 now."
    kept = without_words_of(said, reply)
    assert kept == f"You wrote: “{LEFT_OUT}” I look into FW-204518 now."
    assert without_words_of(said, "I look into it.") == "I look into it."
    assert without_words_of(said, said[0]) == LEFT_OUT
    assert "pills" not in without_words_of(said, "b u y c h e a p p i l l s a t e v i l . e x a m p l e / p i l l s")
    assert without_words_of([], reply) == reply


@pytest.mark.parametrize(
    ("said", "reply", "kept"),
    [
        ("see evil.ly/x", "Is it https://www.evil.ly/x or shop.example?", "Is it […] or shop.example?"),
        ("see HTTPS://EVIL.LY", "evil.ly?", "[…]?"),
        ("me@evil.ly", "We write to me@evil.ly!", "We write to […]!"),
        ("ring +49 30 1234567", "We ring +49-30-123 45 67 now.", "We ring […] now."),
        ("order FW-204518, version 4.2.1, e.g. 4111", "FW-204518: version 4.2.1, e.g. 4111.", None),
    ],
)
def test_links_addresses_and_numbers_to_call_are_left_out_however_short(
    said: str, reply: str, kept: str | None
) -> None:
    assert without_words_of([said], reply) == (kept or reply)


def test_looking_for_them_takes_no_longer_than_the_text() -> None:
    said = [unit * 4000 for unit in ("1", "a.", "a@", "1 ", "www.", "-.")]
    began = time.process_time()
    without_words_of(said, "a." * 4000 + "1." * 4000)
    assert time.process_time() - began < 1.0


def test_pages_to_look_at_meanwhile_stand_below_the_notice_and_only_https_is_a_link() -> None:
    pages = (Page("a", "1", "Reset <b>Hub 2</b>", "https://help.example/a"), Page("b", "1", "Lost", "http://x"))
    note = TurnNote(Verdict.HANDOFF, Reason.FACT_MISSING, 0.3, None, (), (), "g", pages=pages, pages_intro="Meanwhile:")
    message = Message(1, "c", None, Speaker.SYSTEM, None, "A person answers.", encode(note), "2026-11-26T10:00:00.000Z")
    content = written(message, message.text, WORDS, "Fernwick")
    assert "Meanwhile:\nReset <b>Hub 2</b> https://help.example/a\nLost\n" in content.text
    assert "<p>Reset &lt;b&gt;Hub 2&lt;/b&gt; https://help.example/a</p>" in content.html
