"""What the sample base's `variants.yaml` makes of how people name where they live and what they have."""

from __future__ import annotations

from pathlib import Path

import pytest

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
