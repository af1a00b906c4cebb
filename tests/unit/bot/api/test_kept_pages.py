"""A public page is made once for its generation, and none outlives it."""

from __future__ import annotations

from collections import Counter
from itertools import count

from bot.api.kept_pages import KeptPages


def test_a_page_is_made_once_and_goes_with_its_generation() -> None:
    kept, made = KeptPages(), count(1)

    def page(generation: str) -> str:
        return kept.page(generation, generation, lambda: f"<a href=\"/help/a/plans%20us\">{next(made)}")

    assert kept.turn_to("old") == Counter()
    assert page("old") == page("old")
    assert kept.turn_to("old") == Counter()
    assert kept.turn_to("new") == Counter({"plans us": 1})
    assert page("old") != page("old"), "a request that began before the switch keeps nothing"
    assert page("new") == page("new")
    assert kept.turn_to("newer") == Counter({"plans us": 1})
