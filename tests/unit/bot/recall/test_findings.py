"""Everybody who was told text that changed its meaning is found, and nobody else."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Role
from bot.assist import record
from bot.conversation import conversations, messages
from bot.conversation.conversations import State, open_conversation
from bot.conversation.utterance import Speaker
from bot.desk import accounts
from bot.recall.around import narrowed, retitled
from bot.recall.change import Why
from bot.recall.findings import find
from bot.recall.listing import lines, listing
from bot.retrieval.question import Known
from bot.storage.engine import Database
from kb_ingest.article import Article, Visibility
from tests.unit.bot.recall.planted import EDITS, VARIANTS, Base, base, citation, plant, proposed, tell

NUMBER = next(edit for edit in EDITS if edit.name == "a number")
COSMETIC = tuple(edit for edit in EDITS if not edit.breaks and not edit.under)
OLD, NEW = "You have 30 days to send device 1 back.", "You have 14 days to send device 1 back."


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Before any edit; tests must not edit it."""
    return base(tmp_path_factory.mktemp("published"))


def _measure(database: Database, tmp_path: Path, amount: int) -> None:
    kb = base(tmp_path)
    with database.transaction() as tx:
        _, wrong = plant(tx, kb, amount)
    with database.snapshot() as tx:
        assert find(tx, kb.live, VARIANTS) == ()
    kb.edit()
    started = time.perf_counter()
    with database.snapshot() as tx:
        found = find(tx, kb.live, VARIANTS)
    took = time.perf_counter() - started
    told = [(each.telling.conversation_id, each.telling.article_id, each.telling.quote) for each in found]
    print(f"{amount} conversations, {len(wrong)} wrong answers, {len(told)} found in {took:.2f} s")
    assert len(told) == len(set(told))
    assert set(told) - wrong == set(), "told what still holds"
    assert wrong - set(told) == set(), "not found"
    assert len(wrong) > amount // 5
    cosmetic = {edit.name.replace(" ", "-").replace("'", "") for edit in COSMETIC}
    assert not {article for _, article, _ in told} & cosmetic


def test_all_wrong_answers_of_a_planted_log_are_found_and_no_other(database: Database, tmp_path: Path) -> None:
    _measure(database, tmp_path, 300)


@pytest.mark.full
def test_all_wrong_answers_of_five_thousand_conversations_are_found(database: Database, tmp_path: Path) -> None:
    _measure(database, tmp_path, 5000)


def test_a_finding_names_the_new_text_and_the_words_that_differ(database: Database, tmp_path: Path) -> None:
    kb = base(tmp_path)
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        said = tell(tx, chat, kb.article(NUMBER), OLD)
    kb.edit([NUMBER])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS, "a-number")
        assert find(tx, kb.live, VARIANTS, "a-unit") == ()
    assert (finding.telling.conversation_id, finding.telling.message_id) == (chat, said)
    assert finding.change.why is Why.CHANGED
    assert (finding.change.words_gone, finding.change.words_new) == (("30",), ("14",))
    now = finding.change.now
    assert now is not None
    assert (now.quote, now.version) == (NEW, kb.article(NUMBER).version)
    assert kb.article(NUMBER).text[now.start : now.end] == NEW
    shown = "\n".join(lines(listing("g1", [finding])))
    assert shown.startswith("Answers to recall: 1, in conversations: 1 (generation g1)")
    assert "differs: 30 -> 14" in shown


@pytest.mark.parametrize(
    ("name", "why"), [("archived", Why.UNPUBLISHED), ("internal", Why.INTERNAL), ("forgotten", Why.UNPUBLISHED)]
)
def test_what_is_taken_away_has_no_new_text(database: Database, tmp_path: Path, name: str, why: Why) -> None:
    kb, edit = base(tmp_path), next(edit for edit in EDITS if edit.name == name)
    article = kb.article(edit)
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        tell(tx, chat, article, article.text.split("\n")[0])
    kb.edit([edit])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
    assert (finding.change.why, finding.change.now) == (why, None)


@pytest.mark.parametrize(
    ("region", "then", "now", "recalled"),
    [
        ("us", (), ("eu",), True), ("eu", (), ("eu",), False), (None, (), ("eu",), True),
        ("us", ("us", "eu"), ("eu",), True), (None, ("us", "eu"), ("eu",), True), (None, ("eu",), ("eu", "us"), False),
        ("us", ("eu",), ("eu", "uk"), False), (None, ("eu",), (), False),
    ],
)  # fmt: skip
def test_an_article_for_fewer_is_recalled_from_whom_it_left_out(
    region: str | None, then: tuple[str, ...], now: tuple[str, ...], recalled: bool
) -> None:
    article = Article("a", "A", "Text.")
    for field in ("region", "plan"):
        sides = replace(article, **{field: then}), replace(article, **{field: now})  # type: ignore[arg-type]
        assert narrowed(Known(**{field: region}), *sides) is recalled


def test_who_is_known_to_be_covered_is_told_nothing(database: Database, tmp_path: Path) -> None:
    kb, edit = base(tmp_path), next(edit for edit in EDITS if edit.name == "a region")
    with database.transaction() as tx:
        for region in ("eu", "us"):
            chat = open_conversation(tx, site=region, language="en").conversation
            conversations.learn(tx, chat, region=region)
            tell(tx, chat.id, kb.article(edit), "It is paid to the card you used.")
    kb.edit([edit])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
        assert conversations.load(tx, finding.telling.conversation_id).site == "us"
    assert (finding.change.why, finding.change.now) == (Why.READERS, None)


