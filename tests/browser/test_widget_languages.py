"""A customer who reads another language is spoken to in it, and told honestly what is answered in which."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.decision.small_talk_policy import read_small_talk
from tests.browser.axe import violations
from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk
from tests.browser.website import Website
from tests.browser.widget import Widget
from tests.conftest import ROOT

SPOKEN = read_small_talk(ROOT / "data" / "policies" / "small_talk.yaml", "Fernwick Home").spoken


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_german_customer_from_hello_to_a_person(
    new_page: PageMaker, website: Website, desk: Desk, width: int, height: int
) -> None:
    words = SPOKEN.languages["de"]
    page = new_page(viewport={"width": width, "height": height})
    page.goto(f"{website.url}/de")
    widget = Widget(page).open()
    expect(widget.log.locator(".turn.bot").first).to_contain_text(words.greeting)
    assert violations(widget.frame) == []
    assert widget.ask("Hallo").inner_text().strip().endswith(words.replies["greeting"])
    expect(widget.ask("hub")).to_contain_text(words.unclear)
    expect(widget.ask("How do I factory-reset my Hub 2?").locator(".cite").first).to_be_visible()
    expect(widget.ask("Danke!")).to_contain_text(words.replies["thanks"])
    assert violations(widget.frame) == []
    widget.write("Wie setze ich meinen Hub auf die Werkseinstellungen zurück?")
    expect(widget.inside.locator("#strip")).to_contain_text("An einen Menschen übergeben")
    expect(widget.log).to_contain_text("Menschen aus unserem Team")
    expect(widget.log).not_to_contain_text("passing you")
    assert widget.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(widget.frame) == []


@pytest.mark.parametrize(("path", "language"), [("/fr", "fr"), ("/es", "es")])
def test_a_starter_is_answered_whatever_the_language_of_the_page(
    new_page: PageMaker, website: Website, desk: Desk, path: str, language: str
) -> None:
    page = new_page()
    page.goto(f"{website.url}{path}")
    widget = Widget(page).open()
    expect(widget.log.locator(".turn.bot").first).to_contain_text(SPOKEN.languages[language].greeting)
    widget.inside.locator("#starters button").first.click()
    expect(widget.answers.first.locator(".cite").first).to_be_visible()


@pytest.mark.parametrize(
    ("said", "language", "promised", "placeholder", "you"),
    [
        ("Wie setze ich meinen Hub auf die Werkseinstellungen zurück?", "de", "An einen Menschen übergeben",
         "Schreiben Sie eine Nachricht …", "Sie schrieben"),
        ("Comment réinitialiser mon hub aux paramètres d'usine ?", "fr", "Transmis à une personne",
         "Écrivez un message…", "Vous avez écrit"),
    ],
)  # fmt: skip
def test_all_around_a_conversation_goes_over_to_its_language_and_clock(
    new_page: PageMaker, desk: Desk, said: str, language: str, promised: str, placeholder: str, you: str
) -> None:
    widget = Widget.in_shop(new_page(locale="en-US", timezone_id="America/New_York"), desk.url)
    widget.write(said)
    strip = widget.inside.locator("#strip")
    expect(strip).to_contain_text(promised)
    expect(widget.text).to_have_attribute("placeholder", placeholder)
    expect(widget.mine.first).to_contain_text(you)
    assert widget.frame.evaluate("document.documentElement.lang") == language
    for shown in (strip, widget.log):
        expect(shown).not_to_contain_text("AM")
        expect(shown).not_to_contain_text("PM")
    widget.page.reload()
    expect(strip).to_contain_text(promised)
    expect(widget.log).to_contain_text(you)
    widget.button("Mehr" if language == "de" else "Plus").click()
    widget.inside.get_by_role("menuitem").first.click()
    widget.inside.get_by_role("dialog").locator(".away").click()
    expect(widget.text).to_have_attribute("placeholder", "Ask a question…")
