"""Owns the reading of a text as statements: subject words, names, figures, denials, and what they hold under.

One reading for the impact gate, knowledge health and the gap ledger. A sentence of several clauses is several
statements. Refuses to compare: see `opposed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kb_ingest import cuts
from kb_ingest.statements.figures import Figures, figures_of
from kb_ingest.statements.lexicon import DENIES, PHRASES, meant, meant_by
from kb_ingest.units import Unit, UnitKind, units

_MARKER = re.compile(r"[ \t]*(?:[-*+•]|\d{1,4}[.)])[ \t]+")
_CLAUSES = re.compile(
    # "type Hub 2. They": what the cutter takes for an abbreviation in doubt.
    r"\s{0,20}(?:;|(?<=\w)\.(?= (?:They|It|The|An?|You|We|In|Each|If|Items)\b)|:(?=\s)"
    r"|,? (?:but|although|though|whereas|however)\b|, (?:and|so|nor|then)\b|,(?= (?:which|(?:\w+ )?not)\b)"
    r"| and(?= (?:can|do|does|is|are|must|may|will|should|never|not|no)(?:not|n't)?\b)"
    r"| and(?= [a-z]+ (?:the|an?|your?|this|it|only|its|their)\b))\s*"
)
_ASIDE = re.compile(r"(?i)[,;(]?\s{0,20}\b(?:for example|such as|e\.g\.)[^,;.)]*")
_SUPPOSES = re.compile(
    r"(?i)\b(?:if|when(?:ever)?|unless|while|whether|as soon as|as long as|in case|except(?: for| in)?"
    r"|once(?= \w+ \w+))\b[^,]*(?:,|$)|^(?:with|on|for|in|at|during|after|before)\b(?: [\w'’-]+){1,6},"
)
_EXCEPTION = re.compile(r"(?i)\b(?:exceptions?|except|instead|otherwise)\b")
_DATED = re.compile(
    r"(?i)\b(?:until|till|before|up to|since|in|after|from|first)\b[^,.;]{0,25}?"
    r"\b(?:(?:19|20)\d\d|(?:firmware|version|app|release)s? ?v?\d[\d.]*)\b|\b(?:used to|formerly)\b"
)
_NAME = re.compile(
    r"\b[A-Z][a-z]+ \d{1,2}\b|(?<=[\w,;)’'] )[A-Z][\w-]*|\b[A-Za-z]+-?\d[\w-]*|\b[a-z]+[A-Z]\w*|\b[A-Z]{2,}\b"
)
_WORD = re.compile(r"[\w-]+")
_PART = re.compile(r"[\w'-]+[,;:.()]*|  +")
_LEANS = re.compile(
    r"(?i)(?:can(?:not|'t)?|does(?:n't)?|is|are|must|never|not|no|it(?! (?:may |can )?takes?\b)|its|"
    r"they|their|them|this|that|these|those|both|which|he|she|the former|the latter)\b"
)
_CONTRASTS = re.compile(r"(?i)not\b")
FEWEST_CONTRASTED = 2
"""Words from which "…, not to the buyer's card" says something: "not with the order" only sets apart."""
_SAYS_MORE = re.compile(r"[a-z]+ (?:the|an?|your?|this|it|only|its|their)\b")
_ACTOR = re.compile(r"(?i)(?:(we|fernwick|support|our (?:agents|team))|you)\b")
_UNLESS = re.compile(r"(?i)\b(?:unless|except)\b")
_MORE = re.compile(r"(?i)\b(?:older|more than|over|above|at least|longer than|after|from)\b")
_LESS = re.compile(r"(?i)\b(?:within|last|under|below|up to|less than|younger|until|at most|before)\b")
_POINTS = re.compile(
    r"(?i)\b(?:this|that|these|those) "
    r"(?:scenario|article|page|guide|method|step|procedure|issue|problem|error|option)s?\b"
)
"""What is said of "this method" is about the article it stands in, and tells nothing of another."""


Key = tuple[frozenset[str], frozenset[tuple[str, frozenset[float]]], bool]


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause, item or row.

    `words` by meaning, without figures and denials: its `own`, those of its condition, and those of the clause
    before it where it has no subject; `subject`: the first of them; `actor`: "we", "you" or neither; `about`: words
    of heading and title; `context`: those, the sentence's and the one's before it; `points_back`: its subject is
    there. `names` it names, and all words `written` in the sentence and above it; `pairs`: words side by side.
    `figures` by kind; `bounds`: whether it tells of a least, and of a most; `denies`: an odd number of denials, and
    what is `denied`. `supposes`: words of the condition it holds under, or `supposes_not`; `qualified`: the
    condition has a figure of its own; `dated`: it says of which time or version it speaks; `excepts`: it says that
    it is an exception.
    """

    text: str
    heading: str
    words: frozenset[str]
    own: frozenset[str]
    subject: str
    actor: str
    about: frozenset[str]
    context: frozenset[str]
    points_back: bool
    names: frozenset[str]
    written: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    figures: Figures
    bounds: tuple[bool, bool]
    denies: bool
    denied: frozenset[str]
    supposes: frozenset[str]
    supposes_not: bool
    qualified: bool
    dated: bool
    excepts: bool
    kind: UnitKind

    @property
    def key(self) -> Key:
        """Equal for statements that say the same in these words."""
        values = ((kind, frozenset(each.value for each in held)) for kind, held in self.figures.items())
        return self.words, frozenset(values), self.denies


