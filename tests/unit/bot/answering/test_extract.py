"""Extractive answers: whole procedures and tables, lead-ins and exceptions kept, every word from the article."""

from __future__ import annotations

from bot.answering.blocks import blocks_of
from bot.answering.extract import Foreign, adds_nothing, extract, never
from bot.retrieval.passage import ArticleHit, Passage
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk
from kb_ingest.units import UnitKind

TEXT = """Resetting erases everything. Do it only before you sell the hub.

## Reset

To reset the hub:

1. Unplug it.
2. Hold the button for 10 seconds.
   - Keep holding while it blinks.
3. Let go.

However, a hub with an empty battery must be charged first.

## Prices

| Plan | US | UK |
|---|---|---|
| Plus | $4.99 | £4.49 |
| Complete | $11.99 | £9.99 |

## Other

Nothing to do with it."""

ARTICLE = Article("reset-hub", "Reset a hub", TEXT)


def hit(*parts: str, scores: tuple[float, ...] = (0.9, 0.8, 0.5)) -> ArticleHit:
    """The article as found by passages that hold these pieces of its text, best first."""
    passages = []
    for ordinal, (part, score) in enumerate(zip(parts, scores, strict=False)):
        start = TEXT.index(part)
        chunk = Chunk("reset-hub", ARTICLE.version, ordinal, ARTICLE.title, (), start, start + len(part), part)
        passages.append(Passage(chunk, ARTICLE, score, score, score))
    return ArticleHit(ARTICLE, 0.9, tuple(passages))


def test_blocks_are_whole_lists_and_tables() -> None:
    kinds = [block.kind for block in blocks_of(ARTICLE)]
    assert kinds == [
        UnitKind.PARAGRAPH, UnitKind.PARAGRAPH, UnitKind.STEP, UnitKind.PARAGRAPH, UnitKind.ROW, UnitKind.PARAGRAPH,
    ]  # fmt: skip
    steps = blocks_of(ARTICLE)[2]
    assert TEXT[steps.start : steps.end].startswith("1. Unplug")
    assert TEXT[steps.start : steps.end].endswith("3. Let go.")
    assert len(steps.pieces) == 3


def test_a_procedure_is_shown_whole_with_lead_in_and_exception() -> None:
    draft = extract(hit("2. Hold the button for 10 seconds."))
    assert draft is not None
    assert draft.text.startswith("To reset the hub:")
    assert "1. Unplug it." in draft.text
    assert "3. Let go." in draft.text
    assert "However, a hub with an empty battery must be charged first." in draft.text


def test_a_table_is_shown_with_its_header() -> None:
    draft = extract(hit("| Complete | $11.99 | £9.99 |"))
    assert draft is not None
    assert draft.text.splitlines()[0] == "| Plan | US | UK |"
    assert "£4.49" in draft.text


def test_every_citation_is_the_span_it_names() -> None:
    draft = extract(hit("2. Hold the button", "| Plus | $4.99 | £4.49 |"))
    assert draft is not None
    assert [citation.number for citation in draft.citations] == [1, 2]
    for citation in draft.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
        assert citation.version == ARTICLE.version


def test_parts_of_an_answer_stand_under_their_headings() -> None:
    draft = extract(hit("2. Hold the button", "| Plus | $4.99 | £4.49 |"))
    assert draft is not None
    assert [statement.text.splitlines()[0] for statement in draft.statements] == ["## Reset", "## Prices"]


def test_a_third_passage_is_shown_only_when_it_is_close() -> None:
    pieces = ("2. Hold the button", "| Plus | $4.99 | £4.49 |", "Nothing to do with it.")
    far, close = extract(hit(*pieces)), extract(hit(*pieces, scores=(0.9, 0.8, 0.78)))
    assert far is not None
    assert close is not None
    assert "Nothing to do with it." not in far.text
    assert "Nothing to do with it." in close.text


def test_what_was_told_already_adds_nothing() -> None:
    whole, part = extract(hit("| Plus | $4.99 | £4.49 |", "2. Hold the button")), extract(hit("2. Hold the button"))
    assert whole is not None
    assert part is not None
    assert adds_nothing(whole, f"Good morning.\n\n{whole.text}")
    assert adds_nothing(part, whole.text)
    assert not adds_nothing(whole, part.text)
    assert not adds_nothing(whole, "")


def test_an_article_without_text_gives_no_draft() -> None:
    empty = Article("empty", "Empty", "")
    chunk = Chunk("empty", empty.version, 0, "Empty", (), 0, 0, "")
    assert extract(ArticleHit(empty, 0.1, (Passage(chunk, empty, 0.1, 0.1, 0.0),))) is None


TABLE = "| Where | Limit |\n|---|---|\n| US | 10 A |\n| UK | 13 A |\n| Everywhere | 16 A |"
REGIONAL = Article(
    "limits", "Limits", f"Here they are:\n\n{TABLE}\n\nThat is all.\n\n## United States\n\nUse a US plug."
)


def regional(foreign: Foreign) -> str:
    """What is shown of the article when all of it was found."""
    chunk = Chunk("limits", REGIONAL.version, 0, "Limits", (), 0, len(REGIONAL.text), REGIONAL.text)
    draft = extract(ArticleHit(REGIONAL, 0.9, (Passage(chunk, REGIONAL, 0.9, 0.9, 0.9),)), foreign)
    assert draft is not None
    return draft.text


def test_rows_and_sections_for_other_customers_are_left_out() -> None:
    shown = regional(lambda name: "US" in name or "United States" in name)
    assert "| Where | Limit |\n|---|---|\n| UK | 13 A |\n| Everywhere | 16 A |" in shown
    assert "Here they are:" in shown
    assert "That is all." in shown
    assert "10 A" not in shown
    assert "US plug" not in shown


def test_rows_for_other_customers_are_not_even_cited() -> None:
    chunk = Chunk("limits", REGIONAL.version, 0, "Limits", (), 0, len(REGIONAL.text), REGIONAL.text)
    hit = ArticleHit(REGIONAL, 0.9, (Passage(chunk, REGIONAL, 0.9, 0.9, 0.9),))
    draft = extract(hit, lambda name: "US" in name or "United States" in name)
    assert draft is not None
    assert all("10 A" not in cited.quote for cited in draft.citations)
    assert all(cited.quote == REGIONAL.text[cited.start : cited.end] for cited in draft.citations)
    gap = extract(hit, lambda name: "UK" in name)
    assert gap is not None
    assert "13 A" not in gap.text
    assert any("| US | 10 A |" in cited.quote for cited in gap.citations)


def test_everything_is_shown_where_nothing_else_would_be_left() -> None:
    assert "10 A" in regional(never)
    assert "13 A" in regional(lambda _name: True)
