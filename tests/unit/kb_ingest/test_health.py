"""Owns: each class of finding is found where it was planted, is not found beside it, and the report is in order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb_ingest import health_written
from kb_ingest.article import Article, Link, Visibility
from kb_ingest.checks.finding import Finding, FindingKind, Stretch, stretches
from kb_ingest.checks.page import page_of
from kb_ingest.checks.readability import grade, syllables
from kb_ingest.checks.useless import Judged
from kb_ingest.cli import app
from kb_ingest.health import Health, examine

TODAY = date(2026, 11, 26)
PASSAGE = " ".join(f"Step {number} of the reset asks you to hold the button on device {number}." for number in range(9))


def article(name: str, text: str, title: str = "", **fields: object) -> Article:
    return Article(name, title or name, text, source=f"{name}.md", **({"area": "hub"} | fields))  # type: ignore[arg-type]


def test_an_article_that_readers_call_useless_is_found_unless_few_do() -> None:
    page = article("one", "Text.")
    for useful, useless, is_found in ((3, 2, False), (9, 3, False), (2, 3, True)):
        report = examine([page], TODAY, {}, judged={"one": Judged(useful, useless)})
        named = [each for each in report.findings if each.kind is FindingKind.NOT_USEFUL]
        assert bool(named) is is_found
    assert named[0].why == "3 of 5 readers of the help centre said that it was not useful"


def examined(*articles: Article, **cited: int) -> Health:
    return examine(articles, TODAY, cited)


def found(kind: FindingKind, *articles: Article) -> list[Finding]:
    return [finding for finding in examined(*articles).findings if finding.kind is kind]


def test_a_question_to_which_two_articles_are_pinned_is_found_unless_no_customer_sees_both() -> None:
    asked = ("Is the cloud down?",)
    one = article("one", "Text.", pinned_for=asked)
    assert not found(FindingKind.PINNED_TWICE, one, article("two", "Text.", pinned_for=("Is it down?",)))
    for others in ({"region": ("us",)}, {}):
        two = article("two", "Text.", pinned_for=("is the cloud down?",), **others)
        (finding,) = found(FindingKind.PINNED_TWICE, one, two)
        assert (finding.article, finding.other) == ("one", "two")
    for apart in ({"visibility": Visibility.INTERNAL}, {"region": ("uk",)}):
        american = article("one", "Text.", pinned_for=asked, region=("us",))
        assert not found(FindingKind.PINNED_TWICE, american, article("two", "Text.", pinned_for=asked, **apart))


@pytest.mark.parametrize(
    ("said", "otherwise", "differs"),
    [
        ("You can return any lamp within 30 days of delivery.", "You can return any lamp within 14 days of delivery.",
         "30 days against 14 days"),
        ("The wall bracket for the hub costs $12.", "The wall bracket for the hub costs $15.50.", "$12 against $15.50"),
        ("Students get 10% off every order in the shop.", "Students get 15 percent off every order in the shop.",
         "10% against 15 percent"),
        ("The winter sale of the shop ends on 3 January.", "The winter sale of the shop ends on January 9.",
         "3 January against January 9"),
        ("The outdoor siren can be painted by customers.", "The outdoor siren can not be painted by customers.",
         "one denies"),
        ("The cameras keep pictures for 7, 30 days or 60 days.", "The cameras keep pictures for 7, 30 days or 90 days.",
         "60 days against 90 days"),
        ("The backup battery lasts two hours.", "The backup battery lasts 4 hours.", "two hours against 4 hours"),
    ],
)  # fmt: skip
def test_two_articles_that_say_otherwise_are_found(said: str, otherwise: str, differs: str) -> None:
    (finding,) = found(FindingKind.CONTRADICTION, article("one", said, "Shop"), article("two", otherwise, "Our shop"))
    assert finding.why.startswith(differs)
    assert {finding.article, finding.other} == {"one", "two"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article("one", "Returned lamps are refunded within 30 days.", region=("us",)),
         article("two", "Returned lamps are refunded within 14 days.", region=("uk",))),
        (article("one", "The parcel label lasts 30 days."),
         article("two", "The parcel label lasts 14 days.", visibility=Visibility.INTERNAL)),
        (article("one", "The parcel label lasts 30 days."),
         article("two", "The parcel label lasts 14 days.", replaces="one")),
        (article("one", "Press the red button of Hub 2 for 10 seconds.", "Reset"),
         article("two", "Press the red button of Hub 1 for 5 seconds.", "Reset")),
        (article("one", "This method needs 10 minutes of your time."),
         article("two", "This method needs 5 minutes of your time.")),
        (article("one", "If the lamp is not red, press the button twice."),
         article("two", "If the lamp is red, press the button twice.")),
        (article("one", "Delivery takes 3 days by truck."),
         article("two", "The warranty lasts 24 months for lamps.")),
    ],
)  # fmt: skip
def test_what_can_both_be_true_is_no_contradiction(one: Article, other: Article) -> None:
    assert found(FindingKind.CONTRADICTION, one, other) == []


def test_a_family_without_one_region_is_found_and_a_general_article_covers_all() -> None:
    others = [article(f"x{number}", "Text.", region=(name,)) for number in range(3) for name in ("us", "uk", "eu")]
    family = [
        article(f"refund-{name}", "Text.", f"Refunds ({shown})", region=(name,))
        for name, shown in (("us", "United States"), ("uk", "UK"))
    ]
    (finding,) = found(FindingKind.MISSING_VARIANT, *others, *family)
    assert "cover region uk, us, not eu" in finding.why
    assert found(FindingKind.MISSING_VARIANT, *others, *family, article("refund", "Text.", "Refunds")) == []


def test_headings_without_text_are_found_and_those_above_lower_ones_are_not() -> None:
    text = "## How do I pair it?\n\n## Prices\n\nTBD\n\n## Steps\n\n### First\n\nPress it.\n\n## Last"
    whys = [finding.why for finding in found(FindingKind.UNANSWERED_HEADING, article("one", text))]
    assert sorted(whys) == [
        "the heading “Last” has no text under it",
        "the heading “Prices” has only “TBD” under it",
        "the question “How do I pair it?” has no text under it",
    ]


def test_an_export_that_lost_its_levels_is_not_blamed_for_them() -> None:
    pages = [article(f"a{number}", "## Solution\n\n## For users\n\nWait.") for number in range(5)]
    assert found(FindingKind.UNANSWERED_HEADING, *pages) == []


def test_an_article_that_nothing_leads_to_is_found() -> None:
    linking = article("one", "See two.", links=(Link("two", "two"), Link("three", "https://help.example/three/")))
    lost = [article(name, "Text.", area="") for name in ("two", "three", "four")]
    (finding,) = found(FindingKind.ORPHAN, linking, *lost)
    assert finding.article == "four"


def test_a_base_that_was_never_filed_is_one_finding() -> None:
    (finding,) = found(FindingKind.ORPHAN, *(article(f"a{number}", "Text.", area="") for number in range(30)))
    assert (finding.article, finding.why.split()[:3]) == ("", ["30", "of", "30"])


def test_a_passage_in_two_articles_is_one_finding_and_a_whole_copy_another() -> None:
    ends = (("one", "Lamps are sold in the shop. " * 30), ("two", "Call us any day but Sunday. " * 30))
    one, two = (article(name, f"All on {name}.\n\n## Reset\n\n{PASSAGE}\n\n## Else\n\n{end}") for name, end in ends)
    (finding,) = found(FindingKind.DUPLICATE_SECTION, one, two)
    assert (finding.article, finding.other) == ("one", "two")
    copies = (article("one", PASSAGE), article("two", PASSAGE))
    assert found(FindingKind.DUPLICATE_SECTION, *copies) == []
    assert len(found(FindingKind.NEAR_DUPLICATE, *copies)) == 1


def test_dead_links_and_overdue_reviews_are_found() -> None:
    linking = article("one", "See gone.", links=(Link("gone", "gone.md", 7),), review_by=date(2026, 11, 1))
    assert found(FindingKind.DEAD_LINK, linking)[0].line == 7
    assert "25 days ago" in found(FindingKind.STALE, linking)[0].why
    yesterday = article("one", "Text.", review_by=TODAY - timedelta(days=1))
    assert ", 1 day ago" in found(FindingKind.STALE, yesterday)[0].why
    assert found(FindingKind.STALE, article("two", "Text.", review_by=TODAY, updated_at=date(2019, 1, 1))) == []
    assert "7 years ago" in found(FindingKind.STALE, article("two", "Text.", updated_at=date(2019, 1, 1)))[0].why


def test_images_are_found() -> None:
    shown = article("one", "Press the key.", images=(Link("the key", "key.png", 7),))
    (finding,) = found(FindingKind.IMAGE, shown, article("two", "Text."))
    assert (finding.line, finding.why) == (7, "the image `key.png` is not shown")


def test_hard_text_long_sentences_and_walls_are_found() -> None:
    hard = "Organisational administrators necessarily configure multifactorial authentication infrastructure. " * 9
    long = f"You can {'press the big red button and ' * 9}wait."
    wall = "Press the key. " * 60
    assert [finding.article for finding in found(FindingKind.HARD_TO_READ, article("hard", hard))] == ["hard"]
    assert "has more than" not in found(FindingKind.LONG_SENTENCES, article("long", long))[0].why[:9]
    assert "180: “Press the key." in found(FindingKind.WALL_OF_TEXT, article("wall", wall))[0].why
    plain = examined(article("plain", "Press the red button. Wait until the light is green. " * 5))
    assert plain.findings == ()


def test_the_grade_is_flesch_and_kincaid() -> None:
    assert [syllables(word) for word in ("cat", "table", "made", "pressed", "battery", "USB")] == [1, 2, 1, 1, 3, 2]
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_what_is_read_comes_first_and_no_class_floods() -> None:
    due = [article(f"a{number:02}", f"Text {number}.", review_by=date(2026, 11, 1)) for number in range(40)]
    health = examined(*due, a33=100)
    assert health.findings[0].article == "a33"
    (stale,) = [count for count in health.counts if count.kind is FindingKind.STALE]
    assert (stale.found, stale.more, len(health.findings)) == (40, 15, 25)
    assert (health.topics[0].articles, health.topics[0].cited) == (40, 100)


def test_no_cell_of_the_file_is_run_by_a_spreadsheet() -> None:
    finding = Finding(FindingKind.STALE, "=cmd()", "a.md", "+1 day late", 'review, "soon"')
    (row,) = _rows(health_written.as_csv([finding]))
    assert (row["article"], row["why"], row["todo"]) == ("'=cmd()", "'+1 day late", 'review, "soon"')


def test_the_command_names_file_and_line_and_writes_both_forms(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    head = '---\nid: {}\ntitle: {}\narea: hub\nquestions:\n  - "The backup battery lasts 2 hours, right?"\n---\n\n'
    (folder / "one.md").write_text(head.format("one", "One") + "Hello.\n\nThe **backup** battery lasts 2 hours.\n")
    (folder / "two.md").write_text(head.format("two", "Two") + "The backup battery lasts 4 hours.\n")
    target = tmp_path / "found.csv"
    ran = CliRunner().invoke(app, ["health", "--source", str(folder), "--json", "--csv", str(target)])
    report = json.loads(ran.stdout)
    assert report["counts"]["contradiction"] == {"found": 1, "not_listed": 0}
    row = next(row for row in _rows(target.read_text()) if row["kind"] == "contradiction")
    assert (row["source"], row["line"]) == ("one.md", "11")
    printed = CliRunner().invoke(app, ["health", "--source", str(folder)]).stdout
    assert "2 hours against 4 hours" in printed
    assert CliRunner().invoke(app, ["health"]).exit_code == 2


def test_what_a_file_has_is_set_apart_and_no_backtick_is_printed(tmp_path: Path) -> None:
    parts = list(stretches("set `updated_at` and `review_by`"))
    assert [part.text for part in parts if part.as_written] == ["updated_at", "review_by"]
    assert "".join(part.text for part in parts) == "set updated_at and review_by"
    assert list(stretches("a lone ` stays")) == [Stretch("a lone ` stays", as_written=False)]
    (tmp_path / "old.md").write_text("---\nid: old\ntitle: Old\nupdated_at: 2015-01-01\n---\n\nWords.\n")
    printed = CliRunner().invoke(app, ["health", "--source", str(tmp_path)]).stdout
    assert "then set updated_at and review_by" in printed
    assert "`" not in printed


def test_an_article_is_taken_apart_without_loss() -> None:
    page = page_of(
        article("one", "Before. Then.\n\n## Steps\n\n1. Press it.\n2. Wait.\n\n| a | b |\n|---|---|\n| c | d |")
    )
    assert [section.heading for section in page.sections] == ["", "Steps"]
    assert [sentence.text for sentence in page.sentences][:4] == ["Before.", "Then.", "Press it.", "Wait."]


def _rows(text: str) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))
