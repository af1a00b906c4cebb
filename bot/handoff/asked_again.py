"""Owns noticing that a reply asks for what the customer gave already. Refuses to hold it back: the agent decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.conversation.sentences import sentences
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.asking import Question
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.facts import extract
from bot.handoff.packet import Fact

LONGEST_REPLY = 8000
# Most replies ask for nothing: from so many messages on, that is found out before all of them are searched for facts.
LONG_CONVERSATION = 100


def asks_again(
    text: str, transcript: Sequence[Utterance], patterns: FactPatterns, region: str | None = None
) -> tuple[Fact, ...]:
    """The facts of the transcript that `text` asks for, in the order in which the customer gave them.

    A sentence that repeats the value asks for nothing, unless it offers others beside it ("Hub 1 or Hub 2?").
    """
    asking = [sentence for sentence in sentences(text[:LONGEST_REPLY]) if _may_ask(sentence, patterns)]
    if len(transcript) > LONG_CONVERSATION and not any(_asks_for_something(sentence, patterns) for sentence in asking):
        return ()
    given = extract(transcript, patterns, region)
    if not given:
        return ()
    told = {said.turn: said.text for said in transcript}
    asked = {
        fact
        for sentence in asking
        for fact in _unrepeated(sentence, given, patterns, region)
        if _asks(sentence, fact, told[fact.turn], patterns.asking.questions[fact.kind])
    }
    return tuple(fact for fact in given if fact in asked)


def _may_ask(sentence: str, patterns: FactPatterns) -> bool:
    return not any(expression.search(sentence) for expression in patterns.asking.unless)


def _asks_for_something(sentence: str, patterns: FactPatterns) -> bool:
    return any(question.ask.search(sentence) for kind in patterns.asking.questions.values() for question in kind)


def _unrepeated(
    sentence: str, given: Sequence[Fact], patterns: FactPatterns, region: str | None
) -> Iterable[Fact]:
    named = {_key(fact) for fact in extract((Utterance(Speaker.CUSTOMER, sentence, 0),), patterns, region)}
    others = {kind for kind, value in named - {_key(fact) for fact in given}}
    repeated = {kind for kind, value in named} - others
    return (fact for fact in given if fact.kind not in repeated)


def _asks(sentence: str, fact: Fact, message: str, questions: Iterable[Question]) -> bool:
    said = next((each for each in sentences(message) if fact.value in each), message)
    return any(
        (question.value is None or question.value.search(fact.value))
        and (question.said is None or question.said.search(said))
        and question.ask.search(sentence)
        for question in questions
    )


def _key(fact: Fact) -> tuple[str, str]:
    return fact.kind, re.sub(r"[\W_]", "", fact.value).casefold()
