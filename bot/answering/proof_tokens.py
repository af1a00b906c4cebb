"""Owns reading a sentence for the proof: parts, and in each the facts, operators and words that carry meaning.

Refuses to compare: two readings are compared by `proof_match`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from bot.answering.proof_lexicon import (
    CONDITIONS,
    CURRENCY_WORDS,
    EQUAL,
    FIRST_PERSON_PLURAL,
    JOINED,
    NUMBER_WORDS,
    OPENS,
    OPERATORS,
    PAST,
    PHRASES,
    PREPOSITIONS,
    WEIGHTLESS,
)
from kb_ingest.lexical import stem


class Kind(StrEnum):
    """What a token is to the proof."""

    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    OPERATOR = "operator"
    BREAK = "break"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is canonical: two tokens that mean the same are equal. `head`: the word an operator or number governs.

    `under` is the preposition before it, which counts only where a phrase has moved: a phrase takes its own along.
    """

    kind: Kind
    value: str
    head: str = ""
    under: str = field(default="", compare=False)


Part = tuple[Token, ...]

_AMOUNT = r"[$€£]\s?\d[\d.,]*\d|[$€£]\s?\d|\d[\d.,]*\d\s?[€£]|\d\s?[€£]"
_CODE = r"[A-Za-z]+-\d[\w-]*|[A-Za-z]+\d\w*"
_NUMBER = r"\d+:\d\d|\d[\d.,]*\d|\d"
_TOKEN = re.compile(
    rf"(?P<amount>{_AMOUNT})|(?P<code>(?<!\w)(?:{_CODE}))"
    rf"|(?P<number>{_NUMBER})(?P<suffix>\s?%|\s?per ?cent\b|(?:st|nd|rd|th)\b)?"
    r"|(?P<range>\s?[–—-]\s?(?=[$€£]?\d))|(?P<break>[,;:|()!?—–…]|\.(?=\s|$)|\s-\s)"
    r"|(?P<word>[^\W\d_]+)|(?P<sign>[^\s\w.,'\"*·•-])"
)
_MIDDLE_NAME = re.compile(r"(?<=[\w,;)>’'\"] )[\"“‘'*(]*([A-Z][^\W_]*)|\b([A-Z]{2,})\b")
_IN_WORDS = re.compile(rf"(\d[\d.,]*)\s({'|'.join(CURRENCY_WORDS)})\b", re.IGNORECASE)
_IS_PAST = re.compile(r"\w+ed|sent|paid|gave|took|made|found|told|wrote|put|kept|held|sold|bought|left|got|went")
_LOWER = re.compile(r"\b[a-z][^\W\d_]*\b")


def names_in(text: str) -> frozenset[str]:
    """Words that the text writes with a capital inside a sentence and nowhere in small letters."""
    upright = plain(text)
    capital = {(match[1] or match[2]).lower() for match in _MIDDLE_NAME.finditer(upright)}
    return frozenset(capital - set(_LOWER.findall(upright)))