@lru_cache(maxsize=8192)
def statements_of(text: str, about: str = "") -> tuple[Statement, ...]:
    """The statements of a cleaned text, or of a part of it, that stand for themselves, in order. `about`: its title."""
    found: list[Statement] = []
    heading = before = ""
    for unit in units(text):
        if unit.kind is UnitKind.HEADING:
            heading, before = unit.name, ""
        elif unit.kind is not UnitKind.CODE:
            for said in _said(text, unit):
                found += _clauses(said, heading, (f"{about} {heading}", before), unit.kind)
                before = said
    return tuple(found)


def _said(text: str, unit: Unit) -> Iterator[str]:
    for line in cuts.lines(text, (unit.start, unit.end)):
        if unit.kind is UnitKind.ROW:
            yield text[slice(*line)].strip()
            continue
        marker = _MARKER.match(text, *line)
        for start, end in cuts.sentences(text, (marker.end() if marker else line[0], line[1])):
            yield text[start:end].strip()


def _clauses(said: str, heading: str, around: tuple[str, str], kind: UnitKind) -> Iterator[Statement]:
    """`around`: what stands over the sentence, and the one before it."""
    if _POINTS.search(said) or said.endswith("?"):
        return
    over, before = around
    plain = _spelt_out(_ASIDE.sub("", said))
    about = meant(_spelt_out(over))
    context = about | meant(_spelt_out(before)) | meant(plain)
    written = frozenset(_WORD.findall(f"{over} {plain}".lower())) | _names(f"{over} {plain}")
    parts = [plain] if kind is UnitKind.ROW else [part for part in _CLAUSES.split(plain) if part.strip()]
    earlier: Statement | None = None
    for part in parts:
        statement = _read(part, said, heading, (about, context, written), kind, earlier)
        if statement.words and not (_CONTRASTS.match(part) and len(statement.own) < FEWEST_CONTRASTED):
            earlier = statement
            yield statement


def _read(
    part: str, said: str, heading: str, around: tuple[frozenset[str], ...], kind: UnitKind, earlier: Statement | None
) -> Statement:
    """`earlier`: the clause before it in the sentence."""
    supposed = " ".join(_SUPPOSES.findall(part)) if kind is not UnitKind.ROW else ""
    figures, main = figures_of(_SUPPOSES.sub(" ", part) if supposed else part)
    under, supposed = figures_of(supposed)
    plain = DENIES.sub(" ", main)
    order = [first for word in plain.split() for first in meant_by(word)]
    about, context, written = around
    start = main.strip()
    leans = not order or bool(_LEANS.match(start)) or (earlier is not None and bool(_SAYS_MORE.match(start)))
    whose = earlier if leans else None
    own = frozenset(order) | meant(DENIES.sub(" ", supposed))
    actor = _ACTOR.match(start)
    return Statement(
        text=said,
        heading=heading,
        words=own | (whose.words if whose else frozenset()),
        own=own,
        subject=whose.subject if whose else "" if leans else order[0],
        actor=("we" if actor[1] else "you") if actor else "",
        about=about,
        context=context,
        points_back=whose.points_back if whose else leans,
        names=_names(main) | _names(supposed) | (whose.names if whose else frozenset()),
        written=written,
        pairs=frozenset(_pairs(plain)),
        figures=figures or under,
        bounds=(bool(_MORE.search(part)), bool(_LESS.search(part))),
        denies=len(DENIES.findall(main)) % 2 == 1,
        denied=frozenset(_denied(main)),
        supposes=meant(DENIES.sub(" ", supposed)),
        supposes_not=(len(DENIES.findall(supposed)) + len(_UNLESS.findall(supposed))) % 2 == 1,
        qualified=bool(figures and under),
        dated=bool(_DATED.search(said)),
        excepts=bool(_EXCEPTION.search(said)),
        kind=kind,
    )


def _denied(main: str) -> Iterator[str]:
    """The first word after each denial: what it denies."""
    for match in DENIES.finditer(main):
        first = next((first for word in main[match.end() :].split() for first in meant_by(word)), "")
        if first:
            yield first


@lru_cache(maxsize=4096)
def _spelt_out(text: str) -> str:
    text = text.replace("**", "").replace("’", "'")
    for pattern, new in PHRASES:
        text = pattern.sub(new, text)
    return text


def _names(text: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _NAME.findall(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Words that stand side by side."""
    for one, two in pairwise(_PART.findall(text)):
        first, second = meant_by(one), meant_by(two)
        if first and second and one[-1].isalnum():
            yield first[-1], second[0]
