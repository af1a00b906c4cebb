"""Two texts side by side: every change is shown word for word, nothing else is."""

from __future__ import annotations

from bot.publishing import compare
from bot.publishing.compare import Stretch
from kb_ingest.words import Piece


def marked(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.differs]


def test_only_the_words_that_differ_are_marked_and_the_rest_is_folded() -> None:
    old = "".join(f"Line {number}.\n" for number in range(20)) + "Hold it for 10 seconds.\nDone.\n"
    stretches = compare.compare(old, old.replace("10 seconds", "15 seconds"))
    (changed,) = [each for each in stretches if each.changed]
    assert (marked(changed.old), marked(changed.new)) == (["10"], ["15"])
    assert stretches[0].skipped == 18
    assert not stretches[0].changed


def test_nothing_differs_in_the_same_text() -> None:
    assert compare.compare("a\nb\n", "a\nb\n") == ()


def test_punctuation_and_case_are_changes_too() -> None:
    (stretch,) = compare.compare("It is free.", "It is Free!")
    assert (marked(stretch.old), marked(stretch.new)) == (["free."], ["Free!"])


def test_both_sides_put_together_are_the_texts() -> None:
    old, new = "a b\nc d\ne f\n", "a x\nc d\nnew\ne f\n"
    stretches = compare.compare(old, new)

    def joined(side: str) -> str:
        return "".join(piece.text for each in stretches for piece in getattr(each, side))

    assert (joined("old"), joined("new")) == (old, new)


def test_a_whole_rewrite_of_a_long_article_is_compared_at_once() -> None:
    old, new = " ".join(f"o{n}" for n in range(9000)), " ".join(f"n{n}" for n in range(9000))
    (stretch,) = compare.compare(old, new)
    assert stretch == Stretch(0, (Piece(old, differs=True),), (Piece(new, differs=True),), changed=True)
