"""Writing in the console: nothing that was typed is lost, and the pages can be used by everybody on every screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bot.publishing import impact, manuscripts, orders
from bot.publishing.impact import Kind
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from bot.retrieval.live_index import LiveIndex
from bot.settings import Settings
from tests.browser.axe import looks_right_everywhere, violations
from tests.browser.conftest import PageMaker
from tests.browser.newsroom import LEAD, WRITER, Newsroom, body, open_newsroom, saved, sign_in

WHY = "Why all the same"
SEEN = {
    "asked": 2, "cases_in_all": 3, "seconds": 0.3, "generation": "g", "counts": {"worse": 1, "changed": 1},
    "blocking": ["q-1"],
    "cases": [
        {
            "id": "q-1", "change": "worse", "blocks": True, "pinned": True, "text": "How long do I hold the clip?",
            "worse": ["span_shown"], "better": [],
            "before": {"decision": "answer", "shown": "Hold it for 10 seconds."},
            "now": {"decision": "answer", "shown": "Hold it for 15 seconds."},
            "missing": [{"sentence": "Hold it for 10 seconds", "article": "reset-hub-2", "file": "hub/reset-hub-2.md",
                         "is_said": False}],
        }
    ],
    "contradictions": [
        {"article": "reset-hub-2", "other": "hub-offline", "said": "Hold it for 15 seconds.",
         "elsewhere": "Hold it for 10 seconds.", "differs": "15 seconds and 10 seconds"}
    ],
    "shadows": [], "near_duplicates": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def room(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path_factory.mktemp("newsroom"), small_index, git=False)
    yield opened
    opened.desk.process.stop()


@pytest.fixture
def new_page(other_pages: PageMaker) -> PageMaker:
    return other_pages


def seen_by_gate(room: Newsroom, article_id: str, kind: Kind = Kind.PUBLISH, **found: object) -> None:
    """The gate's row as it would be, without the time it takes."""
    database = room.database()
    settings = Settings(index_dir=room.index, data_dir=room.data, cases_dir=room.data / "cases")
    bench = Workbench(settings, database, LiveIndex(room.index), Reader())
    with database.snapshot() as tx:
        held = manuscripts.of_article(tx, article_id)
    assert held is not None
    text = "" if kind is Kind.ARCHIVE else orders.as_in_service(bench, held).text
    with database.transaction() as tx:
        key = impact.key_of(tx, bench, held, kind, text)
        impact.ask(tx, "Wim", held, kind, text, key)
        impact.finish(tx, key, result=json.dumps(SEEN | found))
    bench.reader.close()
    database.close()


