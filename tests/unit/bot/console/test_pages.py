"""The console's words and files."""

from __future__ import annotations

from pathlib import Path

from bot.channels.mails import Standing
from bot.console import article_labels, labels
from bot.console.pages import files
from bot.conversation.mail_proof import Channel, Proof
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.desk.record_of import ProvenBy
from bot.handoff.service_level import Priority
from bot.handoff.ticket import TicketStatus
from eval.checks.measure import Measure
from eval.edits.told import Change

CONSOLE = Path(__file__).parents[4] / "bot" / "console"


def test_every_member_of_a_closed_set_has_words() -> None:
    assert set(labels.REASONS) == set(Reason)
    assert set(labels.PRIORITIES) == set(Priority)
    assert set(labels.STATUSES) == set(TicketStatus)
    assert set(labels.SPEAKERS) == set(Speaker)
    assert set(labels.MAIL_STANDINGS) == set(Standing)
    assert set(labels.PROOFS) == set(Proof)
    assert set(labels.CHANNELS) == set(Channel)
    assert set(labels.PROVEN_BY) == set(ProvenBy)
    assert set(article_labels.MEASURES) == set(Measure)
    assert set(article_labels.CHANGES) == set(Change)


def test_no_template_switches_escaping_off_or_has_inline_code() -> None:
    for path in (CONSOLE / "templates").glob("*.html"):
        text = path.read_text()
        for banned in ("|safe", "| safe", "autoescape false", "<style", "style=", "onclick", "javascript:"):
            assert banned not in text, (path.name, banned)


def test_every_file_names_its_version() -> None:
    assert files().url("htmx.min.js").startswith("/console/static/htmx.min.js?v=")
    assert "4.0.1" in (CONSOLE / "static" / "VENDORED.md").read_text()


def test_scripts_never_put_text_in_as_markup() -> None:
    for path in (CONSOLE / "static").glob("*.js"):
        if path.name != "htmx.min.js":
            text = path.read_text()
            for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
                assert banned not in text, (path.name, banned)
