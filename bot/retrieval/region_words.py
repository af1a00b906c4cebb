"""Owns how a customer is asked for the region, in each language. Refuses a language that does not name every region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.policy_node import Node
from bot.spoken import Spoken, read_spoken


@dataclass(frozen=True, slots=True)
class RegionWords:
    """One language's question, and the regions' names to choose from."""

    question: str
    labels: Mapping[str, str]


def read_asked(file: str, content: Mapping[str, Any]) -> Spoken[RegionWords]:
    """The words of `variants.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(file, "", content).fields("version", "facets", "default_language", "languages")
    regions = fields["facets"].mapping()["region"].mapping()["values"].mapping()
    return read_spoken(fields, lambda node: _words(node, tuple(regions)))


def _words(node: Node, regions: tuple[str, ...]) -> RegionWords:
    fields = node.fields("question", "labels")
    labels = fields["labels"].fields(*regions)
    return RegionWords(fields["question"].sentence(), {region: labels[region].text() for region in regions})


def named_in_all(facet: Mapping[str, Any], asked: Spoken[RegionWords]) -> Mapping[str, Any]:
    """The facet with each region's name in the default language as its label, which is searched for, and its names in
    the others as places: whoever chooses one has said it."""
    label = asked.words(asked.default_language).labels
    others = [words.labels for words in asked.languages.values() if words.labels is not label]
    values = {}
    for region, spec in facet["values"].items():
        places = [*spec.get("places", ()), *(names[region] for names in others)]
        values[region] = {**spec, "label": label[region], "places": places}
    return {**facet, "values": values}
