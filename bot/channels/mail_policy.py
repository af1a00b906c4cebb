"""Owns how the desk takes part in e-mail, read from `mail.yaml`. Refuses to apply it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

MAIL_FILE = "mail.yaml"
LIMITS = (
    "automated_a_day_unproven", "automated_a_day_proven", "received_an_hour",
    "codes_an_hour", "code_minutes", "code_tries",
)  # fmt: skip
PLACES = {"subject": ("company",), "code_subject": ("company",), "code": ("code",)}


class TokenPlace(StrEnum):
    """Where our mails carry what recognises an answer."""

    SUBJECT = "subject"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class MailWords:
    """One language's words around an outgoing text."""

    subject: str
    label: str
    notice: str
    source: str
    footer: str
    acknowledged: str
    code_subject: str
    code: str
    code_ignore: str


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """The whole file; the limits are per address."""

    trusted_servers: frozenset[str]
    token_in: TokenPlace
    automated_a_day_unproven: int
    automated_a_day_proven: int
    received_an_hour: int
    codes_an_hour: int
    code_minutes: int
    code_tries: int
    automatic_subjects: tuple[re.Pattern[str], ...]
    languages: Mapping[str, MailWords]
    default_language: str

    def words(self, language: str) -> MailWords:
        """The words in that language (ISO 639-1), in the default one when it has none."""
        return self.languages.get(language, self.languages[self.default_language])


def read_mail_policy(folder: Path) -> MailPolicy:
    """The policy in `mail.yaml` of `folder`; BadPolicy names the key that is wrong."""
    fields = Node(MAIL_FILE, "", read_yaml(folder / MAIL_FILE)).fields(
        "version", "trusted_servers", "token_in", "limits", "automatic_subjects", "default_language", "languages"
    )
    limits = fields["limits"].fields(*LIMITS)
    languages = {key: _words(node) for key, node in fields["languages"].mapping().items()}
    default = fields["default_language"].one_of(languages, "languages")
    return MailPolicy(
        trusted_servers=frozenset(name.lower() for name in fields["trusted_servers"].texts()),
        token_in=_place(fields["token_in"]),
        automatic_subjects=fields["automatic_subjects"].expressions(),
        languages=languages,
        default_language=default,
        **{name: node.whole() for name, node in limits.items()},
    )


def _place(node: Node) -> TokenPlace:
    try:
        return TokenPlace(node.text())
    except ValueError as error:
        raise node.wrong(f"must be one of {', '.join(TokenPlace)}") from error


def _words(node: Node) -> MailWords:
    fields = node.fields(*MailWords.__slots__)
    return MailWords(**{name: field.sentence(*PLACES.get(name, ())) for name, field in fields.items()})
