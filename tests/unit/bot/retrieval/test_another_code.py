"""An article about one code is no answer to another one, however alike the two look."""

from __future__ import annotations

import pytest

from bot.retrieval.another_code import is_of_another_code
from bot.retrieval.question import Question
from kb_ingest.article import Article

ABOUT = Article("sign-in", "E-102: no sign-in", "Before it was E-103.")


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("What does E-104 mean?", True),
        ("What does e102 mean?", False),
        ("My hub shows E-103 and E-104, why?", False),
        ("The light blinks in order FW-204881, why?", False),
        ("The light blinks, why?", False),
    ],
)
def test_a_code_that_the_article_does_not_name_is_another(said: str, other: bool) -> None:
    assert is_of_another_code(ABOUT, Question(said, said)) == other
    assert not is_of_another_code(Article("light", "The light", "It blinks."), Question(said, said))
