"""The language of a message is guessed only where there is something to guess from."""

from __future__ import annotations

import pytest

from bot.conversation.language import detect


@pytest.mark.parametrize(
    ("text", "fallback", "language"),
    [
        ("Where is my parcel? I ordered it last week.", "de", "en"),
        ("Wo bleibt meine Bestellung FW-123456? Ich warte seit drei Wochen.", "en", "de"),
        ("Bonjour, où est ma commande ? Je l'attends depuis lundi.", "en", "fr"),
        ("¿Dónde está mi pedido? Lo espero desde el lunes.", "en", "es"),
        ("ok", "fr", "fr"),
        ("E-101", "de", "de"),
        ("", "es", "es"),
        ("FW-123456 4000 12", "en", "en"),
    ],
)
def test_a_message_tells_its_language_or_keeps_the_old_guess(text: str, fallback: str, language: str) -> None:
    assert detect(text, fallback) == language
