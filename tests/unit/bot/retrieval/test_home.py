"""A place that only says where the customer lives is searched as its region."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.home import at_home
from bot.retrieval.question import Known, Question
from bot.retrieval.standalone import understand
from bot.retrieval.variants import VariantPolicy, read_variants
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store

POLICIES = Path(__file__).parents[4] / "data" / "policies"


@pytest.fixture(scope="module")
def variants() -> VariantPolicy:
    return read_variants(POLICIES / "variants.yaml")


@pytest.fixture(scope="module")
def index(small_index: Path) -> KnowledgeIndex:
    return Store(small_index).current()


@pytest.fixture(scope="module")
def searched(index: KnowledgeIndex, variants: VariantPolicy) -> Searched:
    return Searched(index, variants)


class Searched:
    """What is searched for a message, after what the customer and the desk said."""

    def __init__(self, index: KnowledgeIndex, variants: VariantPolicy) -> None:
        self.index, self.variants = index, variants

    def __call__(self, said: str, *before: str) -> Question:
        speakers = (Speaker.CUSTOMER, Speaker.BOT)
        context = [Utterance(speakers[turn % 2], text, turn) for turn, text in enumerate(before)]
        return at_home(understand(said, context, Known(), self.variants), self.index, self.variants)


@pytest.mark.parametrize(
    ("said", "standalone"),
    [
        ("how do i return an order, I'm in Leeds", "how do i return an order, United Kingdom"),
        ("We live near Graz. Is there a fee?", "European Union. Is there a fee?"),
        ("here in Boston, is there a fee?", "United States, is there a fee?"),
        ("I am in Reading, is there a fee?", "United Kingdom, is there a fee?"),
    ],
)
def test_where_the_customer_lives_is_searched_as_the_region(searched: Searched, said: str, standalone: str) -> None:
    assert searched(said).standalone == standalone


@pytest.mark.parametrize(
    "said",
    [
        "is there a shop in Leeds?",
        "I'm in the UK, is there a fee?",
        "my sister is in Leeds, is there a fee?",
        "I'm in Leeds, is it dearer in Berlin?",
        "is there a fee?",
    ],
)
def test_what_is_asked_about_a_place_stays(searched: Searched, said: str) -> None:
    assert searched(said).standalone == said


def test_a_place_that_an_article_for_the_region_names_stays(searched: Searched) -> None:
    said = "I'm in Ireland, is there a fee?"
    assert searched(said).standalone == said


def test_a_place_in_reply_to_the_desk_is_the_button_of_its_region(searched: Searched) -> None:
    asked = "Which country is your order or home in?"
    reply = searched("leeds", "what is your phone number", asked)
    assert reply.said == "United Kingdom"
    assert reply.standalone == searched("United Kingdom", "what is your phone number", asked).standalone
    assert reply.alone
    assert reply.alone.standalone == "United Kingdom"
