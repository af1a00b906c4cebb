"""Owns messages that need no knowledge: greetings, thanks, goodbyes, "are you a bot?". Refuses real questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.decide import asked_back
from bot.decision.normalise import bare
from bot.decision.small_talk_policy import DECLINED, EMOJI, OwnWords, SmallTalkKind, SmallTalkPolicy

LONGEST = 120
"""Characters beyond which a turn before is not looked at for small talk, nor a message part by part."""
UNHAPPY = frozenset("👎😡😠🤬😤😒🙄😞😔😟😕🙁☹😣😖😩😫😢😭💔🖕")
"""Who sends one of these is not told that all is good: something did not help."""
PARTED = re.compile(r"[.,;:!?\n]+")


def reply_to(text: str, before: Sequence[Utterance], policy: SmallTalkPolicy, words: OwnWords) -> str | None:
    """What to say, in these words, when the whole message is small talk, or "no" where nothing was asked `before`, the
    turns without small talk; None when it is anything else."""
    key = _key_after(before, text, policy)
    return words.replies[key] if key is not None else None


def is_small_talk(text: str, policy: SmallTalkPolicy) -> bool:
    """True when the whole message needs no knowledge, whatever was said before it."""
    return _key(text, policy) is not None


def kind_of(text: str, policy: SmallTalkPolicy) -> SmallTalkKind | None:
    """Which small talk the whole message is, or its last part where all are some ("thanks, you are great"); None when
    it is anything else, or no word."""
    whole = _kind(bare(text), policy)
    if whole is not None or len(text) > LONGEST:
        return whole
    kinds = [_kind(part, policy) for part in map(bare, PARTED.split(text)) if part]
    return kinds[-1] if kinds and None not in kinds else None


def language_of(text: str, policy: SmallTalkPolicy) -> str | None:
    """The language that small talk is known by; None where no word tells it, or words of two do."""
    said = bare(text)
    known = [language for language, words in policy.spoken.languages.items() if words.known_by.search(said)]
    return known[0] if len(known) == 1 else None


def to_the_matter(context: Sequence[Utterance], policy: SmallTalkPolicy) -> list[Utterance]:
    """The turns without small talk and what was said to it: "hello" is no question that the next message goes on with,
    and "What can I help you with?" none that it answers."""
    kept: list[Utterance] = []
    returned: frozenset[str] = frozenset()
    for utterance in context:
        if utterance.speaker is Speaker.CUSTOMER:
            returned = _replies_to(kept, utterance.text, policy) if len(utterance.text) <= LONGEST else frozenset()
            passed = bool(returned)
        else:
            passed = utterance.text in returned
        if not passed:
            kept.append(utterance)
    return kept


def _kind(said: str, policy: SmallTalkPolicy) -> SmallTalkKind | None:
    matching = (kind for kind in policy.kinds if any(expression.fullmatch(said) for expression in kind.expressions))
    return next(matching, None)


def _replies_to(before: Sequence[Utterance], text: str, policy: SmallTalkPolicy) -> frozenset[str]:
    """What may have been said to small talk, in any language; nothing when it is anything else."""
    key = _key_after(before, text, policy)
    return frozenset(words.replies[key] for words in policy.spoken.languages.values()) if key else frozenset()


def _key_after(before: Sequence[Utterance], text: str, policy: SmallTalkPolicy) -> str | None:
    return _key(text, policy) or (DECLINED if _declines(before, text, policy) else None)


def _declines(before: Sequence[Utterance], text: str, policy: SmallTalkPolicy) -> bool:
    """It is "no", and no answer: the desk spoke and asked nothing."""
    said, spoken = bare(text), any(each.speaker is not Speaker.CUSTOMER for each in before)
    return spoken and not asked_back(before) and any(each.fullmatch(said) for each in policy.declined)


def _key(text: str, policy: SmallTalkPolicy) -> str | None:
    if not any(character.isalnum() for character in text):
        return EMOJI if _is_emoji(text) else None
    kind = kind_of(text, policy)
    return kind.id if kind is not None else None


def _is_emoji(text: str) -> bool:
    return any(ord(character) >= 0x2190 for character in text) and UNHAPPY.isdisjoint(text)
