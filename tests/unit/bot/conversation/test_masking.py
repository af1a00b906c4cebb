"""Secrets planted in messages go, look-alikes stay, and no message is slow to mask."""

from __future__ import annotations

import random
import shutil
import string
import time
from pathlib import Path

import pytest

from bot.conversation import conversations, messages
from bot.conversation.masking import mask, placeholder
from bot.conversation.secret_span import SecretKind
from bot.conversation.utterance import Speaker
from bot.storage.engine import open_database
from tests.unit.bot.conversation.planted_secrets import lookalike, planted

SEED = 20261122
AMOUNT = 2000


def test_planted_secrets_are_masked_and_nothing_of_them_shows() -> None:
    rng = random.Random(SEED)
    missed = []
    for _ in range(AMOUNT):
        secret, message, kind = planted(rng)
        masked = mask(message)
        if kind not in masked.kinds or _shows(secret, masked.text):
            missed.append((message, masked.text))
    assert len(missed) <= AMOUNT // 100, f"seed {SEED}: {len(missed)} of {AMOUNT} missed: {missed[:15]}"


def test_lookalikes_stay_as_they_are() -> None:
    rng = random.Random(SEED + 1)
    messages = [lookalike(rng) for _ in range(AMOUNT)]
    wrong = [mask(message).text for message in messages if mask(message).text != message]
    assert len(wrong) <= AMOUNT // 100, f"seed {SEED + 1}: {len(wrong)} of {AMOUNT} masked: {wrong[:15]}"


@pytest.mark.parametrize("amount", [300, pytest.param(AMOUNT, marks=pytest.mark.full)])
def test_no_byte_of_a_secret_reaches_the_disk(amount: int, migrated_file: Path, tmp_path: Path) -> None:
    rng = random.Random(SEED + 5)
    secrets = []
    database = open_database(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}", serving=True)
    with database.transaction() as tx:
        conversation = conversations.open_conversation(tx, site="shop", language="en").conversation
        for number in range(amount):
            secret, message, kind = planted(rng)
            if kind in (SecretKind.CARD, SecretKind.IBAN, SecretKind.KEY):
                messages.append(tx, conversation.id, Speaker.CUSTOMER, message, client_id=f"m{number}")
                secrets.append(secret)
        messages.append(tx, conversation.id, Speaker.CUSTOMER, "canary-that-must-be-found", client_id="last")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    database.close()
    assert b"canary-that-must-be-found" in written
    assert len(secrets) >= amount // 3
    assert [secret for secret in secrets if secret.encode() in written] == []


def _shows(secret: str, text: str) -> bool:
    """True when the secret, or most of its characters in a row, can still be read."""
    squeezed = "".join(char for char in text if char.isalnum()).casefold()
    bare = "".join(char for char in secret if char.isalnum()).casefold()
    return secret in text or (len(bare) >= 6 and bare[: max(6, len(bare) * 2 // 3)] in squeezed)


@pytest.mark.parametrize(
    "message",
    [
        "my password is not working",
        "My password is wrong, it says A-801",
        "password: how do I reset it?",
        "the password is incorrect and I am locked out",
        "I forgot my password. It's been a while",
        "password must be at least 12 characters",
        "Mein Passwort ist falsch",
        "mon mot de passe est expiré",
        "the wifi password on the 5GHz network",
        "after the password change C-201 appears",
        "the lock code is 4 digits long",
        "guest code 3 does not work",
        "my card was declined twice, B-701",
        "is the api key page broken?",
        "IMEI 490154203237518",
        "order 111-2345678-1234567, tracking 1Z999AA10123456784",
        "call me on +44 20 7946 0958 or jane.roe@example.com",
    ],
)
def test_talk_about_secrets_is_not_a_secret(message: str) -> None:
    assert mask(message).text == message


def test_each_kind_has_its_own_placeholder() -> None:
    text = "card 4111 1111 1111 1111 cvv 123, IBAN GB82 WEST 1234 5698 7654 32, ssn 078-05-1120, pw: hunter2"
    assert mask(text).text == (
        "card [card number removed] cvv [card security code removed], IBAN [IBAN removed], "
        "ssn [social security number removed], pw: [password removed]"
    )


def test_masking_twice_changes_nothing() -> None:
    rng = random.Random(SEED + 2)
    for _ in range(500):
        once = mask(planted(rng)[1]).text
        assert mask(once).text == once


def test_two_secrets_side_by_side_both_go() -> None:
    text = "4111 1111 1111 1111 5555 5555 5555 4444"
    assert mask(text).text == f"{placeholder(SecretKind.CARD)} {placeholder(SecretKind.CARD)}"


def test_a_message_takes_at_most_a_millisecond() -> None:
    rng = random.Random(SEED + 3)
    messages = [(planted(rng)[1] + " " + lookalike(rng)) for _ in range(300)]
    took = []
    for message in messages:
        start = time.thread_time()
        mask(message)
        took.append(time.thread_time() - start)
    assert sorted(took)[len(took) // 2] <= 0.001


ADVERSARIAL = (
    "4", "4 ", "4111 1111 1111 1111 ", "1-1-", "123-45-", "password ", "password is ",
    "password for a ", "passwort", "pin ", "code ", "a", "a@", "a.", "a.b@", "DE12 ",
    "DE", "iban ", " ", "\n", "\t",
    "://a:", "eyJ", "eyJaaaaaaaaa.", "sk-", "bearer ", "-----BEGIN PRIVATE KEY-----", "x is my ", "'",
    "\u200b4", "é", "[", "ssn ",
    "card number is ", "cvv ",
)  # fmt: skip


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_ten_kilobytes_of_anything_take_linear_time(piece: str) -> None:
    """Twice the text may take about twice the time, never four times."""
    short, long = (piece * (size // len(piece)) for size in (10_000, 40_000))
    quick = min(_seconds(short) for _ in range(2))
    assert quick <= 0.6
    assert _seconds(long) <= 10 * max(quick, 0.01)


def _seconds(text: str) -> float:
    start = time.thread_time()
    mask(text)
    return time.thread_time() - start


def test_arbitrary_text_never_breaks_masking() -> None:
    rng = random.Random(SEED + 4)
    alphabet = string.printable + "“”«»\u200b\u00a0éßñ[]" + "0123456789" * 4
    words = ("password", "pin", "iban", "card", "is", ":", '"', "ssn", "DE", "bearer", "api key")
    for _ in range(500):
        pieces = (rng.choice(words) if rng.random() < 0.3 else rng.choice(alphabet) for _ in range(60))
        masked = mask("".join(pieces))
        assert mask(masked.text).text.count(" removed]") >= masked.text.count(" removed]")
