"""Owns what is searched for a place that only says where the customer lives: its region, by the name articles use.

Refuses to touch a place that an article for the region says something of: "France" in a table of countries.
"""

from __future__ import annotations

from dataclasses import replace

from bot.retrieval.question import Question
from bot.retrieval.standalone import Carried
from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms


def at_home(question: Question, index: KnowledgeIndex, variants: VariantPolicy) -> Question:
    """The question with "United Kingdom" for "I'm in Manchester", and for "Manchester" where the desk had asked for it;
    as it is where several regions are compared."""
    region, text = question.known.region, question.standalone
    if region is None or len(variants.named(text, Facet.REGION)) > 1:
        return question
    told = question.carried == Carried.SLOT and not terms(variants.without(question.said, Facet.REGION))

    def named(text: str) -> str:
        return variants.facets[Facet.REGION].with_label(text, region, told, lambda at: _is_subject(index, at, region))

    alone = question.alone and replace(question.alone, standalone=named(question.alone.standalone))
    said = named(question.said) if told else question.said
    return replace(question, said=said, standalone=named(text), alone=alone)


def _is_subject(index: KnowledgeIndex, place: str, region: str) -> bool:
    """An article for the region has the whole name in one passage: "new" alone is not New York."""
    held = [set(index.lexical.holders(term).tolist()) for term in terms(place)]
    rows: set[int] = set.intersection(*held) if held else set()
    return any(region in index.ordered[index.owners[row]].region for row in rows)
