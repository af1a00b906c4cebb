"""What a reply says anew, in the languages and habits of common mail programs."""

from __future__ import annotations

import time

import pytest

from bot.channels.quotes import newly_said

ANNOUNCEMENTS = [
    "On Mon, 23 Nov 2026 at 10:00, Fernwick <support@fernwick.example> wrote:",
    "On Nov 23, 2026, at 10:00, Fernwick\n<support@fernwick.example> wrote:",
    "Am 23.11.2026 um 10:00 schrieb Fernwick <support@fernwick.example>:",
    "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Fernwick <\nsupport@fernwick.example>:",
    "Le lun. 23 nov. 2026 à 10:00, Fernwick <support@fernwick.example> a écrit :",
    "El lun, 23 nov 2026 a las 10:00, Fernwick (<support@fernwick.example>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 10:00 Fernwick <support@fernwick.example> ha scritto:",
    "Op ma 23 nov 2026 om 10:00 schreef Fernwick <support@fernwick.example>:",
    "Em seg., 23 de nov. de 2026 às 10:00, Fernwick <support@fernwick.example> escreveu:",
    "W dniu 23.11.2026 o 10:00, Fernwick napisał:",
    "Den mån 23 nov. 2026 kl 10:00 skrev Fernwick <support@fernwick.example>:",
    "23.11.2026 10:00, Fernwick написал(а):",
    "在 2026年11月23日，10:00，Fernwick <support@fernwick.example> 写道：",
    "2026-11-23 10:00 Fernwick <support@fernwick.example> wrote:",
    "-----Original Message-----\nFrom: Fernwick",
    "-------- Ursprüngliche Nachricht --------\nVon: Fernwick",
    "________________________________\nFrom: Fernwick <support@fernwick.example>\nSent: Monday",
    "From: Fernwick <support@fernwick.example>\nSent: Monday, 23 November 2026\nTo: Anna\nSubject: Hub",
    "Von: Fernwick <support@fernwick.example>\nGesendet: Montag\nAn: Anna\nBetreff: Hub",
    "De : Fernwick <support@fernwick.example>\nEnvoyé : lundi\nÀ : Anna\nObjet : Hub",
]  # fmt: skip


@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_the_quoted_mail_is_left_out(announced: str, mark: str) -> None:
    if not mark and "\n" not in announced and "10:00" not in announced:
        pytest.skip("nothing tells where the quote begins")
    quoted = "\n".join(f"{mark}{line}" for line in ("Hello Anna,", "", "hold the button."))
    assert newly_said(f"It still blinks.\n\nWhat now?\n\n{announced}\n\n{quoted}\n") == "It still blinks.\n\nWhat now?"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnna Miller\nMiller Ltd",
        "Kind regards,\nAnna Miller\n+1 202 555 0100",
        "Mit freundlichen Grüßen\n\nAnna Müller",
        "Cordialement,\nAnna",
        "Saludos\nAna",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
    ],
)
def test_the_signature_is_left_out(signature: str) -> None:
    assert newly_said(f"Hello,\nmy hub blinks red.\n\n{signature}\n") == "Hello,\nmy hub blinks red."


@pytest.mark.parametrize(
    "text",
    [
        "My friend wrote:\nI cannot open the app. What now?",
        "Thanks\nbut it does not work. Which button is it?",
        "The manual says: hold it for 10:00 minutes:\nis that right?",
        "Best\nof all is the lamp. When is it back?",
        "From: what I read it needs Hub 2",
        "> only a quote",
        "Sent from my iPhone",
    ],
)
def test_what_only_looks_like_a_quote_or_a_signature_stays(text: str) -> None:
    assert newly_said(text) == text


def test_answers_between_the_quoted_lines_stay() -> None:
    assert newly_said("> Did you restart it?\nYes, twice.\n> Which colour?\nRed.") == "Yes, twice.\nRed."


@pytest.mark.parametrize(
    "text",
    ["On " * 60_000, "On x\n" * 40_000, ("a" * 400 + ":\n") * 500, ">" * 200_000, "\n" * 200_000, "best\n" * 40_000,
     ("On " + "a " * 240 + "wrote\n:\n") * 400, ("-" * 400 + "\n") * 400, "From: a\n" * 25_000],
    ids=range(9),
)  # fmt: skip
def test_no_text_keeps_the_reader(text: str) -> None:
    started = time.thread_time()
    newly_said(text)
    assert time.thread_time() - started < 3