def write(page: Page, text: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    saved(page)


def test_every_page_is_clean_on_every_screen(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, LEAD)
    address = room.manuscript("reset-hub-2")
    page.goto(address)
    write(page, body(page).replace("Hold it for 10 seconds", "Hold it for 15 seconds"))
    seen_by_gate(room, "reset-hub-2")
    for place in ("", "/history", "/preview?audience=customer&region=eu"):
        page.goto(address + place)
        looks_right_everywhere(page)
    page.goto(f"{room.url}/console/library?due=true")
    looks_right_everywhere(page)
    page.get_by_role("button", name="New article").click()
    looks_right_everywhere(page)
    page.goto(address)
    expect(page.locator('[data-case="q-1"] del')).to_have_text("10")
    expect(page.locator('[data-case="q-1"] ins')).to_have_text("15")
    lost = page.locator('[data-case="q-1"] .missing')
    expect(lost.locator("q")).to_have_text("Hold it for 10 seconds")
    expect(lost).to_contain_text("reset-hub-2 does not say it any more")
    assert page.url.endswith(str(lost.get_by_role("link").get_attribute("href")))
    expect(page.locator('[data-case="q-1"]')).to_contain_text("q-1: the answer lacks the sentence that decides")
    page.get_by_role("button", name="Publish…").click()
    expect(page.get_by_label(WHY)).to_be_visible()
    looks_right_everywhere(page)


def test_what_was_filled_in_stays_when_publishing_is_refused(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, LEAD)
    page.goto(room.manuscript("watch-cam-indoor-set-up"))
    write(page, body(page) + "\nA finch sits on it.\n")
    page.get_by_role("button", name="Publish…").click()
    dialog, reason = page.locator("#ordering"), page.get_by_label(WHY)
    expect(dialog).to_contain_text("See first what it does to the answers")
    publish = dialog.get_by_role("button", name="Publish")
    publish.click()
    expect(dialog).to_be_visible()  # the browser marks the reason that is missing
    reason.fill("The number is wrong")
    dialog.get_by_label("When").fill("2999-02-01T10:00")
    dialog.get_by_label("Take it out again").fill("2999-01-01T10:00")
    publish.click()
    expect(dialog.get_by_role("alert")).to_have_text("It would expire before it is published.")
    expect(reason).to_have_value("The number is wrong")
    expect(dialog.get_by_label("When")).to_have_value("2999-02-01T10:00")
    dialog.get_by_label("Take it out again").fill("2999-03-01T10:00")
    expect(dialog).to_contain_text("When it goes again: See first what it does to the answers")
    assert violations(page) == []
    seen_by_gate(room, "watch-cam-indoor-set-up", Kind.EXPIRE, blocking=[], cases=[])
    dialog.get_by_role("button", name="See what its going again does").click()
    expect(dialog.get_by_text("No pinned or answered question gets worse when it goes again.")).to_be_visible()
    expect(dialog).not_to_contain_text("When it goes again:")
    publish.click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#standing")).to_contain_text("“The number is wrong”")
    page.get_by_label("Text", exact=True).fill("")
    expect(page.locator("#standing")).to_contain_text("It cannot be published as it is.")
    expect(page.get_by_role("button", name="Publish…")).to_have_count(0)


def test_a_lead_takes_a_leaked_article_out_at_once_and_the_gate_looks_afterwards(
    new_page: PageMaker, room: Newsroom
) -> None:
    page = sign_in(new_page(), room, LEAD)
    page.goto(room.manuscript("plans-uk"))
    page.locator("summary", has_text="Take it out of service").click()
    page.get_by_role("button", name="Take out…").click()
    dialog = page.locator("#ordering")
    expect(dialog).to_contain_text("the gate looks afterwards then")
    looks_right_everywhere(page)
    page.get_by_label(WHY).fill("An address leaked")
    dialog.get_by_role("button", name="Take out of service").click()
    standing = page.locator("#standing")
    expect(standing).to_contain_text("In spite of the gate: Lena, “An address leaked”")
    expect(standing.locator('[data-state="archived"]')).to_have_count(1, timeout=120_000)
    expect(page.locator("#impact")).to_contain_text("What its going does to the answers")


def test_what_is_put_back_does_not_go_over_what_a_colleague_saved_meanwhile(
    new_page: PageMaker, room: Newsroom
) -> None:
    wim, lena = sign_in(new_page(), room, WRITER), sign_in(new_page(), room, LEAD)
    for page in (wim, lena):
        page.goto(room.manuscript("plans-us"))
    write(lena, "The lead was here.\n")
    wim.get_by_label("Text", exact=True).fill("Wim's words.\n")
    expect(wim.locator("#conflict")).to_be_visible()
    wim.on("dialog", lambda asked: asked.accept())
    wim.reload()
    wim.get_by_role("button", name="Put it back").click()
    expect(wim.locator("#conflict")).to_contain_text("Lena changed this article at")
    lena.reload()
    assert body(lena) == "The lead was here.\n"
    wim.get_by_role("button", name="Save mine over it").click()
    saved(wim)
    lena.reload()
    assert body(lena) == "Wim's words.\n"


def test_writing_in_what_waits_for_a_reviewer_takes_it_back_only_when_its_author_says_so(
    new_page: PageMaker, room: Newsroom
) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.goto(room.manuscript("returns-us"))
    write(page, body(page) + "\nOne more.\n")
    page.get_by_role("button", name="Hand in for review").click()
    state = page.locator("#standing [data-state]")
    expect(state).to_have_attribute("data-state", "review")
    handed_in = body(page)
    page.get_by_label("Text", exact=True).fill("Two more.\n")
    expect(page.locator("#reviewing")).to_be_visible()
    page.wait_for_timeout(2500)  # longer than what is typed waits to be saved
    expect(page.locator("#kept")).to_have_text("Not saved.")
    looks_right_everywhere(page)
    page.get_by_role("button", name="Leave it in review").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(handed_in)
    expect(state).to_have_attribute("data-state", "review")
    page.get_by_label("Text", exact=True).fill("Three more.\n")
    page.get_by_role("button", name="Take it back and go on").click()
    saved(page)
    expect(state).to_have_attribute("data-state", "draft")
    write(page, "Four more.\n")
    expect(page.locator("#reviewing")).to_be_hidden()


def test_two_editors_are_told_and_lose_nothing(new_page: PageMaker, room: Newsroom) -> None:
    wim, lena = sign_in(new_page(), room, WRITER), sign_in(new_page(), room, LEAD)
    for page in (wim, lena):
        page.goto(room.manuscript("returns-uk"))
    write(wim, "Wim's words.\n")
    lena.get_by_label("Text", exact=True).fill("Lena's words.\n")
    told = lena.locator("#conflict")
    expect(told).to_contain_text("Wim changed this article at")
    assert body(lena) == "Lena's words.\n"
    lena.get_by_role("button", name="Save mine over it").click()
    expect(told).to_be_hidden()
    saved(lena)
    wim.reload()
    assert body(wim) == "Lena's words.\n"
    wim.get_by_role("link", name="History").click()
    wim.get_by_role("link", name="Written over").click()
    expect(wim.get_by_label("The change")).to_contain_text("Wim's words.")


def test_what_could_not_be_saved_waits_in_the_browser(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.goto(room.manuscript("returns-us"))
    page.route("**/v1/manuscripts/*", lambda route: route.abort())
    page.get_by_label("Text", exact=True).fill("Typed on a train.\n")
    expect(page.locator("#kept")).to_contain_text("Not saved: The service cannot be reached.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.unroute("**/v1/manuscripts/*")
    page.reload()
    assert body(page) != "Typed on a train.\n"
    page.get_by_role("button", name="Put it back").click()
    saved(page)
    page.reload()
    assert body(page) == "Typed on a train.\n"
    expect(page.locator("#unsaved")).to_be_hidden()


def test_what_is_typed_before_the_script_runs_is_saved(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    held: list[Route] = []
    page.route("**/manuscript_editor.js*", lambda route: route.continue_() if held else held.append(route))
    page.goto(room.manuscript("returns-eu"), wait_until="commit")
    page.get_by_label("Text", exact=True).fill("Typed early.\n")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    saved(page)
    page.reload()
    assert body(page) == "Typed early.\n"


def test_a_wrong_field_is_marked_where_it_stands(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, WRITER)
    page.goto(room.manuscript("plans-uk"))
    page.locator("summary", has_text="About the article").click()
    page.get_by_label("Review by").fill("soon")
    expect(page.locator("#wrong-review_by")).to_contain_text("is no date: write it as 2026-08-14")
    page.get_by_label("Review by").fill("2027-03-01")
    expect(page.locator("#wrong-review_by")).to_be_empty()


def published(page: Page, room: Newsroom, article_id: str) -> None:
    """The draft of the page comes into service; the gate has nothing against it."""
    seen_by_gate(room, article_id, blocking=[])
    page.reload()
    page.get_by_role("button", name="Publish…").click()
    page.locator("#ordering").get_by_role("button", name="Publish").click()
    expect(page.locator('#standing [data-busy="no"][data-state="published"]')).to_be_attached(timeout=120_000)


def test_an_earlier_text_is_looked_at_and_brought_back_as_a_draft(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, LEAD)
    address = room.manuscript("hub-offline")
    page.goto(address)
    before = body(page)
    write(page, before + "\nA zebrafinch sits on it.\n")
    published(page, room, "hub-offline")
    listed = page.get_by_role("list", name="Published versions")
    expect(listed.get_by_role("listitem")).to_have_count(2)
    expect(listed.get_by_role("listitem").first).to_contain_text("Lena")
    expect(listed.locator("ins")).to_contain_text("zebrafinch")
    expect(listed.get_by_role("listitem").first.locator(".chip")).to_have_text("In service")
    looks_right_everywhere(page)
    listed.get_by_role("link").last.click()
    expect(page.get_by_label("The change").locator("del")).to_contain_text(["zebrafinch"])
    looks_right_everywhere(page)
    page.get_by_role("button", name="Bring this text back as a draft").click()
    expect(page.locator('#standing [data-state="draft"]')).to_be_attached()
    assert body(page) == before
    expect(page.locator("#standing")).to_contain_text("See first what it does to the answers")


def test_a_new_article_is_thrown_away_and_one_taken_out_is_erased_each_with_its_receipt(
    new_page: PageMaker, room: Newsroom
) -> None:
    page = sign_in(new_page(), room, LEAD)
    page.get_by_role("button", name="New article").click()
    page.get_by_label("Title", exact=True).fill("A lamp for zebrafinches")
    page.locator("#beginning").get_by_role("button", name="Begin").click()
    removed(page, "Throw the draft away", "Throw away…", "a-lamp-for-zebrafinches")
    expect(page.locator("#found")).not_to_contain_text("zebrafinches")
    page.goto(room.manuscript("int-fraud-holds"))
    seen_by_gate(room, "int-fraud-holds", Kind.ARCHIVE, blocking=[])
    page.reload()
    page.locator("summary", has_text="Take it out of service").click()
    page.get_by_role("button", name="Take out…").click()
    page.locator("#ordering").get_by_role("button", name="Take out of service").click()
    expect(page.locator('#standing [data-busy="no"][data-state="archived"]')).to_be_attached(timeout=120_000)
    expect(page.locator(".plans").first).to_contain_text("article versions")
    removed(page, "Erase it for good", "Erase…", "int-fraud-holds")


def removed(page: Page, summary: str, button: str, article_id: str) -> None:
    page.locator("summary", has_text=summary).click()
    page.get_by_role("button", name=button).click()
    dialog = page.locator("#removing")
    assert violations(page) == []
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text(f"{article_id} was removed by Lena")
    expect(dialog).to_contain_text("kept texts")
    looks_right_everywhere(page)
    dialog.get_by_role("link", name="Back to the articles").click()
    expect(page.get_by_role("button", name="New article")).to_be_visible()


def test_after_a_rollback_the_page_says_what_customers_get(new_page: PageMaker, room: Newsroom) -> None:
    page = sign_in(new_page(), room, LEAD)
    page.goto(room.manuscript("hub-1-led-meanings"))
    write(page, body(page) + "\nA zebrafinch sits on it.\n")
    published(page, room, "hub-1-led-meanings")
    plans = page.locator(".plans").get_by_role("listitem")
    expect(plans.first).to_contain_text("In effect")
    done = room.run("kb_ingest", "rollback", "--index", str(room.index))
    assert done.returncode == 0, done.stderr
    told = page.locator('[data-served="other"]')
    for _ in range(60):  # the service takes the pointer up by itself
        page.reload()
        if told.count():
            break
        page.wait_for_timeout(500)
    expect(told).to_contain_text("Customers get an earlier text")
    expect(page.locator("#standing")).to_contain_text("Not what customers get")
    expect(plans.first).to_contain_text("Was in effect")
    looks_right_everywhere(page)
    page.goto(f"{room.url}/console/library?q=hub-1-led-meanings")
    expect(page.locator(".line").first).to_contain_text("Not what customers get")
    looks_right_everywhere(page)
