"""Owns messages that need no knowledge: greetings, thanks, goodbyes, "are you a bot?". Refuses real questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.normalise import normalise
from bot.decision.policy import SmallTalkKind, SmallTalkPolicy

EDGES = re.compile(r"^[\W_]+|[\W_]+$")
PUNCTUATION = re.compile(r"[^\w\s']+")
LONGEST = 120
"""Characters beyond which a turn before is not looked at for small talk."""


def reply_to(text: str, policy: SmallTalkPolicy) -> str | None:
    """What to say when the whole message is small talk; None when it is anything else."""
    if not any(character.isalnum() for character in text):
        return policy.emoji_reply if _is_emoji(text) else None
    kind = kind_of(text, policy)
    return kind.reply if kind is not None else None


def kind_of(text: str, policy: SmallTalkPolicy) -> SmallTalkKind | None:
    """Which small talk the whole message is; None when it is anything else, or no word."""
    said = " ".join(PUNCTUATION.sub(" ", EDGES.sub("", normalise(text))).split())
    matching = (kind for kind in policy.kinds if any(expression.fullmatch(said) for expression in kind.expressions))
    return next(matching, None)


def to_the_matter(context: Sequence[Utterance], policy: SmallTalkPolicy) -> list[Utterance]:
    """The turns without small talk and what was said to it: "hello" is no question that the next message goes on with,
    and "What can I help you with?" none that it answers."""
    kept: list[Utterance] = []
    returned: str | None = None
    for utterance in context:
        if utterance.speaker is Speaker.CUSTOMER:
            returned = reply_to(utterance.text, policy) if len(utterance.text) <= LONGEST else None
            passed = returned is not None
        else:
            passed = utterance.text == returned
        if not passed:
            kept.append(utterance)
    return kept


def _is_emoji(text: str) -> bool:
    return any(ord(character) >= 0x2190 for character in text)
