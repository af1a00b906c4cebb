"""The survey after a resolved ticket: a customer answers by keyboard on a phone, the desk sees it; or sends it away."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from bot.access import Role
from bot.conversation import messages
from bot.conversation.conversations import token_hash
from bot.conversation.utterance import Speaker
from bot.feedback import survey as survey_of
from bot.feedback.episodes import Episode
from bot.feedback.survey import ByMail
from bot.handoff.policies import read_policies
from bot.storage.care_tables import surveys
from tests.browser.axe import looks_right, violations, violations_in_light_and_dark
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.browser.desk import Agent, Desk
from tests.browser.widget import Widget
from tests.conftest import ROOT
from tests.served import PASSWORD

SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})


def _resolved(widget: Widget, agent: Agent) -> Locator:
    agent.claim(widget.identifiers[0])
    agent.resolve(widget.identifiers[0])
    survey = widget.inside.locator("#survey form")
    expect(survey).to_be_visible(timeout=PATIENCE_MS)
    return survey


def test_the_customer_answers_by_keyboard_and_the_desk_sees_it(
    new_page: PageMaker, desk: Desk, agent: Agent
) -> None:
    page = new_page(viewport={"width": 390, "height": 780}, bypass_csp=True)
    widget = Widget.in_shop(page, desk.url)
    widget.ask_for_person()
    ticket = agent.ticket_of(widget.identifiers[0])
    console = Console(new_page(), desk.url).let_in().open(ticket)

    survey = _resolved(widget, agent)
    looks_right(widget.frame)
    send = survey.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    expect(survey.get_by_role("group", name="How was our help?").get_by_role("radio")).to_have_count(5)
    likely = survey.get_by_role("group", name="How likely are you to recommend us")
    expect(likely.get_by_role("radio")).to_have_count(11)
    expect(survey.get_by_role("group")).to_have_count(2)
    missing = survey.get_by_label("What was missing? (optional)")
    survey.get_by_role("radio", name="4, good").check()
    expect(missing).to_be_hidden()
    survey.get_by_role("radio", name="1, very bad").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(survey.get_by_role("radio", name="2, bad")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(likely.get_by_role("radio", name="0, not at all")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("A call back")
    expect(missing).to_have_value("A call back")
    assert violations(widget.frame) == []
    page.keyboard.press("Tab")
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    expect(survey.get_by_role("status")).to_have_text("Thank you. We read every answer.")
    assert violations(widget.frame) == []

    seen = console.page.locator("#packet")
    expect(seen).to_contain_text("2 of 5", timeout=PATIENCE_MS)
    expect(seen).to_contain_text("0 of 10 NPS")
    expect(seen).to_contain_text("A call back")
    expect(console.page.locator("#notes")).to_contain_text("Please review this case")
    page.reload()
    expect(widget.inside.locator("#strip")).to_contain_text("Marked as resolved", timeout=PATIENCE_MS)
    expect(survey).to_have_count(0)


def test_it_is_sent_away_for_this_episode_and_never_in_the_way(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    survey = _resolved(widget, agent)
    widget.text.fill("One more thing")
    survey.get_by_role("button", name="No, thanks").click()
    expect(survey).to_be_hidden()
    expect(widget.text).to_be_focused()
    expect(widget.text).to_have_value("One more thing")
    widget.page.reload()
    expect(widget.inside.locator("#strip")).to_contain_text("Marked as resolved", timeout=PATIENCE_MS)
    expect(survey).to_have_count(0)
    # The next episode has its own; writing on puts it out of the way, saying thanks does not.
    widget.ask_for_person()
    _resolved(widget, agent)
    widget.ask("Thanks")
    expect(survey).to_be_visible()
    widget.write("How long is the warranty?")
    expect(survey).to_have_count(0, timeout=PATIENCE_MS)


def test_who_is_not_helped_is_told_what_to_write_and_gets_a_person(widget: Widget, agent: Agent) -> None:
    widget.ask_for_person()
    _resolved(widget, agent)
    strip = widget.inside.locator("#strip")
    expect(strip).to_contain_text("Not solved? Write “not solved”, and the team takes it up again.")
    assert violations(widget.frame) == []
    widget.write("not solved")
    expect(strip).to_contain_text("Passed on to a person")


def test_what_the_bot_answered_is_rated_after_thanks_and_summed_for_leads(
    widget: Widget, new_page: PageMaker, desk: Desk
) -> None:
    widget.ask("How do I reset the Hub 2?")
    survey = widget.inside.locator("#survey form")
    expect(survey).to_have_count(0)
    widget.ask("Thanks, bye")
    expect(survey).to_be_visible(timeout=PATIENCE_MS)
    expect(survey.get_by_role("group")).to_have_count(1)
    looks_right(widget.frame)
    assert violations(widget.frame) == []
    survey.get_by_role("radio", name="1, very bad").check()
    survey.get_by_label("What was missing?").fill("A picture")
    survey.get_by_role("button", name="Send").click()
    expect(survey.get_by_role("status")).to_have_text("Thank you. We read every answer.")

    desk.hire("Lou", "lou@example.com", PASSWORD, Role.LEAD)
    page = Console(new_page(bypass_csp=True), desk.url).sign_in("lou@example.com", PASSWORD).page
    page.goto(f"{desk.url}/console/surveys?days=7")
    expect(page.get_by_role("row", name="Satisfaction")).to_contain_text("of 1")
    expect(page.locator("main")).to_contain_text("A picture")
    for size in SIZES:
        page.set_viewport_size(size)
        looks_right(page)
        assert violations_in_light_and_dark(page) == []
    with desk.transaction() as tx:
        said = messages.last_of(tx, [Speaker.BOT], widget.identifiers[0])
        assert said is not None
        episode = Episode("answer-0", said.conversation_id, None, said.id, "de", said.created_at)
        tx.execute(update(surveys).values(asked_at="2026-01-01"))
        by_mail = ByMail("lou@example.org", "", token_hash("a-link"))
        survey_of.ask(tx, read_policies(ROOT / "data" / "policies"), episode, by_mail)
    _by_mail(page, f"{desk.url}/survey/a-link")


def _by_mail(page: Page, link: str) -> None:
    """The page that the link in a mail leads to, by keyboard, in the language of the mail."""
    page.goto(link)
    for size in SIZES:
        page.set_viewport_size(size)
        looks_right(page)
        assert violations_in_light_and_dark(page) == []
    page.get_by_role("button", name="Bewertung senden").click()
    expect(page.get_by_role("alert")).to_have_text("Bitte wählen Sie zuerst eine Zahl.")
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="1, sehr schlecht")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Ein Bild")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Vielen Dank. Wir lesen jede Antwort.")
    page.goto(f"{link}/stop")
    assert violations(page) == []
    page.get_by_role("button", name="Nicht mehr fragen").click()
    expect(page.get_by_role("status")).to_contain_text("nicht mehr per Mail")
