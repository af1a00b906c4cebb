"""Owns how facts, reactions and questions for facts are recognised (`facts.yaml`). Refuses to apply it, and a list of
regions of its own: they are named as retrieval knows them (`variants.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.asking import Asking, read_asking
from bot.handoff.packet import FactKind
from bot.policy_node import Node
from bot.retrieval.variants import FacetPolicy

Patterns = tuple[re.Pattern[str], ...]
BY_EXPRESSION = (FactKind.ORDER, FactKind.SERIAL, FactKind.ERROR_CODE, FactKind.DATE, FactKind.AMOUNT, FactKind.TRIED)


@dataclass(frozen=True, slots=True, eq=False)
class FactPatterns:
    """`expressions` find a fact's value in the text; `names` map its fixed values to how they are said; `regions` knows
    those of regions, their towns included.

    Each reading of the file is one of its own, so that what was found by it can be remembered (facts.py).
    """

    expressions: Mapping[FactKind, Patterns]
    names: Mapping[FactKind, Mapping[str, re.Pattern[str]]]
    regions: FacetPolicy
    negative: Patterns
    positive: Patterns
    no_problem_said: frozenset[str]
    said_with_identifiers: frozenset[str]
    asking: Asking


def read_fact_patterns(path: Path, regions: FacetPolicy) -> FactPatterns:
    """The expressions of `facts.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version",
        "expressions",
        "products",
        "plans",
        "reactions",
        "no_problem_said",
        "said_with_identifiers",
        "asking",
        optional=("asking_in",),
    )
    expressions = fields["expressions"].fields(*BY_EXPRESSION)
    reactions = fields["reactions"].fields("negative", "positive")
    return FactPatterns(
        expressions={kind: expressions[kind].expressions() for kind in BY_EXPRESSION},
        names={
            FactKind.PRODUCT: _names(fields["products"]),
            FactKind.PLAN: _names(fields["plans"]),
        },
        regions=regions,
        negative=reactions["negative"].expressions(),
        positive=reactions["positive"].expressions(),
        no_problem_said=_words(fields["no_problem_said"]),
        said_with_identifiers=_words(fields["said_with_identifiers"]),
        asking=read_asking(fields["asking"], *_languages(fields)),
    )


def _languages(fields: Mapping[str, Node]) -> Iterable[Node]:
    """A folder of policies of one's own may do without."""
    return fields["asking_in"].mapping().values() if "asking_in" in fields else ()


def _words(node: Node) -> frozenset[str]:
    return frozenset(" ".join(node.texts()).casefold().replace("’", "'").split())


def _names(node: Node) -> Mapping[str, re.Pattern[str]]:
    found = {}
    for name, ways in node.mapping().items():
        sources = [way.expression().pattern for way in ways.items()]
        found[name] = re.compile(rf"(?<!\w)(?:{'|'.join(sources)})(?!\w)", re.IGNORECASE)
    return found
