"""Programs and people are told apart; reports name what became of a mail; who vouches for a sender."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.authenticity import authenticated
from bot.channels.automatic import Sort, sort, wants_no_automatic_answer
from bot.channels.bounce import Fate, report_of
from bot.channels.mail_policy import read_mail_policy
from bot.channels.read_mail import read_head, read_mail
from tests.automatic_mails import OWN, automatic_mails, mails_of_people

POLICIES = Path(__file__).parents[4] / "data" / "policies"
SUBJECTS = read_mail_policy(POLICIES).automatic_subjects
OURS = "<answerdesk.0123456789abcdef@fernwick.example>"


def test_200_automatic_mails_are_known_and_no_person_is_taken_for_one() -> None:
    every = list(automatic_mails())
    assert len(every) == 200
    assert [raw for raw in every if sort(read_head(raw), OWN, SUBJECTS) is Sort.PERSON] == []
    assert {sort(read_head(raw), OWN, SUBJECTS) for raw in mails_of_people()} == {Sort.PERSON}


@pytest.mark.parametrize(
    ("headers", "silent"),
    [
        ("From: no-reply@shop.example", True),
        ("From: noreply+1@shop.example", True),
        ("From: do-not-reply@shop.example", True),
        ("From: anna@shop.example\r\nX-Auto-Response-Suppress: DR, OOF, AutoReply", True),
        ("From: anna@shop.example\r\nX-Auto-Response-Suppress: DR", False),
        ("From: replynow@shop.example", False),
        ("From: a@shop.example, b@shop.example", True),
    ],
)
def test_some_people_are_not_answered_by_a_program(headers: str, silent: bool) -> None:
    assert wants_no_automatic_answer(read_head(f"{headers}\r\n\r\nx".encode())) is silent


def report(fields: str, named: str = OURS) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{fields}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {named}\r\nSubject: Re\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("fields", "fate", "detail"),
    [
        ("Action: failed\r\nStatus: 5.1.1", Fate.BOUNCED, "5.1.1"),
        ("Action: delayed\r\nStatus: 4.4.1", Fate.DELAYED, "4.4.1"),
        ("Action: delivered\r\nStatus: 2.0.0", Fate.DELIVERED, "2.0.0"),
        ("Status: 5.2.2", Fate.BOUNCED, "5.2.2"),
    ],
)
def test_a_report_says_what_became_of_which_mail(fields: str, fate: Fate, detail: str) -> None:
    told = report_of(read_mail(report(fields)))
    assert (told.fate, told.detail) == (fate, detail)
    assert told.mail_ids[0] == OURS


def test_an_old_bounce_without_a_report_is_understood() -> None:
    raw = (
        "From: mailer-daemon@mx.example\r\nSubject: failure notice\r\n\r\n"
        f"Hi. I'm afraid I wasn't able to deliver your message.\r\nMessage-Id: {OURS}\r\n"
    )
    told = report_of(read_mail(raw.encode()))
    assert (told.fate, told.mail_ids[0]) == (Fate.BOUNCED, OURS)


TRUSTED = {"mx.fernwick.example"}


@pytest.mark.parametrize(
    ("results", "proven"),
    [
        ("mx.fernwick.example; dmarc=pass header.from=customer.example", True),
        ("mx.fernwick.example 1; spf=fail smtp.mailfrom=x; dkim=pass (ok) header.d=customer.example", True),
        ("MX.fernwick.example; spf=pass smtp.mailfrom=anna@customer.example", True),
        ("mx.fernwick.example; spf=pass smtp.mailfrom=evil.example", False),
        ("mx.fernwick.example; dkim=pass header.d=evil.example", False),
        ("mx.fernwick.example; dkim=pass header.d=customer.example.evil.example", False),
        ("mx.fernwick.example; dmarc=fail header.from=customer.example", False),
        ("mx.fernwick.example; none", False),
        ("evil.example; dmarc=pass header.from=customer.example", False),
        ("mx.fernwick.example.evil.example; dmarc=pass header.from=customer.example", False),
        ("evil.example (mx.fernwick.example; dmarc=pass header.from=customer.example)", False),
        # The server's own result stands on top: what its sender wrote below counts for nothing.
        (
            "mx.fernwick.example; dmarc=fail header.from=customer.example\r\n"
            "Authentication-Results: mx.fernwick.example; dmarc=pass header.from=customer.example",
            False,
        ),
    ],
)
def test_only_a_trusted_server_vouches_and_only_for_the_very_domain(results: str, proven: bool) -> None:
    head = read_head(f"Authentication-Results: {results}\r\nFrom: Anna <anna@customer.example>\r\n\r\nx".encode())
    assert authenticated(head, TRUSTED) is proven
    assert not authenticated(head, frozenset())


def test_several_senders_are_nobody() -> None:
    head = read_head(
        b"Authentication-Results: mx.fernwick.example; dmarc=pass header.from=customer.example\r\n"
        b"From: anna@customer.example\r\nFrom: eve@evil.example\r\n\r\nx"
    )
    assert head.sender is None
    assert not authenticated(head, TRUSTED)
