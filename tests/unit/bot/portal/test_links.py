"""Links of an article lead to articles that the public may read, to https addresses, or nowhere."""

from __future__ import annotations

from bot.answering.linked_words import pieces
from bot.portal.links import Targets, leads
from kb_ingest.article import Article, Link

OTHER = Article("returns-uk", "Returns", "x", source="returns/returns-uk.md", url="https://help.example/returns-uk")


def _article(text: str, *links: Link) -> Article:
    return Article("a", "A", text, links=links, source="returns/a.md")


def _linked(article: Article) -> list[tuple[str, str | None]]:
    found = pieces(article.text, leads(article, Targets([article, OTHER])))
    return [(piece.text, piece.address) for piece in found if piece.text]


def test_words_of_a_link_lead_to_the_article() -> None:
    article = _article("See the UK rules.", Link("UK", "returns-uk.md"))
    assert _linked(article) == [("See the ", None), ("UK", "/help/a/returns-uk"), (" rules.", None)]


def test_words_that_stand_there_twice_or_inside_others_stay_plain() -> None:
    assert _linked(_article("UK and UK", Link("UK", "returns-uk.md"))) == [("UK and UK", None)]
    assert _linked(_article("UKulele", Link("UK", "returns-uk.md"))) == [("UKulele", None)]


def test_the_longer_words_win() -> None:
    article = _article("the UK returns page", Link("UK", "returns-uk.md"), Link("UK returns", "returns-uk"))
    assert ("UK returns", "/help/a/returns-uk") in _linked(article)


def test_a_link_is_known_by_path_id_or_published_address_and_no_other_is() -> None:
    links = (
        Link("a", "../returns/returns-uk.md#top"), Link("b", "returns-uk"), Link("c", "https://help.example/returns-uk"),
        Link("d", "https://evil.example/returns-uk"), Link("e", "internal.md"), Link("f", "a.md"), Link("g", "#here"),
    )  # fmt: skip
    article = _article("", *links)
    targets = Targets([article, OTHER])
    assert [link.text for link in links if targets.find(article, link)] == ["a", "b", "c"]
    assert targets.of(article) == (OTHER,)


def test_words_of_a_link_elsewhere_lead_there() -> None:
    article = _article("See the shop or the UK rules.", Link("shop", "https://x.example"), Link("UK", "returns-uk"))
    assert [each for each in _linked(article) if each[1]] == [
        ("shop", "https://x.example"), ("UK", "/help/a/returns-uk"),
    ]  # fmt: skip
