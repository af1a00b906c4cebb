"""Owns saying what is wrong with a case, in sentences a content person can act on. Refuses to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.casebook.case import Case
from bot.casebook.case_file import parse
from bot.casebook.case_line import CaseLine, to_json
from bot.casebook.fields import BadField
from bot.casebook.plain_text import shows
from bot.conversation.personal import without_personal
from kb_ingest.article import Article, Visibility


@dataclass(frozen=True, slots=True)
class Against:
    """What a case is held against: the published articles, the sensitive categories, the ids that are taken.
    `real`: its words come from a conversation, so nothing personal may be left in them."""

    articles: Mapping[str, Article]
    categories: Collection[str]
    taken: Collection[str]
    real: bool = False


def faults(line: CaseLine, against: Against) -> tuple[str, ...]:
    """Everything that is wrong; empty when the case can be used as it is."""
    try:
        case = parse(to_json(line))
    except BadField as fault:
        return (_sentence(str(fault)),)
    return tuple(_sentence(fault) for fault in _wrong(case, against))


def _wrong(case: Case, against: Against) -> Iterator[str]:
    if case.id in against.taken:
        yield f"the id {case.id} is taken by another case"
    yield from _articles(case, against)
    category = case.expect.sensitive
    if category is not None and category not in against.categories:
        yield f"there is no sensitive category {category}; there are {', '.join(sorted(against.categories))}"
    for said in (case.text, *(turn.text for turn in case.context)) if against.real else ():
        if without_personal(said) != said:
            yield f"this holds personal data or a secret: “{said[:80]}”; take it out"


def _articles(case: Case, against: Against) -> Iterator[str]:
    named = [against.articles.get(each) for each in case.expect.articles]
    for name, article in zip(case.expect.articles, named, strict=True):
        if article is None:
            yield f"there is no published article {name}"
        elif article.visibility is Visibility.INTERNAL:
            yield f"{name} is internal: no customer can be answered from it"
    texts = [article.text for article in named if article is not None]
    for span in case.expect.spans:
        if texts and not any(shows(text, span) for text in texts):
            yield f"“{span[:80]}” stands in none of the articles named; copy it word for word"


def _sentence(fault: str) -> str:
    return f"{fault[:1].upper()}{fault[1:]}."
