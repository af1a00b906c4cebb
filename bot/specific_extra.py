"""Owns when an article's one helpful addition fits: below a whole answer to a calm question. Refuses it on complaints,
to whoever is upset or was not helped, and where that cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Answer
from bot.handoff.sentiment import ENGLISH, LATEST, sentiment
from bot.respond import Outcome
from bot.retrieval.corrections import DID_NOT_HELP
from bot.turn_note import Extra

LOUD = re.compile(r"!|\?\?|\b[A-Z]{4,}\b")
"""How people write who are upset in words that are not."""


def below(outcome: Outcome) -> Extra | None:
    """What goes below the answer: the addition of the one article that answers everything that was asked."""
    draft, question = outcome.draft, outcome.question
    cited = {each.article_id for each in draft.citations} if draft is not None else set()
    if outcome.decision != Answer() or outcome.screening.category is not None or len(cited) != 1:
        return None
    article = outcome.result.hits[0].article
    if article.id not in cited or not article.specific_extra:
        return None
    asked = Utterance(Speaker.CUSTOMER, question.said, len(question.context))
    if not calm((*question.context, asked), question.language):
        return None
    return Extra(article.id, article.version, article.specific_extra, outcome.words.extra)


def calm(said: Sequence[Utterance], language: str) -> bool:
    """Nothing in the customer's latest messages is negative, loud, or says that an answer did not help. Of a language
    whose feelings cannot be read nobody knows."""
    latest = [each for each in said if each.speaker is Speaker.CUSTOMER][-LATEST:]
    return language == ENGLISH and not any(
        LOUD.search(each.text) or DID_NOT_HELP.search(each.text) or sentiment((each,), language) < 0 for each in latest
    )