def plain(text: str) -> str:
    """The text with one form for quotes and dashes, and without the marks of bold type."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").replace("‑", "-")
    return text.replace("**", "").replace("*", "").replace("“", '"').replace("”", '"')


def parts(text: str, names: frozenset[str]) -> tuple[Part, ...]:
    """The parts of a sentence between its marks, conjunctions and conditions; parts without meaning are left out."""
    found: list[list[Token]] = [[]]
    under = ""
    tokens = list(_governed(list(_tokens(_spelt_out(text), names))))
    for at, token in enumerate(tokens):
        opens = token.kind is Kind.OPERATOR and token.value in CONDITIONS
        if (token.kind is Kind.BREAK and not _between_names(tokens, at)) or opens:
            found.append([])
        if token.kind not in (Kind.BREAK, Kind.FREE):
            found[-1].append(replace(token, under=under) if under else token)
            under = ""
        elif token.value in PREPOSITIONS:
            under = token.value
    return tuple(tuple(part) for part in found if part)


def _between_names(tokens: list[Token], at: int) -> bool:
    """A comma or "and" in a row of names: "Germany, Austria and Italy" is one thing."""
    before = next((t for t in reversed(tokens[:at]) if t.kind is not Kind.FREE), None)
    after = next((t for t in tokens[at + 1 :] if t.kind not in (Kind.FREE, Kind.BREAK)), None)
    named = (Kind.NAME, Kind.BREAK)
    return before is not None and after is not None and before.kind in named and after.kind is Kind.NAME


def _spelt_out(text: str) -> str:
    text = plain(text)
    for pattern, new in (*PHRASES, *JOINED):
        text = pattern.sub(new, text)
    text = _IN_WORDS.sub(lambda found: CURRENCY_WORDS[found[2].lower()] + found[1], text)
    return re.sub(r"(?<=\d)\s+to\s+(?=[$€£]?\d)", "–", text)


def _tokens(text: str, names: frozenset[str]) -> Iterator[Token]:
    before = ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup if match.lastgroup != "suffix" else "number"
        if kind == "word":
            if before in FIRST_PERSON_PLURAL and _IS_PAST.fullmatch(match["word"].lower()):
                yield Token(Kind.OPERATOR, PAST)
            yield _word(match["word"], names)
        elif kind == "break":
            yield Token(Kind.BREAK, ",")
        elif kind == "range":
            yield Token(Kind.NUMBER, "–")
        elif kind == "sign":
            yield _sign(match["sign"])
        else:
            yield Token(Kind.NUMBER, _figure(match[0]))
        before = match[0].lower()


def _sign(sign: str) -> Token:
    """`>` leads from one menu to the next, so its sides never change places."""
    if sign == ">":
        return Token(Kind.OPERATOR, OPENS)
    return Token(Kind.FREE if sign in "/'\"" else Kind.WORD, sign)


def _figure(text: str) -> str:
    """One form for each figure: no thousands commas, `%` and the currency sign in front of nothing else."""
    compact = re.sub(r"\s", "", text.lower()).replace("percent", "%")
    compact = re.sub(r"(?<=\d)(st|nd|rd|th)$", "", compact)
    compact = re.sub(r",(?=\d{3}(?:\D|$))", "", compact).rstrip(".,")
    return compact[-1] + compact[:-1] if compact[-1] in "€£" else compact


def _word(word: str, names: frozenset[str]) -> Token:
    lower = word.lower()
    if lower in names:
        return Token(Kind.NAME, lower)
    if lower in NUMBER_WORDS:
        return Token(Kind.NUMBER, NUMBER_WORDS[lower])
    if lower in OPERATORS:
        return Token(Kind.OPERATOR, OPERATORS[lower])
    if lower in ("and", "but"):
        return Token(Kind.BREAK, lower)
    if lower in WEIGHTLESS:
        return Token(Kind.FREE, lower)
    return Token(Kind.WORD, canonical(lower))


@lru_cache(maxsize=50_000)
def canonical(word: str) -> str:
    """The stem of the word, or of the first word of its group of equal words."""
    return _equal_stems().get(stem(word), stem(word))


@lru_cache(maxsize=1)
def _equal_stems() -> dict[str, str]:
    return {stem(word): stem(first) for word, first in EQUAL.items()}


def _governed(tokens: list[Token]) -> Iterator[Token]:
    """Each operator with the next word of its part, each number with the unit right after it."""
    for at, token in enumerate(tokens):
        if token.value == PAST and _of_the_customer(tokens, at):
            yield Token(Kind.FREE, PAST)
        elif token.kind is Kind.OPERATOR:
            yield replace(token, head=_next_word(tokens, at))
        elif token.kind is Kind.NUMBER and at + 1 < len(tokens):
            yield _with_unit(tokens, at)
        else:
            yield token


def _of_the_customer(tokens: list[Token], at: int) -> bool:
    """ "You have paid": what the customer did, unless it was done to the customer ("you have been paid")."""
    you = at > 0 and tokens[at - 1] == Token(Kind.FREE, "you")
    return you and at + 1 < len(tokens) and tokens[at + 1].value != PAST


def _next_word(tokens: list[Token], at: int) -> str:
    for token in tokens[at + 1 :]:
        if token.kind is Kind.BREAK:
            return ""
        if token.kind in (Kind.WORD, Kind.NAME, Kind.NUMBER):
            return token.value
    return ""


def _with_unit(tokens: list[Token], at: int) -> Token:
    token, after = tokens[at], tokens[at + 1]
    named = at > 0 and tokens[at - 1].kind is Kind.NAME
    if after.kind is Kind.WORD and not named and token.value[:1] not in "$€£":
        return replace(token, head=after.value)
    return token
