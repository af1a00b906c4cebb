"""What can not both be true is found in other words, too, and what can is left alone.

`statement_pairs.jsonl` was written before the code was asked: statements of the sample base and what another article
might say. Rules and thresholds were made on one half; the other was measured once, when they stood: .63 found, .18
false. That falls short of the .85 and .10 of the first; the test keeps it from getting worse.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from kb_ingest import library
from kb_ingest.article import Article, Status
from kb_ingest.checks.readers import same_readers
from kb_ingest.statements.figures import figures_of
from kb_ingest.statements.opposed import against
from kb_ingest.statements.reading import Statement, statements_of

PAIRS = Path(__file__).parent / "statement_pairs.jsonl"
MOST_SHARING = 600


@dataclass(frozen=True)
class Pair:
    """A statement of an article, and what another, planted, says: the opposite, or what is true as well."""

    id: str
    opposite: bool
    article: str
    quote: str
    planted: Article

    @property
    def tune(self) -> bool:
        return int(hashlib.sha256(self.article.encode()).hexdigest(), 16) % 2 == 0


class Base:
    """The statements of the sample base by their words."""

    def __init__(self) -> None:
        read = library.read([Path("data/kb")], date.today()).articles
        self.articles = {each.id: each for each in read if each.status is Status.PUBLISHED}
        self.told = [(each, said) for each in self.articles.values() for said in statements_of(each.text, each.title)]
        self.having = defaultdict[str, list[int]](list)
        for number, (_, said) in enumerate(self.told):
            for word in said.words:
                self.having[word].append(number)

    def rarity(self, word: str) -> float:
        return math.log(1 + len(self.told) / max(len(self.having.get(word, ())), 1))

    def against(self, article: Article) -> list[str]:
        """Ids of the articles that say the opposite."""
        said = statements_of(article.text, article.title)
        return [found.place.id for each in said for found in against(each, self._near(article, each), self.rarity)]

    def _near(self, article: Article, said: Statement) -> Iterator[tuple[Article, Statement]]:
        words = [self.having[word] for word in said.words if len(self.having.get(word, ())) <= MOST_SHARING]
        for number in sorted({number for numbers in words for number in numbers}):
            if same_readers(article, self.told[number][0]):
                yield self.told[number]


@pytest.fixture(scope="module")
def base() -> Base:
    return Base()


def pairs(base: Base) -> Iterator[Pair]:
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        place = {name: tuple(row.get(name, ())) for name in ("region", "plan", "product")}
        planted = Article(
            "planted", row["title"], row["said"], **place, audience=base.articles[row["article"]].audience
        )
        yield Pair(row["id"], row["kind"] == "contradiction", row["article"], row["quote"], planted)


@pytest.mark.parametrize("tune", [True, False])
def test_contradictions_in_other_words_are_found_and_near_pairs_are_not(base: Base, tune: bool) -> None:
    counts = Counter[str]()
    for pair in pairs(base):
        assert pair.quote in " ".join(base.articles[pair.article].text.replace("**", "").split())
        if pair.tune is tune:
            found = base.against(pair.planted)
            counts["opposite" if pair.opposite else "near"] += 1
            counts["found"] += pair.opposite and pair.article in found
            counts["false"] += not pair.opposite and bool(found)
    print(dict(counts))
    least, most = (0.85, 0.1) if tune else (0.6, 0.2)
    assert counts["found"] >= least * counts["opposite"]
    assert counts["false"] <= most * counts["near"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It takes 30 days.", "It takes one month."),
        ("It takes two weeks.", "It takes a fortnight."),
        ("It takes 60 minutes.", "It takes an hour."),
        ("It takes 15 business days.", "It takes three weeks."),
        ("It is free.", "It is free of charge."),
        ("It is free.", "It costs nothing."),
        ("It costs 5 EUR.", "It costs €5.00."),
        ("It reaches 300 cm.", "It reaches 3 m."),
        ("It ends on 3 May.", "It ends on May 3rd."),
        ("It closes at 3 p.m.", "It closes at 15:00."),
    ],
)
def test_the_same_figure_is_read_in_other_words(one: str, other: str) -> None:
    (mine, _), (theirs, _) = figures_of(one), figures_of(other)
    assert mine.keys() == theirs.keys() != set()
    assert all(figure.equals(there) for kind in mine for figure in mine[kind] for there in theirs[kind])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You can return a lamp within a week.", "A lamp can be returned within 14 days."),
        ("Delivery of a lamp is free.", "Delivery of a lamp costs 5 EUR."),
        ("The tone of the siren cannot be changed.", "It is possible to change the tone of the siren."),
        ("A lamp is sent back within 30 days.", "A lamp is sent back within 31 days."),
        ("Guests need no account for the lamp.", "An account is required by guests of the lamp."),
    ],
)
def test_two_statements_that_can_not_both_be_true(one: str, other: str) -> None:
    assert opposed_in(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The light of Hub 1 blinks for 10 seconds.", "The light of Hub 2 blinks for 5 seconds."),
        ("If the lamp is broken, delivery is free.", "Delivery of the lamp costs 5 EUR."),
        ("Security updates come within 2 days.", "Feature updates come within 14 days."),
        ("Until 2019 the lamp cost 5 EUR.", "The lamp is free."),
        ("You can open the door from afar.", "We cannot open the door from afar."),
        ("Is the lamp not red?", "The lamp is red."),
    ],
)
def test_two_statements_that_can_both_be_true(one: str, other: str) -> None:
    assert not opposed_in(one, other)


def opposed_in(one: str, other: str) -> bool:
    others = [(None, said) for said in statements_of(other)]
    return any(against(said, others, lambda _word: 1.0) for said in statements_of(one))


def test_a_planted_article_for_other_readers_contradicts_nobody(base: Base) -> None:
    pair = next(each for each in pairs(base) if each.opposite and not each.planted.region)
    assert pair.article in base.against(pair.planted)
    assert base.against(replace(pair.planted, locale="de")) == []


def test_two_models_are_two_things_even_where_the_title_names_both() -> None:
    others = [(None, said) for said in statements_of("Hub 1 does not support Matter.", "Matter on Hub 1 and Hub 2")]
    (own,) = statements_of("Hub 2 supports Matter.", "Matter on Hub 1 and Hub 2")
    (same,) = statements_of("Hub 1 supports Matter.", "Matter on Hub 1 and Hub 2")
    assert against(own, others, lambda _word: 1.0) == []
    assert len(against(same, others, lambda _word: 1.0)) == 1
