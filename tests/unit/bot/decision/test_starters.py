"""A chat offers at first what this base answers, and never what an author only foresaw."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.decision.starters import MOST, TRIED, starters
from kb_ingest.article import Article, Visibility

LISTED = ("How do I return an order?", "How do I set up Hub 2?", "Where are the plans?")


@dataclass(eq=False)
class Base:
    """The one thing of an index that is looked at."""

    articles: dict[str, Article] = field(default_factory=dict)


def base(*articles: Article) -> Base:
    return Base({article.id: article for article in articles})


def article(title: str, area: str = "", visibility: Visibility = Visibility.PUBLIC) -> Article:
    return Article(title, title, "Text.", visibility=visibility, area=area, questions=(f"{title}, foreseen",))


def test_what_the_policy_lists_and_the_articles_answer_is_offered_without_the_rest() -> None:
    assert starters(base(article("Hubs")), LISTED, lambda text: text != LISTED[2]) == LISTED[:2]


def test_a_list_that_is_hardly_answered_is_about_another_base() -> None:
    bank = base(article("Close your account"), article("Overdraft"))
    answered = {LISTED[0], "Close your account"}
    assert starters(bank, LISTED, answered.__contains__) == ("Close your account",)


def test_titles_are_of_every_area_in_turn_public_and_few() -> None:
    cards = [article(f"Card {number}", "cards") for number in range(5)]
    found = starters(
        base(*cards, article("Staff", "desk", Visibility.INTERNAL), article("Loan", "loans")), (), lambda _text: True
    )
    assert found == ("Card 0", "Loan", "Card 1", "Card 2")
    assert len(found) == MOST


def test_a_base_that_answers_nothing_is_not_asked_through_and_is_asked_once() -> None:
    asked: list[str] = []
    many = base(*(article(f"Title {number}") for number in range(3 * TRIED)))

    def never(text: str) -> bool:
        asked.append(text)
        return False

    assert [starters(many, LISTED, never) for _ in range(2)] == [(), ()]
    assert len(asked) == len(LISTED) + TRIED
