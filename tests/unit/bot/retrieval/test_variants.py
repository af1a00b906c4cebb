"""What the sample base's `variants.yaml` makes of how people name where they live and what they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BadPolicy
from bot.retrieval.question import Known
from bot.retrieval.variants import Facet, VariantPolicy, read_variants

POLICIES = Path(__file__).parents[4] / "data" / "policies"


@pytest.fixture(scope="module")
def variants() -> VariantPolicy:
    return read_variants(POLICIES / "variants.yaml")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("do you deliver to the US?", "us"),
        ("i'm in the us, where is my label", "us"),
        ("We are from Iowa and it froze", "us"),
        ("is that $7.95 each time?", "us"),
        ("here in the States", "us"),
        ("my parcel to Hull hasn't come", "uk"),
        ("Royal Mail says delivered", "uk"),
        ("how much is that in £", "uk"),
        ("uni in new england", "us"),
        ("moving house to york next week", "uk"),
        ("moving house to new york next week", "us"),
        ("We live near Graz.", "eu"),
        ("do you ship to Portugal", "eu"),
        ("Complete per month in euros?", "eu"),
        ("northern ireland please", "uk"),
    ],
)
def test_a_place_or_a_currency_tells_the_region(variants: VariantPolicy, text: str, region: str) -> None:
    assert variants.mentioned(text, Facet.REGION) == region


@pytest.mark.parametrize(
    "text",
    [
        "Can you deliver it to us?",
        "The wife reckons each call costs us a fortune",
        "CAN YOU PLEASE HELP US NOW",
        "Reading the manual did not help",
        "a hot bath near the sensor",
        "my mom only speaks Spanish",
        "like in America",
        "My brother's in Dublin",
        "same as they have in the UK",
        "a guarantee like the American one",
        "Nice!",
    ],
)
def test_nothing_is_guessed(variants: VariantPolicy, text: str) -> None:
    assert variants.mentioned(text, Facet.REGION) is None


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("I'm in Manchester and it froze", "uk"),
        ("we live near Graz", "eu"),
        ("Deutschland", "eu"),
        ("in the UK please", "uk"),
        ("what's the weather in london", None),
        ("is there a concert in Berlin tonight", None),
        ("I'm in Ohio, is it warm in Rome?", "us"),
        ("I live like in Rome", None),
    ],
)
def test_a_place_that_is_only_spoken_of_is_no_home(variants: VariantPolicy, text: str, home: str | None) -> None:
    assert variants.facets[Facet.REGION].home(text) == home


def test_the_own_place_counts_beside_that_of_somebody_else(variants: VariantPolicy) -> None:
    text = "Can my daughter in Spain be one of the three people? We live in Kent"
    assert variants.named(text, Facet.REGION) == {"uk"}


def test_what_is_said_of_the_region_last_wins(variants: VariantPolicy) -> None:
    known = variants.known_from(["I live in Boston", "and when I move to Berlin?"], Known())
    assert known.region == "eu"


def test_a_place_is_taken_out_with_its_region(variants: VariantPolicy) -> None:
    assert variants.without("what is the fee in Leeds please", Facet.REGION) == "what is the fee in please"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("my plug is hot", {"plug-mini"}),
        ("plug mini offline", {"plug-mini"}),
        ("Do I plug it into the wall", set()),
        ("when I plug the hub 2 in, nothing", {"hub-2"}),
    ],
)
def test_to_plug_in_is_not_a_plug(variants: VariantPolicy, text: str, named: set[str]) -> None:
    assert variants.named(text, Facet.PRODUCT) == named


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_a_region_is_understood_by_its_name_in_every_language(variants: VariantPolicy, language: str) -> None:
    for region, label in variants.asked.words(language).labels.items():
        assert variants.mentioned(label, Facet.REGION) == region
        assert variants.without(label, Facet.REGION) == ""


def test_what_is_searched_for_is_the_name_that_articles_use(variants: VariantPolicy) -> None:
    policy = variants.facets[Facet.REGION]
    assert policy.labels == variants.asked.words("en").labels
    assert policy.with_label("Vereinigtes Königreich", "uk", alone=True, kept=lambda _: False) == "United Kingdom"


def test_a_language_without_an_entry_is_asked_in_the_default(variants: VariantPolicy) -> None:
    assert variants.asked.words("pl") is variants.asked.words("en")
    assert all(words.question.endswith("?") for words in variants.asked.languages.values())


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("uk: Royaume-Uni, ", "", "variants.yaml: languages.fr.labels: key 'uk' is missing"),
        ("    question: Um welches", "    asked: Um welches", "variants.yaml: languages.de: key 'question' is missing"),
        ("default_language: en", "default_language: it", "variants.yaml: default_language: 'it' is not one of"),
    ],
)
def test_a_language_that_lacks_a_key_is_refused(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    text = (POLICIES / "variants.yaml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "variants.yaml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadPolicy) as caught:
        read_variants(tmp_path / "variants.yaml")
    assert named in str(caught.value)
