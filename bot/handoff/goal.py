"""Owns the customer's goal in their own words. Refuses to rephrase: it is a message, or nothing was said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.facts import without_identifiers
from bot.handoff.packet import FactKind, Shown
from bot.handoff.reactions import Reaction

LONGEST = 500
FULL_WORDS = 6
"""From so many words on, a message is taken to name its own subject."""
_WORD = re.compile(r"[\w'’-]+")


def goal(transcript: Sequence[Utterance], shown: Sequence[Shown], patterns: FactPatterns) -> str | None:
    """The first message that states the problem which is still open; None when none does.

    Messages up to the last answer that helped, or an agent's last reply, belong to a settled problem. An answer that
    was not complained of settles its own too, when a message that stands by itself follows it.
    """
    settled = [article.turn for article in shown if article.reaction == Reaction.HELPED]
    settled += [said.turn for said in transcript if said.speaker is Speaker.AGENT]
    since = max(settled, default=-1)
    unrefuted = max([since, *(each.turn for each in shown if each.reaction != Reaction.DID_NOT_HELP)])
    stated = [
        said for said in transcript if said.speaker is Speaker.CUSTOMER and states_problem(said.text, patterns)
    ]
    later = next((said for said in stated if said.turn > unrefuted and _stands_alone(said.text, patterns)), None)
    first = later or next((said for said in stated if said.turn > since), next(iter(stated), None))
    if first is None:
        return None
    text = first.text.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _stands_alone(text: str, patterns: FactPatterns) -> bool:
    """A sentence long enough to name its subject, or one with a code, which is one."""
    codes = patterns.expressions[FactKind.ERROR_CODE]
    return len(_WORD.findall(text)) >= FULL_WORDS or any(code.search(text) for code in codes)


def states_problem(text: str, patterns: FactPatterns) -> bool:
    """False for "hello", "I want to talk to a person, please", "my order is FW-123456" and other messages without a
    subject."""
    rest = without_identifiers(text, patterns)
    silent = patterns.no_problem_said if rest == text else patterns.no_problem_said | patterns.said_with_identifiers
    words = _WORD.findall(rest.casefold().replace("’", "'"))
    return any(word not in silent and len(word) > 1 for word in words)
