"""Which links of an article may be followed, and which of its words, blocks and citations have them."""

from __future__ import annotations

import pytest

from bot.answering.extract import cite
from bot.answering.linked_words import Lead, elsewhere, placed
from bot.answering.rendering import BlockType, render
from kb_ingest.article import Article, Link
from kb_ingest.checks.links import may_be_followed

SHOP = Lead("our shop", "https://shop.example/a?b=1#c")


def article(text: str, *links: Link) -> Article:
    return Article("a", "A", text, links=links, source="a.md")


@pytest.mark.parametrize("target", ["https://x.example", "https://x.example:8443/a_(b)?q=1#z", "mailto:help@x.example"])
def test_what_may_be_followed(target: str) -> None:
    assert may_be_followed(target)


@pytest.mark.parametrize(
    "target",
    [
        "http://x.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//x.example", "a.md",
        "https://", "https:x", "https://user:secret@x.example", "https://x.example@evil.example", "https://x.exa mple",
        "https://x.example/\u0000", "https://x.example/\nb", "https:\\\\x.example", "https://[x", "vbscript:x", "",
        "mailto:a@x.example?bcc=b@y.example", "mailto:", "https://x.example/\"onclick=x", "ftp://x.example", "#top",
    ],
)  # fmt: skip
def test_what_may_not(target: str) -> None:
    assert not may_be_followed(target)


def test_words_that_stand_there_twice_have_no_place_and_are_known_all_the_same() -> None:
    twice = article("See here and here.", Link("here", "https://x.example"))
    assert placed(twice) == ()
    assert elsewhere(twice) == (Lead("here", "https://x.example"),)


def test_blocks_have_the_links_that_stand_in_them() -> None:
    linked = article("## our shop\n\nNothing.\n\n- Look into it\n- Or call us", Link("call us", "mailto:us@x.example"))
    heading, paragraph, bullets = render(linked.text, leads=placed(linked))
    assert (heading.leads, paragraph.leads) == ((), ())
    assert (bullets.type, bullets.leads) == (BlockType.BULLETS, (Lead("call us", "mailto:us@x.example"),))


def test_a_citation_takes_the_links_of_its_words_along_and_its_block_has_them() -> None:
    text = "Order at our shop. Call us."
    linked = article(text, Link(SHOP.words, SHOP.address), Link("Call us", "mailto:us@x.example"))
    citation = cite(linked, 1, (0, 18))
    assert citation.leads == (SHOP,)
    assert [block.leads for block in render(citation.quote, [citation])] == [(SHOP,)]
    assert [block.leads for block in render("Somebody else says: our shop", [citation])] == [()]
