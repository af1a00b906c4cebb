"""Owns taking people's names out of what was said, where somebody introduces, addresses or signs.

Refuses to guess: a name that is only mentioned ("my sister Ada") stays, for a person to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PLACEHOLDER = "[name removed]"
_WORD = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:['’-]?[A-Za-zÀ-ÖØ-öø-ÿ]+)*"
_NAME = rf"{_WORD}(?:[ \t]+(?:(?:van|von|de|del|da|di|la|der|den)[ \t]+)*{_WORD}){{0,2}}"
_NOBODY = (
    r"(?!(?:American|British|English|German|French|Spanish|Irish|Scottish|Dutch|Italian|Fernwick|Hub|Plus|Basic|"
    r"Complete|Team|Support|There|All|Everyone|Sir|Madam|Watch|Latch|Warm|Chime)\b)"
)
_NO_NAME = (
    r"(?!(?:not|on|in|at|under|the|an?|and|but|still|wrong|missing|shown|listed|incorrect|spel\w+|mis\w+|written|"
    r"different|changed)\b)"
)
_TYPED = rf"(?i:{_NO_NAME}[a-zß-öø-ÿ][\w'’-]*)"
_ENDS = r"(?=[ \t]*(?:[.,!;:)\n]|$)|[ \t]+(?:and|from|here|again|speaking|with|writing|calling|und|aus|et|y)\b)"
_INTRODUCED = (
    r"(?i:\b(?:my (?:full |first |last )?name(?:[ \t]+is|['’]?s)|mein name ist|ich hei(?:ß|ss)e|"
    r"je m['’]appelle|mon nom est|me llamo|mi nombre es))[ \t:]+"
)
_I_AM = r"(?i:\b(?:I['’]?m|I am|call me|this is|ich bin|hier (?:ist|spricht)|je suis|soy))[ \t]+"
_CLOSING = (
    r"(?i:\b(?:regards|sincerely|best wishes|yours(?: truly| faithfully)?|cheers|thanks|thank you|best,|"
    r"gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|cordialement|bien à vous|saludos|atentamente))"
    r"[ \t]*[,!.]?[ \t]*(?:\n\s*)?[-–—]*[ \t]*"
)
_GREETING = (
    r"(?i:\b(?:hi|hello|hey|dear|hallo|guten tag|liebe[r]?|bonjour|hola|estimad[oa]|thanks|thank you|danke|merci|"
    r"gracias))[ \t,]+"
)
_TITLE = r"\b(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Mme|Madame|Monsieur|Señora?|Sra?)\.?[ \t]+"
_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_INTRODUCED}(?P<name>{_NAME}|{_TYPED})",
        rf"{_TITLE}(?P<name>{_NAME})",
        rf"{_I_AM}{_NOBODY}(?P<name>{_NAME}){_ENDS}",
        rf"{_CLOSING}{_NOBODY}(?P<name>{_NAME})(?=[ \t]*[.!]?\s*$)",
        rf"\n\s*(?:—|–|--)[ \t]*{_NOBODY}(?P<name>{_NAME})(?=\.?\s*\Z)",
        rf"{_GREETING}{_NOBODY}(?P<name>{_NAME})(?=[ \t]*[,!.\n]|[ \t]*$)",
    )
)
_PROPER = re.compile(_WORD)
_REPEATED = re.compile(rf"{re.escape(PLACEHOLDER)}(?:[ \t]+{re.escape(PLACEHOLDER)})+")
SHORTEST = 3


def told(texts: Iterable[str]) -> frozenset[str]:
    """The names, word by word, that people introduced themselves, were addressed or signed with."""
    return frozenset(word for text in texts for match in _matches(text) for word in words(match["name"]))


def words(name: str) -> frozenset[str]:
    """The words of a name that are taken out wherever they stand: capitalised, not too short to mean somebody."""
    return frozenset(word for word in _PROPER.findall(name) if len(word) >= SHORTEST)


def without(text: str, names: frozenset[str] = frozenset()) -> str:
    """The text without the names it tells itself, and without those of `names`."""
    for pattern in _PATTERNS:
        text = pattern.sub(_removed, text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", PLACEHOLDER, text)
    return _REPEATED.sub(PLACEHOLDER, text)


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        yield from pattern.finditer(text)


def _removed(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span("name"))
    return match[0][:start] + PLACEHOLDER + match[0][end:]
