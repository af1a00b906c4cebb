"""Mails made to break, hold up or fill whoever reads them."""

from __future__ import annotations

HEAD = b"From: Anna <anna@customer.example>\r\nMessage-ID: <1@customer.example>\r\nSubject: Hub\r\n"


def with_type(kind: str, body: bytes, encoding: str = "8bit") -> bytes:
    return HEAD + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


def nested(depth: int) -> bytes:
    top = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )
    return HEAD + top + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


HOSTILE = {
    "nothing": b"",
    "no body": HEAD,
    "no sender": b"Subject: Hub\r\n\r\nhello",
    "only zeros": b"\x00" * 5000,
    "random": bytes(range(256)) * 40,
    "deep": nested(5000),
    "wide": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 20_000,
    "no end": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext without an end",
    "no boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\n--\r\nx",
    "empty boundary": HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\nx',
    "broken base64": with_type("text/plain", b"SGVs*&^%bG8 !!! =====A", "base64"),
    "broken quoted-printable": with_type("text/plain", b"=ZZ=3=\r\n=", "quoted-printable"),
    "unknown encoding": with_type("text/plain", b"hello", "x-uuencode"),
    "utf-7": with_type("text/plain; charset=utf-7", b"+ADw-script+AD4-"),
    "punycode": with_type("text/plain; charset=punycode", b"-" * 100_000),
    "idna charset": with_type("text/plain; charset=idna", b"xn--" * 20_000),
    "zip charset": with_type("text/plain; charset=zlib_codec", b"x\x9c\x03\x00"),
    "charset with null": with_type('text/plain; charset="utf\x00-8"', b"hello"),
    "huge": with_type("text/plain", b"0123456789abcde\r\n" * 700_000),
    "many lines": with_type("text/plain", b"\n" * 3_000_000),
    "long line": with_type("text/plain", b"x" * 5_000_000),
    "long header": HEAD + b"X-Long: " + b"a" * 2_000_000 + b"\r\n\r\nhello",
    "many headers": HEAD + b"X-One: a\r\n" * 100_000 + b"\r\nhello",
    "many senders": b"From: a@b.example\r\n" * 500 + b"\r\nhello",
    "broken words": b"Subject: =?utf-8?b?%%%?= =?x?q?=ZZ?= =?utf-8?b?" + b"A" * 50_000 + b"?=\r\n\r\nhello",
    "broken address": b'From: "a <b@@c>, <<>>, (((" <@,;:@>\r\n\r\nhello',
    "comments": b"From: " + b"(" * 20_000 + b"a@b.example\r\n\r\nhello",
    "many tags": with_type("text/html", b"<div>" * 300_000),
    "unclosed tags": with_type("text/html", b"<" * 400_000 + b"a href=" * 10_000),
    "unclosed comments": with_type("text/html", b"<!--" * 100_000),
    "entities": with_type("text/html", b"&amp" * 100_000 + b"&#x110000;&#99999999999;&#xD800;"),
    "mail in a mail": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 30 + b"From: a@b.example\r\n\r\nx",
    "name with path": HEAD
    + b'Content-Type: application/pdf; name="../../etc/passwd\x00.pdf"\r\n'
    + b"Content-Disposition: attachment\r\n\r\nx",
    "name in pieces": HEAD
    + b"Content-Type: a/b; "
    + b"".join(b"name*%d*=utf-8''%%ff; " % part for part in range(2000))
    + b"\r\nContent-Disposition: attachment\r\n\r\nx",
    "type of nothing": HEAD + b"Content-Type: ;;;===\r\nContent-Disposition: ;;\r\n\r\nhello",
    "surrogates": with_type("text/plain; charset=utf-16", b"\x00\xd8\x00\xd8"),
    "bomb of references": HEAD + b"References: " + b"<a@b.c> " * 100_000 + b"\r\n\r\nx",
}