def test_a_row_under_another_head_is_shown_with_both(database: Database, tmp_path: Path) -> None:
    kb, edit = base(tmp_path), next(edit for edit in EDITS if edit.name == "a table's head")
    article = kb.article(edit)
    row = next(line for line in article.text.splitlines() if "Plus" in line)
    with database.transaction() as tx:
        tell(tx, open_conversation(tx, site="", language="en").conversation.id, article, row)
    kb.edit([edit])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
    assert finding.change.words_new == ("a year",)
    assert finding.change.says.startswith("| Plan | Price a year |")
    assert finding.change.now is not None
    assert row in finding.change.now.quote


def test_the_same_text_told_twice_in_a_chat_is_one_finding(database: Database, tmp_path: Path) -> None:
    kb = base(tmp_path)
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        tell(tx, chat, kb.article(NUMBER), OLD)
        last = tell(tx, chat, kb.article(NUMBER), OLD)
    kb.edit([NUMBER])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
    assert finding.telling.message_id == last


def test_an_addition_that_holds_no_more_is_found_beside_an_answer_that_does(database: Database, tmp_path: Path) -> None:
    kb = base(tmp_path)
    with database.transaction() as tx:
        old, kept = (open_conversation(tx, site="", language="en").conversation.id for _ in range(2))
        tell(tx, old, kb.article(NUMBER), "It is paid to the card you used.", extra="Keep the old box.")
        tell(tx, kept, kb.article(NUMBER), "It is paid to the card you used.", extra="Keep the box.")
    kb.edit([replace(NUMBER, old="title:", new="specific_extra: Keep the box.\ntitle:")])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
    assert (finding.telling.conversation_id, finding.telling.quote) == (old, "Keep the old box.")


def test_of_an_edited_suggestion_only_what_was_sent_counts(database: Database, tmp_path: Path) -> None:
    kb = base(tmp_path)
    article = kb.article(NUMBER)
    whole = article.text[article.text.index("You have") : article.text.index("## Steps")].strip()
    at = citation(article, whole)
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        for final in (whole, f"Hi! {OLD} Bye!", "The refund takes 6 working days, and we write to you.", "No idea."):
            chat = open_conversation(tx, site=final[:9], language="en").conversation.id
            asked = messages.append(tx, chat, Speaker.CUSTOMER, "Well?").message.id
            (offered,) = record.store(tx, chat, asked, [proposed(at, whole)], None)
            record.sent(tx, offered.id, ana.id, final)
    kb.edit([NUMBER])
    with database.snapshot() as tx:
        found = find(tx, kb.live, VARIANTS)
        sites = {conversations.load(tx, each.telling.conversation_id).site: each.telling.quote for each in found}
    assert sites == {whole[:9]: whole, "Hi! You h": OLD}


def test_a_closed_chat_and_an_internal_source_get_no_message(database: Database, tmp_path: Path) -> None:
    kb = base(tmp_path)
    article = kb.article(NUMBER)
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        for site in ("open", "closed", "internal"):
            chat = open_conversation(tx, site=site, language="en").conversation
            if site == "internal":
                asked = messages.append(tx, chat.id, Speaker.CUSTOMER, "Well?").message.id
                secret = proposed(citation(article, OLD), OLD, Visibility.INTERNAL)
                (offered,) = record.store(tx, chat.id, asked, [secret], None)
                record.sent(tx, offered.id, ana.id, OLD)
                continue
            tell(tx, chat.id, article, OLD)
            if site == "closed":
                conversations.set_state(tx, chat, State.RESOLVED)
    kb.edit([NUMBER])
    with database.snapshot() as tx:
        found = find(tx, kb.live, VARIANTS)
        fit = {conversations.load(tx, each.telling.conversation_id).site: each.may_be_corrected for each in found}
    assert fit == {"open": True, "closed": False, "internal": False}


def test_what_is_in_service_is_not_compared_at_all(
    database: Database, published: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as tx:
        tell(tx, open_conversation(tx, site="", language="en").conversation.id, published.article(NUMBER), OLD)
    monkeypatch.setattr("bot.recall.findings.tellings", None)
    with database.snapshot() as tx:
        assert find(tx, published.live, VARIANTS) == ()


@pytest.mark.parametrize(
    ("region", "then", "now", "recalled"),
    [
        (None, "Reset Hub 2", "Reset Hub 1", True), (None, "Reset Hub 2", "Restart or reset Hub 2", False),
        (None, "Reset Hub 2", "Reset Hub 1 and Hub 2", False), (None, "Back in 30 days", "Back in 14 days", True),
        ("us", "Returns in the US", "Returns in the UK", True), ("uk", "Returns in the US", "Returns in the UK", False),
        (None, "Returns in the US", "How to return", False),
    ],
)  # fmt: skip
def test_a_title_that_names_another_is_recalled_from_who_read_it(
    region: str | None, then: str, now: str, recalled: bool
) -> None:
    sides = Article("a", then, "It is free."), Article("a", now, "It is free.")
    change = retitled("It is free.", Known(region), VARIANTS, *sides)
    assert (change is not None) is recalled
    if change is not None:
        assert (change.was, change.says) == (f"**{then}**\n\nIt is free.", f"**{now}**\n\nIt is free.")
