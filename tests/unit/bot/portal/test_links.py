"""Links of an article lead inside the help centre, to articles that the public may read, or nowhere."""

from __future__ import annotations

from bot.portal.links import LinkedWords, Targets
from kb_ingest.article import Article, Link

OTHER = Article("returns-uk", "Returns", "x", source="returns/returns-uk.md", url="https://help.example/returns-uk")


def _article(text: str, *links: Link) -> Article:
    return Article("a", "A", text, links=links, source="returns/a.md")


def _linked(article: Article) -> list[tuple[str, str | None]]:
    words = LinkedWords(article, Targets([article, OTHER]))
    return [(piece.text, piece.article_id) for piece in words.pieces(article.text) if piece.text]


def test_words_of_a_link_lead_to_the_article() -> None:
    article = _article("See the UK rules.", Link("UK", "returns-uk.md"))
    assert _linked(article) == [("See the ", None), ("UK", "returns-uk"), (" rules.", None)]


def test_words_that_stand_there_twice_or_inside_others_stay_plain() -> None:
    assert _linked(_article("UK and UK", Link("UK", "returns-uk.md"))) == [("UK and UK", None)]
    assert _linked(_article("UKulele", Link("UK", "returns-uk.md"))) == [("UKulele", None)]


def test_the_longer_words_win() -> None:
    article = _article("the UK returns page", Link("UK", "returns-uk.md"), Link("UK returns", "returns-uk"))
    assert ("UK returns", "returns-uk") in _linked(article)


def test_a_link_is_known_by_path_id_or_published_address_and_no_other_is() -> None:
    links = (
        Link("a", "../returns/returns-uk.md#top"), Link("b", "returns-uk"), Link("c", "https://help.example/returns-uk"),
        Link("d", "https://evil.example/returns-uk"), Link("e", "internal.md"), Link("f", "a.md"), Link("g", "#here"),
    )  # fmt: skip
    article = _article("", *links)
    targets = Targets([article, OTHER])
    assert [link.text for link in links if targets.find(article, link)] == ["a", "b", "c"]
    assert targets.of(article) == (OTHER,)
