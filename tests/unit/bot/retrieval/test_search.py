"""Hybrid search: what may not be seen is never ranked, codes and devices count, long briefs lean on their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.retrieval import ranking
from bot.retrieval.question import Known, Question
from bot.retrieval.search import search
from bot.retrieval.visible import visible_rows
from kb_ingest import build as building
from kb_ingest.article import Article, Visibility
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.hashing_embedder import HashingEmbedder

ARTICLES = {
    "returns-us": ("Return an order", "us", "public", "You can return an order within 30 days of delivery."),
    "returns-uk": ("Return an order", "uk", "public", "You can return an order within 45 days of delivery."),
    "refund-limits": ("Refund limits", "", "internal", "Agents may refund an order up to 50 dollars canary7."),
    "code-c204": ("Camera code C-204", "", "public", "The code C-204 means that the signal is weak."),
    "code-c201": ("Camera code C-201", "", "public", "The code C-201 means that the password is wrong."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    source = tmp_path_factory.mktemp("kb")
    for identifier, (title, region, visibility, text) in ARTICLES.items():
        limits = f"region: [{region}]\n" if region else ""
        head = f"---\nid: {identifier}\ntitle: {title}\nvisibility: {visibility}\n{limits}---\n"
        (source / f"{identifier}.md").write_text(f"{head}\n{text}\n", encoding="utf-8")
    folder = source / "index"
    building.build([source], folder, HashingEmbedder())
    return Store(folder).current()


def found(index: KnowledgeIndex, text: str, viewer: Viewer = PUBLIC_VISITOR, **known: str) -> list[str]:
    question = Question(text, text, known=Known(**known))
    return [hit.article.id for hit in search(index, HashingEmbedder(), question, viewer).hits]


def test_internal_articles_are_only_found_by_staff(index: KnowledgeIndex) -> None:
    words = ARTICLES["refund-limits"][3]
    assert "refund-limits" not in found(index, words)
    assert found(index, words, Viewer(Role.AGENT))[0] == "refund-limits"


def test_a_long_article_does_not_have_all_the_places(tmp_path: Path) -> None:
    sections = "\n\n".join(f"## Locker {number}\n\nThe code of locker {number} is open." for number in range(90))
    texts = {"long": sections} | {f"short-{number}": f"Tea {number} is served cold." for number in range(14)}
    for identifier, text in texts.items():
        head = f"---\nid: {identifier}\ntitle: {identifier}\n---\n"
        (tmp_path / f"{identifier}.md").write_text(f"{head}\n{text}\n", encoding="utf-8")
    building.build([tmp_path], tmp_path / "index", HashingEmbedder())
    ranked = found(Store(tmp_path / "index").current(), "What is the code of locker 5?")
    assert (ranked[0], len(ranked), len(set(ranked))) == ("long", 10, 10)


def test_a_picked_article_stands_first_where_the_viewer_may_see_it(index: KnowledgeIndex) -> None:
    def first(article: str, text: str = ARTICLES["code-c204"][3]) -> str:
        question = Question(text, text, picked=article)
        return search(index, HashingEmbedder(), question, PUBLIC_VISITOR).hits[0].article.id

    assert (first(""), first("returns-uk"), first("refund-limits")) == ("code-c204", "returns-uk", "code-c204")


def test_the_mask_hides_rows_from_visitors_and_other_regions(index: KnowledgeIndex) -> None:
    def shown(viewer: Viewer, known: Known) -> set[str]:
        mask = visible_rows(index, viewer, known)
        return {chunk.article_id for chunk, visible in zip(index.chunks, mask, strict=True) if visible}

    assert shown(PUBLIC_VISITOR, Known()) == set(ARTICLES) - {"refund-limits"}
    assert shown(PUBLIC_VISITOR, Known(region="uk")) == set(ARTICLES) - {"refund-limits", "returns-us"}
    assert shown(Viewer(Role.SERVICE), Known()) == set(ARTICLES)


def test_a_known_region_leaves_the_other_variant_out(index: KnowledgeIndex) -> None:
    assert "returns-us" not in found(index, "return an order", region="uk")
    assert found(index, "return an order", region="uk")[0] == "returns-uk"


def test_an_error_code_decides_between_twins(index: KnowledgeIndex) -> None:
    assert found(index, "camera says C-201 code")[0] == "code-c201"
    assert found(index, "camera says C-204 code")[0] == "code-c204"


def test_a_hit_tells_how_much_of_the_question_its_title_says(index: KnowledgeIndex) -> None:
    def named(text: str) -> tuple[float, tuple[str, ...]]:
        hit = search(index, HashingEmbedder(), Question(text, text), PUBLIC_VISITOR).hits[0]
        return hit.named, hit.codes

    assert named("C-201") == (pytest.approx(1.0), ("c201",))
    assert 0.3 < named("C-201 after a thunderstorm in the garden")[0] < 0.7
    assert named("delivery") == (0.0, ())


def test_the_same_question_gives_the_same_result(index: KnowledgeIndex) -> None:
    question = Question("return", "return an order within days")
    first = search(index, HashingEmbedder(), question, PUBLIC_VISITOR)
    assert all(search(index, HashingEmbedder(), question, PUBLIC_VISITOR) == first for _ in range(3))


ASKED = {
    "postage": ("Return label", "public", "", "The label is deducted from the refund.", ["who pays the postage"]),
    "secret": ("Goodwill", "internal", "", "Agents decide.", ["who pays the postage for angry people"]),
    "abroad": ("Return label abroad", "public", "eu", "The label is yours.", ["who pays the postage in Spain"]),
    "plain": ("Parcel weights", "public", "", "The postage depends on the weight of a parcel.", []),
}

LEFT_OPEN = {"postage": ["which stamp for a parcel to Brazil"], "secret": ["goodwill for a broken heart"]}


@pytest.fixture(scope="module")
def foreseen(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    source = tmp_path_factory.mktemp("asked")
    for identifier, (title, visibility, region, text, questions) in ASKED.items():
        head = f"---\nid: {identifier}\ntitle: {title}\nvisibility: {visibility}\nregion: [{region}]\n"
        listed = "".join(f"  - {question}\n" for question in questions)
        asked = f"questions:\n{listed}" if questions else ""
        asked += "".join(f"unanswered:\n  - {question}\n" for question in LEFT_OPEN.get(identifier, []))
        (source / f"{identifier}.md").write_text(f"{head}{asked}---\n\n{text}\n", encoding="utf-8")
    building.build([source], source / "index", HashingEmbedder())
    return Store(source / "index").current()


def test_an_article_is_found_by_what_its_author_says_customers_ask(foreseen: KnowledgeIndex) -> None:
    assert found(foreseen, "who pays the postage", region="us")[0] == "postage"
    hit = search(foreseen, HashingEmbedder(), Question("q", "who pays the postage"), PUBLIC_VISITOR).hits[0]
    assert hit.dense > max(passage.dense for passage in hit.passages)
    assert all("who pays" not in passage.chunk.text for passage in hit.passages)


def test_questions_of_what_a_viewer_may_not_see_find_nothing(foreseen: KnowledgeIndex) -> None:
    words = "who pays the postage for angry people"
    assert "secret" not in found(foreseen, words)
    assert "abroad" not in found(foreseen, "who pays the postage in Spain", region="us")
    assert found(foreseen, words, Viewer(Role.AGENT))[0] == "secret"


def test_what_authors_leave_open_is_told_from_what_they_answer(foreseen: KnowledgeIndex) -> None:
    def left_open(text: str, viewer: Viewer = PUBLIC_VISITOR) -> float:
        return search(foreseen, HashingEmbedder(), Question(text, text), viewer).left_open

    assert left_open("who pays the postage") < 0 < left_open("which stamp for Brazil")
    assert left_open("goodwill for a broken heart", Viewer(Role.AGENT)) > left_open("goodwill for a broken heart")
    assert not any("Brazil" in text for article in foreseen.articles.values() for text in (article.title, article.text))


def test_a_base_whose_authors_left_nothing_open_says_nothing_of_it(index: KnowledgeIndex) -> None:
    assert search(index, HashingEmbedder(), Question("q", "return an order"), PUBLIC_VISITOR).left_open == 0.0


def test_an_article_without_questions_is_still_found(foreseen: KnowledgeIndex) -> None:
    assert found(foreseen, "weight of a parcel")[0] == "plain"


def test_a_base_without_questions_is_ranked_as_if_there_were_none_to_write(index: KnowledgeIndex) -> None:
    hits = search(index, HashingEmbedder(), Question("q", "return an order"), PUBLIC_VISITOR).hits
    assert index.asked.share == 0.0
    assert hits[0].dense == max(passage.dense for passage in hits[0].passages)


def test_every_passage_of_the_best_article_is_compared(foreseen: KnowledgeIndex) -> None:
    hit = search(foreseen, HashingEmbedder(), Question("q", "who pays the postage"), PUBLIC_VISITOR).hits[0]
    assert len(hit.passages) == len(foreseen.rows_of(hit.article.id))


def test_weights_of_a_first_message_add_up_to_one_so_that_scores_compare() -> None:
    own = set(ranking.names()) - {"foreseen", "turns"}
    for weights in (ranking.SENTENCE, ranking.BRIEF):
        assert sum(getattr(weights, name) for name in own) == pytest.approx(1.0)


def test_a_device_that_was_named_counts_for_its_articles() -> None:
    lock = Article("a", "A", "text", product=("latch-lock",), visibility=Visibility.PUBLIC)
    assert ranking._product(frozenset({"latch-lock"}), lock) == 1.0
    assert ranking._product(frozenset({"siren"}), lock) == 0.0
    assert ranking._product(frozenset(), lock) == 0.5


