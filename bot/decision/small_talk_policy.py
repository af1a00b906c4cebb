"""Owns the small talk and the bot's own sentences, read from `small_talk.yaml` for one company. Refuses a language that
lacks one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.decision.normalise import bare, normalise
from bot.decision.policy import read_yaml
from bot.policy_node import Node
from bot.settings import NO_COMPANY
from bot.spoken import Spoken, read_spoken

SMALL_TALK_FILE = "small_talk.yaml"
EMOJI = "emoji"
"""What a message without a word is answered as, beside the kinds of the policy."""
DECLINED = "declined"
"""What "no" to nothing that was asked is answered as."""
SENTENCES = ("label", "disclosure", "greeting", "unclear", "which_of_these", "partly", "extra", "refusal")
COMPANY = "company"
PLACE = f"{{{COMPANY}}}"


@dataclass(frozen=True, slots=True)
class SmallTalkKind:
    """Messages that need no knowledge, in whatever language."""

    id: str
    expressions: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the bot says of itself in one language; `replies` by the id of the kind, EMOJI and DECLINED. `known_by` are
    words of small talk that only this language has."""

    label: str
    disclosure: str
    greeting: str
    starters: tuple[str, ...]
    replies: Mapping[str, str]
    unclear: str
    which_of_these: str
    partly: str
    extra: str
    refusal: str
    known_by: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SmallTalkPolicy:
    """The whole file; `declined` are the ways to say no, `rejected` those to say that our help is none."""

    kinds: tuple[SmallTalkKind, ...]
    declined: tuple[re.Pattern[str], ...]
    spoken: Spoken[OwnWords]
    rejected: tuple[re.Pattern[str], ...] = ()

    def rejects(self, text: str) -> bool:
        """The message only says that our help is none."""
        said = bare(text)
        return any(each.fullmatch(said) for each in self.rejected)


def read_small_talk(path: Path, company: str = NO_COMPANY) -> SmallTalkPolicy:
    """The policy file as typed values, `company` standing wherever it says {company}; BadPolicy names the file and the
    key to mend.
    """
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "kinds", "declined", "default_language", "languages", optional=("rejected",)
    )
    kinds = tuple(_kind(node, company) for node in fields["kinds"].items())
    spoken = read_spoken(fields, lambda node: _words(node, kinds, company))
    rejected = fields["rejected"].expressions() if "rejected" in fields else ()
    return SmallTalkPolicy(kinds, fields["declined"].expressions(), spoken, rejected)


def _kind(node: Node, company: str) -> SmallTalkKind:
    fields = node.fields("id", "expressions")
    name = re.escape(bare(company))
    named = (replace(each, value=each.text().replace(PLACE, name)) for each in fields["expressions"].items())
    return SmallTalkKind(fields["id"].text(), tuple(each.expression() for each in named))


def _words(node: Node, kinds: tuple[SmallTalkKind, ...], company: str) -> OwnWords:
    fields = node.fields(*SENTENCES, "starters", "replies", "known_by")
    replies = fields["replies"].fields(*(kind.id for kind in kinds), EMOJI, DECLINED)

    def said(sentence: Node) -> str:
        return sentence.sentence(COMPANY).replace(PLACE, company)

    return OwnWords(
        starters=fields["starters"].texts(),
        replies={key: said(reply) for key, reply in replies.items()},
        known_by=_any_of(fields["known_by"]),
        **{key: said(fields[key]) for key in SENTENCES},
    )


def _any_of(node: Node) -> re.Pattern[str]:
    words = node.texts()
    if not words:
        raise node.wrong("must name a word")
    return re.compile(rf"\b(?:{'|'.join(re.escape(normalise(word)) for word in words)})\b")
