"""Owns messages that need no knowledge: greetings, thanks, goodbyes, "are you a bot?". Refuses real questions."""

from __future__ import annotations

import re

from bot.decision.normalise import normalise
from bot.decision.policy import SmallTalkPolicy

EDGES = re.compile(r"^[\W_]+|[\W_]+$")
PUNCTUATION = re.compile(r"[^\w\s']+")


def reply_to(text: str, policy: SmallTalkPolicy) -> str | None:
    """What to say when the whole message is small talk; None when it is anything else."""
    if not any(character.isalnum() for character in text):
        return policy.emoji_reply if _is_emoji(text) else None
    said = " ".join(PUNCTUATION.sub(" ", EDGES.sub("", normalise(text))).split())
    for kind in policy.kinds:
        if any(expression.fullmatch(said) for expression in kind.expressions):
            return kind.reply
    return None


def _is_emoji(text: str) -> bool:
    return any(ord(character) >= 0x2190 for character in text)
