"""Two texts contradict each other where they say different things of the same, and only there."""

from __future__ import annotations

import pytest

from bot.gaps.contradiction import contradiction


@pytest.mark.parametrize(
    ("said", "other", "differs"),
    [
        ("You can return a camera within 30 days.", "A camera can be returned within 14 days.", "30 days against 14"),
        ("The wall mount for the hub costs $12.", "The wall mount for Hub costs $19 today.", "$12 against $19"),
        ("The siren tone can not be changed in the app.", "The siren tone can be changed in the app.", "one denies"),
        ("Sie können die Uhr 30 Tage lang zurückgeben.", "Sie können die Uhr 14 Tage lang zurückgeben.", "14 Tage"),
        ("Die Erstattung dauert 5 Werktage.", "Die Erstattung dauert 2 Wochen.", "5 Werktage against 2 Wochen"),
        ("Die Rücksendung ist kostenlos.", "Die Rücksendung ist nicht kostenlos.", "kostenlos"),
        ("Der Versand kostet 5,95 €.", "Der Versand kostet 7,95 €.", "5,95 € against 7,95 €"),
        ("Das Tor lässt sich nicht von außen öffnen.", "Das Tor lässt sich von außen öffnen.", "one denies"),
        ("Vous pouvez rendre la caméra sous 30 jours.", "Vous pouvez rendre la caméra sous 2 semaines.", "2 semaines"),
        ("La sirène ne peut pas être coupée.", "La sirène peut être coupée.", "one denies"),
        ("La garantía dura 2 años.", "La garantía dura 36 meses.", "2 años against 36 meses"),
        ("Support ends on 3 May 2027 for Hub 1.", "Support for Hub 1 ends on 3 May 2028.", "2027 against 2028"),
    ],
)
def test_other_numbers_dates_and_negations_are_seen(said: str, other: str, differs: str) -> None:
    found = contradiction(f"Hello. {said}", f"An opening. {other} And more.")
    assert found is not None
    assert (found.said, found.against) == (said, other)
    assert differs in found.differs


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("You can return a camera within 30 days.", "Cameras can be returned within 30 days."),
        ("You can return a camera within 30 days.", "The battery lasts 14 days in winter."),
        ("The mount costs $12.", "Delivery of the hub costs $5."),
        ("Security updates for Hub 1 end in 2027.", "Security updates for Hub 2 end in 2030."),
        ("Die Erstattung dauert 5 Werktage.", "Die Erstattung dauert 7 Tage."),
        ("La garantie dure 2 ans.", "La garantie dure 24 mois."),
        ("Vous pouvez rendre la caméra sous 30 jours.", "Vous pouvez charger la batterie sous 14 jours."),
        ("Sie können die Kamera 30 Tage lang zurückgeben.", "Sie können die Lampe 14 Tage lang testen."),
        ("They pay 5 an hour and put 2 tags on a box.", "They pay 9 an hour and put 3 tags on a box, in one go."),
        ("The siren tone can not be changed.", "The volume may be changed in the app."),
    ],
)
def test_the_same_and_what_is_about_something_else_do_not_contradict(said: str, other: str) -> None:
    assert contradiction(said, other) is None
