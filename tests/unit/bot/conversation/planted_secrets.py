"""Makes messages with one planted secret, and messages with numbers and words that only look like one."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from bot.conversation.secret_span import SecretKind

Planted = tuple[str, str, SecretKind]
ALNUM = string.ascii_letters + string.digits
GAPS = ("", " ", "-", " - ", "\u00a0", ".", "–", "\u200b", "  ", "/", "\n")


def planted(rng: random.Random) -> Planted:
    """The secret as typed, the message round it, and its kind."""
    return rng.choice((_card, _card, _iban, _iban, _ssn, _password, _password, _password, _pin, _key))(rng)


def lookalike(rng: random.Random) -> str:
    """A message that must not change."""
    number = rng.choice(LOOKALIKES)(rng)
    return rng.choice(CARRIERS).format(number)


def _digits(rng: random.Random, amount: int) -> str:
    return "".join(rng.choices(string.digits, k=amount))


def _text(rng: random.Random, alphabet: str, amount: int) -> str:
    return "".join(rng.choices(alphabet, k=amount))


def _card(rng: random.Random) -> Planted:
    prefix, length, groups = rng.choice(
        (
            ("4", 16, (4, 4, 4, 4)),
            (str(rng.randint(51, 55)), 16, (4, 4, 4, 4)),
            (str(rng.randint(2221, 2720)), 16, (4, 4, 4, 4)),
            (rng.choice(("34", "37")), 15, (4, 6, 5)),
            ("6011", 16, (4, 4, 4, 4)),
            ("65", 16, (4, 4, 4, 4)),
            ("36", 14, (4, 6, 4)),
            ("3530", 16, (4, 4, 4, 4)),
            ("4", 19, (4, 4, 4, 4, 3)),
        )
    )
    body = prefix + _digits(rng, length - 1 - len(prefix))
    number = body + luhn.calc_check_digit(body)
    secret = _grouped(number, groups, rng.choice(GAPS))
    carrier = rng.choice(
        (
            "my card number is {}",
            "{}",
            "card {} exp 04/28",
            "please charge {} instead, thanks",
            "Visa:{}",
            "hi, I paid with {}. Where is order FW-123456?",
            "cc# {} cvv 123",
            "meine Karte {} wurde abgelehnt",
            "the number on the front is {}, name J. Roe",
            "card{}",
        )
    )
    return secret, carrier.format(secret), SecretKind.CARD


def _grouped(number: str, groups: tuple[int, ...], gap: str) -> str:
    pieces, start = [], 0
    for size in groups:
        pieces.append(number[start : start + size])
        start += size
    return gap.join(pieces)


IBAN_SHAPES = (("DE", "", 18), ("GB", "BARC", 14), ("FR", "", 23), ("ES", "", 20), ("NL", "ABNA", 10),
               ("IT", "X", 22), ("AT", "", 16), ("BE", "", 12), ("IE", "AIBK", 14))  # fmt: skip


def _iban(rng: random.Random) -> Planted:
    country, bank, amount = rng.choice(IBAN_SHAPES)
    account = bank + _digits(rng, amount)
    number = country + mod_97_10.calc_check_digits(account + country) + account
    fours = tuple([4] * (len(number) // 4) + ([len(number) % 4] if len(number) % 4 else []))
    secret = _grouped(number, fours, rng.choice(("", " ", "-", "\u00a0", ".")))
    secret = secret.lower() if rng.random() < 0.2 else secret
    carrier = rng.choice(
        ("IBAN {}", "my iban is {} thanks", "{}", "Refund to {} please", "IBAN:{}", "Konto: {}, Inhaber Roe",
         "you can use {}. It is my bank", "send it to {} (my account)")
    )  # fmt: skip
    return secret, carrier.format(secret), SecretKind.IBAN


def _ssn(rng: random.Random) -> Planted:
    area = rng.choice([number for number in range(1, 900) if number != 666])
    parts = (f"{area:03d}", f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 9999):04d}")
    gap = rng.choice(("-", "-", " ", ".", "–"))
    if rng.random() < 0.2:
        secret = "".join(parts)
        carrier = rng.choice(("my SSN is {}", "ssn: {}", "social security number {}", "SSN {}"))
    else:
        secret = gap.join(parts)
        carrier = rng.choice(
            ("my ssn is {}", "{}", "Social Security: {}", "here it is {} ok?", "SSN#{}", "it's {}.")
        )
    return secret, carrier.format(secret), SecretKind.NATIONAL_ID


WORDS = (
    "sunshine",
    "Kitty",
    "dragon",
    "Sommer",
    "letmein",
    "monkey",
    "Hamster",
    "football",
    "Arsenal",
    "qwerty",
)


def _secret_word(rng: random.Random) -> str:
    word = rng.choice(WORDS)
    return rng.choice(
        (
            f"{word}{rng.randint(1, 2030)}",
            f"{word}{rng.choice('!$%#*&')}{rng.randint(1, 99)}",
            f"{rng.randint(10, 99)}{word}",
            word.replace("o", "0").replace("e", "3") + str(rng.randint(1, 9)),
            _text(rng, ALNUM, rng.randint(8, 14)) + str(rng.randint(1, 9)) + "x",
            _text(rng, ALNUM + "!#$%&*+_", 12) + "7a",
        )
    )


PASSWORD_CARRIERS = (
    "my password is {}", "password: {}", "Password = {}", "pw: {}", "the pwd is {} and it still fails",
    "passwort: {}", "Mein Passwort lautet {}.", "mot de passe : {}", "mi contraseña es {}", "PASSWORD IS {}",
    "user jane@example.com password {}", "my password for the app is {}", 'the password is "{}", I think',
    "{} is my password", "I reset my password to {}", "login: jane pass: {}", "jane@example.com / {}",
    "my wifi password is {} if you need it", "pasword is {}", "passcode: {}", "the password: {}\nplease help",
    "Hi. I use {} as my password", "pass word is {}",
)  # fmt: skip
PLAIN_CARRIERS = ("my password is {}", "password: {}", "it's password is {}. Can you try?", "pw = {}")


def _password(rng: random.Random) -> Planted:
    if rng.random() < 0.15:
        secret, carrier = rng.choice(WORDS), rng.choice(PLAIN_CARRIERS)
    else:
        secret, carrier = _secret_word(rng), rng.choice(PASSWORD_CARRIERS)
    return secret, carrier.format(secret), SecretKind.PASSWORD


def _pin(rng: random.Random) -> Planted:
    secret = _digits(rng, rng.choice((4, 4, 6)))
    carrier = rng.choice(("my PIN is {}", "pin: {}", "door code {}", "the alarm code is {}",
                          "PIN {}",
                          "lock code for the front door is {}", "verification code: {}",
                          "guest code = {}"))  # fmt: skip
    return secret, carrier.format(secret), SecretKind.PASSWORD


def _key(rng: random.Random) -> Planted:
    secret = rng.choice(
        (
            "sk-" + _text(rng, ALNUM, 40),
            "sk_live_" + _text(rng, ALNUM, 24),
            "ghp_" + _text(rng, ALNUM, 36),
            "AKIA" + _text(rng, string.ascii_uppercase + string.digits, 16),
            "AIza" + _text(rng, ALNUM + "-_", 35),
            "xoxb-" + _digits(rng, 11) + "-" + _text(rng, ALNUM, 24),
            "glpat-" + _text(rng, ALNUM, 20),
            "eyJ" + _text(rng, ALNUM, 30) + "." + _text(rng, ALNUM, 60) + "." + _text(rng, ALNUM, 40),
            "whsec_" + _text(rng, ALNUM, 32),
        )
    )
    carrier = rng.choice(
        ("my api key is {}", "{}", "token: {}", "I use {} in the script", "Authorization: Bearer {}")
    )
    return secret, carrier.format(secret), SecretKind.KEY


def _upper(rng: random.Random, amount: int) -> str:
    return _text(rng, string.ascii_uppercase, amount)


LOOKALIKES: tuple[Callable[[random.Random], str], ...] = (
    lambda rng: "order FW-" + _digits(rng, 6),
    lambda rng: "order number " + _digits(rng, rng.choice((8, 10, 12))),
    lambda rng: f"order {_digits(rng, 3)}-{_digits(rng, 7)}-{_digits(rng, 7)}",
    lambda rng: "tracking 1Z" + _text(rng, string.ascii_uppercase + string.digits, 16),
    lambda rng: "tracking number 9400" + _digits(rng, 18),
    lambda rng: "tracking 9400 1" + " ".join(_digits(rng, 4) for _ in range(4)) + " 00",
    lambda rng: "parcel " + _upper(rng, 2) + _digits(rng, 9) + "GB",
    lambda rng: "FedEx " + _digits(rng, 12),
    lambda rng: "DHL " + _digits(rng, 10),
    lambda rng: "UPS Mail " + _digits(rng, 20),
    lambda rng: f"+44 20 {_digits(rng, 4)} {_digits(rng, 4)}",
    lambda rng: f"({rng.randint(200, 989)}) {_digits(rng, 3)}-{_digits(rng, 4)}",
    lambda rng: f"+1 {rng.randint(200, 989)}-{_digits(rng, 3)}-{_digits(rng, 4)}",
    lambda rng: f"+49 {_digits(rng, 4)} {_digits(rng, 7)}",
    lambda rng: f"07{_digits(rng, 3)} {_digits(rng, 6)}",
    lambda rng: "serial SN" + _digits(rng, 16),
    lambda rng: "serial " + _upper(rng, 3) + _digits(rng, 5) + _upper(rng, 2) + _digits(rng, 4),
    lambda rng: "S/N: " + _text(rng, "0123456789ABCDEF", 12),
    lambda rng: "MAC " + ":".join(_text(rng, "0123456789ABCDEF", 2) for _ in range(6)),
    lambda rng: "IMEI 35" + _digits(rng, 13),
    lambda rng: "model " + rng.choice(("FH-2", "GB-E27", "WC-OUT", "LL-EU", "CD-1", "WT-UK", "PM-US")),
    lambda rng: "error " + rng.choice("ECTLDPBA") + "-" + _digits(rng, 3),
    lambda rng: f"firmware 4.{rng.randint(0, 9)}.{rng.randint(0, 99)}",
    lambda rng: f"invoice INV-{rng.randint(2020, 2026)}-{_digits(rng, 6)}",
    lambda rng: f"on {rng.randint(1, 28)}/{rng.randint(1, 12)}/2026 at 9:{rng.randint(10, 59)}",
    lambda rng: f"20{rng.randint(20, 26)}-{rng.randint(10, 12)}-{rng.randint(10, 28)} 08:15:30",
    lambda rng: f"${rng.randint(1, 999)},{_digits(rng, 3)}.{_digits(rng, 2)}",
    lambda rng: "uuid " + "-".join(_text(rng, "0123456789abcdef", n) for n in (8, 4, 4, 4, 12)),
    lambda rng: "commit " + _text(rng, "0123456789abcdef", 40),
    lambda rng: f"IP 192.168.{rng.randint(0, 255)}.{rng.randint(0, 255)}",
    lambda rng: "EAN 40" + _digits(rng, 11),
    lambda rng: "reference " + _digits(rng, 16),
    lambda rng: "loyalty number " + " ".join(_digits(rng, 4) for _ in range(4)),
    lambda rng: f"code {_digits(rng, 6)} from the box",
    lambda rng: f"ticket {_digits(rng, 3)}-{_digits(rng, 2)}-{_digits(rng, 4)}",
    lambda rng: f"postcode {_upper(rng, 2)}{rng.randint(1, 9)} {rng.randint(1, 9)}{_upper(rng, 2)}",
    lambda rng: "my password is " + rng.choice(("wrong", "not accepted", "expired", "rejected again")),
    lambda rng: "the password " + rng.choice(("reset mail", "page shows A-801", "is case sensitive")),
)  # fmt: skip

CARRIERS = (
    "{}", "Hi, {} please", "My details: {}.", "where is it? {}", "it says {} and stops", "I have {}, thanks!",
    "{} does not arrive, what now?", "see {} (bought last week)", "ref: {}", "Regarding {}: nothing happens",
)  # fmt: skip
