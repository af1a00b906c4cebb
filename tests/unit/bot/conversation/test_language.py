"""The language of a message is guessed only where there is something to guess from."""

from __future__ import annotations

import py3langid.modelio
import pytest

from bot.conversation import language
from bot.conversation.language import detect, may_be


@pytest.mark.parametrize(
    ("text", "fallback", "told"),
    [
        ("Where is my parcel? I ordered it last week.", "de", "en"),
        ("Wo bleibt meine Bestellung FW-123456? Ich warte seit drei Wochen.", "en", "de"),
        ("Bonjour, où est ma commande ? Je l'attends depuis lundi.", "en", "fr"),
        ("¿Dónde está mi pedido? Lo espero desde el lunes.", "en", "es"),
        ("Hola, mi cámara no se conecta al wifi", "en", "es"),
        ("Hola, quiero devolver mi pedido", "en", "es"),
        ("Hola, mi cerradura pita cada vez que abro", "", "es"),
        ("la batterie est vide", "en", "fr"),
        ("Mi camara no funciona", "es", "es"),
        ("Mi camara no funciona", "en", "pt"),
        ("plug mini wipe", "en", "en"),
        ("dfkjghskdjfh skdjfh", "de", "de"),
        ("hidden wifi networks?", "en", "en"),
        ("ok", "fr", "fr"),
        ("E-101", "de", "de"),
        ("", "es", "es"),
        ("FW-123456 4000 12", "en", "en"),
    ],
)
def test_a_message_tells_its_language_or_keeps_the_old_guess(text: str, fallback: str, told: str) -> None:
    assert detect(text, fallback) == told


@pytest.mark.parametrize(
    ("text", "language", "may"),
    [
        ("Mi camara no funciona", "es", True),
        ("le hub clignote en rouge", "fr", True),
        ("Passwort vergessen", "de", True),
        ("hidden wifi networks?", "de", False),
        ("loyalty points program", "fr", False),
        ("Where is my parcel? I ordered it last week.", "es", False),
        ("Mi camara no funciona", "xx", False),
        ("ok", "de", False),
    ],
)
def test_a_message_may_be_in_the_browsers_language(text: str, language: str, may: bool) -> None:
    assert may_be(text, language) is may


def test_a_full_disk_leaves_the_old_guess_and_the_next_message_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    asked = "Wo bleibt meine Bestellung FW-123456? Ich warte seit drei Wochen."
    language._identifier.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(py3langid.modelio.tempfile, "TemporaryFile", full)
        assert detect(asked, "en") == "en"
    assert detect(asked, "en") == "de"
